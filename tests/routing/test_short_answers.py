"""What a short message answers to "Shall we cancel order W10330?"."""

from pathlib import Path

import pytest

from cases.action import ActionKind
from cases.short_answer import ShortAnswer
from routing.request_verdict import Subject
from routing.short_answers import yes_or_no
from starter.policy_files import read_policy

PACKS = read_policy(Path(__file__).parents[2] / "policies" / "local.yaml").document.language_packs
ASKED = Subject(kind=ActionKind.CANCEL_ORDER, reference="W10330")

YES = [
    *(
        "Yes please",
        "YES",
        "yes!",
        "ok do it",
        "Sure, go ahead and cancel it.",
        "Yes, cancel order W10330",
        "👍",
        "👍🏽",
    ),
    *("ja bitte", "Ja, stornieren Sie bitte.", "okay danke", "gerne", "Ja.\nViele Grüße"),
    *("evet lütfen", "Evet, iptal edin", "olur", "tamam teşekkürler", "EVET"),
]
NO = [
    *("no", "No, keep it", "no thanks", "please don't", "👎", "do not cancel"),
    *("lieber nicht", "nein danke", "Nein, ich möchte sie behalten"),
    *("hayır", "hayır kalsın", "iptal etmeyin", "istemiyorum"),
]
NEITHER = [
    *(
        "yes?",
        "Yes, if it is free",
        "Yes, but only the tent",
        "yes, W10331",
        "Yes, cancel my account",
        "yes the other one",
    ),
    *("no yes", "Yes. No wait, don't.", "maybe", "thanks", "Where is my parcel?", "", "yes refund me"),
    *("ja, aber erst morgen", "Ja. Wenn es nichts kostet.", "vielleicht", "evet ama sadece çadırı", "belki"),
    "Yes, and I have also written to you about the boots that came last week and do not fit",
]


@pytest.mark.parametrize(
    ("text", "answer"),
    [
        *((text, ShortAnswer.YES) for text in YES),
        *((text, ShortAnswer.NO) for text in NO),
        *((text, ShortAnswer.NEITHER) for text in NEITHER),
    ],
)
def test_only_a_plain_yes_is_one_and_only_a_plain_no(text: str, answer: ShortAnswer) -> None:
    assert yes_or_no(text, PACKS, ASKED) is answer

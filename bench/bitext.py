"""Bitext's support utterances as traffic of the demo's shop: what is asked, and which of its intents that is."""

import csv
import random
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

from bench.data_sets import Missing
from cases.classification import IntentName

SAME_AS: dict[str, IntentName] = {
    "cancel_order": "order_cancellation",
    "change_shipping_address": "address_change",
    "check_invoice": "invoice_request",
    "check_payment_methods": "faq.payment_methods",
    "check_refund_policy": "faq.returns",
    "complaint": "complaint",
    "delete_account": "account_closure",
    "delivery_options": "faq.shipping",
    "delivery_period": "faq.shipping",
    "get_invoice": "invoice_request",
    "get_refund": "refund_request",
    "payment_issue": "payment_failed",
    "recover_password": "sign_in_trouble",
    "switch_account": "plan_change",
    "track_order": "order_status",
    "track_refund": "refund_status",
}
"""Which intent of the shop a label of Bitext means. The labels that are not here mean none of them surely."""


class Utterance(NamedTuple):
    """A text, and the shop's intent that its label means; none where it means none surely."""

    text: str
    intent: IntentName | None


def bitext(folder: Path) -> tuple[Utterance, ...]:
    """Every utterance of the training split. Raises Missing."""
    file = folder / "bitext" / "train.csv"
    try:
        with file.open(newline="", encoding="utf-8") as stream:
            rows = list(csv.DictReader(stream))
    except FileNotFoundError as error:
        raise Missing(f"{file} is not there; give the folder of the public data sets") from error
    # One text stands on several rows where it names several things.
    return tuple(dict.fromkeys(Utterance(row["utterance"], SAME_AS.get(row["intent"])) for row in rows))


def mixed(
    faq: Sequence[Utterance], others: Sequence[Utterance], count: int, share: float, seed: int
) -> list[Utterance]:
    """So many utterances, of which so large a share is of the first kind, drawn and shuffled by the seed."""
    lots = random.Random(seed)  # noqa: S311 -- a draw anyone can repeat
    of_faq = round(count * share)
    drawn = [*lots.sample(faq, of_faq), *lots.sample(others, count - of_faq)]
    lots.shuffle(drawn)
    return drawn

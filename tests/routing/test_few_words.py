"""In a few words little is said: a bare "yes" is asked about, and thanks after an answer are left to stand."""

import pytest

from cases.classification import Entities, Tone
from cases.reason import ReasonCode
from cases.reference import Reference
from routing.messages import reason
from routing.signals import only_thanks, says_too_little
from tests.samples import a_classification, a_ticket
from tests.small_rulebook import intent_rules, rulebook

RULES = rulebook().knowing({"thanks": intent_rules(only_alone=True), "order_status": intent_rules()})
UNKNOWN = reason(ReasonCode.UNKNOWN_INTENT)
WORDY = "Yes, do the thing that we agreed on when I rang you up"


@pytest.mark.parametrize(("text", "asked"), [("Yes please", True), ("Test 123", True), (WORDY, False)])
def test_who_says_too_little_is_asked_before_a_person_has_to_guess(text: str, *, asked: bool) -> None:
    assert says_too_little(RULES, UNKNOWN, a_ticket(text)) is asked


def test_a_person_has_what_is_held_for_another_reason() -> None:
    assert not says_too_little(RULES, reason(ReasonCode.LEGAL_RISK, what="contract"), a_ticket("Yes please"))


@pytest.mark.parametrize(("text", "thanks"), [("All good now", True), ("All good now?", False), (WORDY, False)])
def test_thanks_in_other_words_are_thanks_too(text: str, *, thanks: bool) -> None:
    assert only_thanks(RULES, a_classification("thanks"), a_ticket(text)) is thanks


def test_what_is_read_as_more_than_thanks_is_answered() -> None:
    ticket = a_ticket("All good now")
    assert not only_thanks(RULES, a_classification("thanks", "order_status"), ticket)
    assert not only_thanks(RULES, a_classification("thanks", tone=Tone.ANGRY), ticket)
    named = Entities(references=(Reference(written="W10001"),))
    assert not only_thanks(RULES, a_classification("thanks", entities=named), ticket)

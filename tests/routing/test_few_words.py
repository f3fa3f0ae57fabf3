"""A few words say little: a bare "yes" is asked about before a person has to guess."""

import pytest

from cases.reason import ReasonCode
from routing.messages import reason
from routing.signals import says_too_little
from tests.samples import a_ticket
from tests.small_rulebook import rulebook

RULES = rulebook()
UNKNOWN = reason(ReasonCode.UNKNOWN_INTENT)
WORDY = "Yes, do the thing that we agreed on when I rang you up"


@pytest.mark.parametrize(("text", "asked"), [("Yes please", True), ("Test 123", True), (WORDY, False)])
def test_who_says_too_little_is_asked_before_a_person_has_to_guess(text: str, *, asked: bool) -> None:
    assert says_too_little(RULES, UNKNOWN, a_ticket(text)) is asked


def test_a_person_has_what_is_held_for_another_reason() -> None:
    assert not says_too_little(RULES, reason(ReasonCode.LEGAL_RISK, what="contract"), a_ticket("Yes please"))

"""Doubts: when a reading is not gone by, and what is said of it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cases.classification import Category, Classification, IntentGuess, Priority, Team
from cases.policy.rulebook import Thresholds
from cases.reason import ReasonCode
from routing.doubts import doubt


def read_as(confidence: float, *, unfamiliar: bool = False) -> Classification:
    return Classification(
        category=Category.BILLING,
        intents=(IntentGuess(name="refund_request", confidence=confidence),),
        priority=Priority.LOW,
        team=Team.TRIAGE,
        confidence=confidence,
        unfamiliar=unfamiliar,
        language="en",
    )


@pytest.mark.parametrize("confidence", [0.75, 0.9, 1.0])
def test_a_sure_reading_of_a_familiar_text_is_gone_by(confidence: float) -> None:
    assert doubt(Thresholds(), read_as(confidence)) is None


def test_a_reading_under_the_threshold_is_not() -> None:
    why = doubt(Thresholds(), read_as(0.62))
    assert why is not None
    assert (why.code, why.sentence) == (ReasonCode.LOW_CONFIDENCE, "confidence 0.62 below 0.75")


@given(st.floats(0, 1))
def test_an_unfamiliar_text_is_never_gone_by_however_sure_its_reader_is(confidence: float) -> None:
    why = doubt(Thresholds(confidence=0), read_as(confidence, unfamiliar=True))
    assert why is not None
    assert why.code is ReasonCode.UNFAMILIAR
    assert why.sentence == "unlike every example it was taught; its best guess: refund request"

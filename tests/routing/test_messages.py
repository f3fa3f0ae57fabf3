"""The catalogue: every reason has words, and the words fit where they are read."""

import re
import string

import pytest

from cases.action import ActionKind
from cases.reason import Reason, ReasonCode
from routing.messages import AGENT_LINE_CHARACTERS, CATALOGUE, agent_line, reason


def filled(code: ReasonCode) -> Reason:
    """A reason with every value its sentence asks for."""
    named = {name for _, name, _, _ in string.Formatter().parse(CATALOGUE[code].sentence) if name}
    return reason(code, **dict.fromkeys(named, "0.62"))


@pytest.mark.parametrize("code", list(ReasonCode))
def test_every_reason_has_a_sentence_and_a_next_step(code: ReasonCode) -> None:
    given = filled(code)
    assert given.sentence
    assert "{" not in given.sentence
    assert CATALOGUE[code].next_step.endswith(".")


@pytest.mark.parametrize("code", list(ReasonCode))
def test_every_agent_line_fits_and_ends_with_what_to_do(code: ReasonCode) -> None:
    line = agent_line(filled(code))
    assert len(line) <= AGENT_LINE_CHARACTERS
    assert line.endswith(CATALOGUE[code].next_step)


@pytest.mark.parametrize("code", list(ReasonCode))
def test_no_reason_hides_behind_a_phrase(code: ReasonCode) -> None:
    assert not re.search(r"something went wrong|error occurred|unexpected", agent_line(filled(code)), re.IGNORECASE)


def test_a_long_reason_is_cut_but_never_its_next_step() -> None:
    line = agent_line(reason(ReasonCode.LEGAL_RISK, what="x" * 500))
    assert len(line) == AGENT_LINE_CHARACTERS
    assert line.endswith("…. Ask the lead before you answer.")


def test_a_missing_value_is_an_error_and_not_a_gap_in_the_sentence() -> None:
    with pytest.raises(KeyError, match="threshold"):
        reason(ReasonCode.LOW_CONFIDENCE, measured="0.62")


def test_names_that_software_counts_are_said_in_words() -> None:
    assert str(reason(ReasonCode.SINGLE_CLEAR_INTENT, intent="sign_in_trouble")) == "one clear request: sign in trouble"
    wants = reason(ReasonCode.PROMISE_WITHOUT_ACTION, action=ActionKind.RESET_ACCESS)
    assert str(wants) == "promises reset access without doing it"


def test_what_customers_models_and_shops_are_called_is_left_as_it_is() -> None:
    refused = reason(ReasonCode.ACTION_REFUSED, action="Refund 5.00 EUR of payment pay_1", what="no such pay_1")
    assert str(refused) == "Refund 5.00 EUR of payment pay_1 was refused: no such pay_1"
    assert "gpt_cheap" in str(reason(ReasonCode.MODEL_BUSY, model="gpt_cheap", what="503"))

"""The audit: what people find when they look afterwards at a sample of what went out by itself."""

from enum import StrEnum
from typing import Annotated

from pydantic import AwareDatetime, Field, StringConstraints

from cases.record import Record


class Verdict(StrEnum):
    """What somebody found. Of several that fit, the gravest is given: a person would have seen the others too."""

    RIGHT = "right"
    """The customer got what a good agent would have sent and done."""
    WRONG_FACTS = "wrong_facts"
    """It says what the records or the help centre do not."""
    WRONG_ACTION = "wrong_action"
    """Something was done that should not have been, or was not done that should."""
    WRONG_TONE = "wrong_tone"
    """True, but not in words this customer should have read."""
    INCOMPLETE = "incomplete"
    """A part of what was asked was left unanswered."""
    NEEDED_A_PERSON = "needed_a_person"
    """Whatever it says, it should have been held for a person first."""


WRONG = (Verdict.WRONG_FACTS, Verdict.WRONG_ACTION, Verdict.WRONG_TONE, Verdict.INCOMPLETE)
"""What is wrong in itself; `NEEDED_A_PERSON` is wrong in the way it went."""


class Audit(Record):
    """One verdict about how one turn of a case ended, which `case_id`, `run_id` and `ended_at` name together."""

    case_id: str
    run_id: str
    ended_at: AwareDatetime
    verdict: Verdict
    comment: Annotated[str, StringConstraints(max_length=2_000)] = ""
    by: str
    at: AwareDatetime


class Tally(Record):
    """How many outcomes, each drawn with the probability `sample_rate`, got a verdict; None: not judged yet."""

    verdict: Verdict | None
    sample_rate: Annotated[float, Field(gt=0, le=1)]
    outcomes: Annotated[int, Field(ge=1)]
    first_ended_at: AwareDatetime

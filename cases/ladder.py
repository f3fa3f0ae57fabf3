"""The ladder: the ordered rungs tried for one job, and what happened on each."""

from decimal import Decimal
from enum import StrEnum
from typing import Annotated, Literal

from pydantic import Field

from cases.reason import Reason
from cases.record import Record


class Job(StrEnum):
    """A unit of work that models do. A policy's other jobs (look-up, check, action) have an owner and no ladder."""

    SEE = "see"
    TRANSCRIBE = "transcribe"
    CLASSIFY = "classify"
    DRAFT = "draft"


class Prompt(StrEnum):
    """Which wording a model is asked with."""

    STANDARD = "standard"
    STRICT = "strict"


class Rung(Record):
    """One model of a ladder.

    `strict_retry`: whether asking again more strictly can change the answer; a deterministic model's never does.
    `typical_seconds`: what an answer usually takes, to skip a slow model when little time is left.
    `expected_cost`: US dollars an answer costs at most, to skip a model the ceiling cannot pay.
    """

    model: str
    timeout_seconds: Annotated[float, Field(gt=0)]
    typical_seconds: Annotated[float, Field(ge=0)]
    expected_cost: Annotated[Decimal, Field(ge=0)] = Decimal(0)
    strict_retry: bool = False


class LastRung(StrEnum):
    """Where a ladder ends: never nowhere."""

    CUSTOMER = "customer"
    PERSON = "person"


class Ladder(Record):
    """The rungs of one job, cheapest first, and who is asked when they are used up."""

    job: Job
    rungs: Annotated[tuple[Rung, ...], Field(min_length=1)]
    last: LastRung = LastRung.PERSON


class Budget(Record):
    """What a job may spend: seconds of asking and waiting, US dollars for the whole ticket."""

    seconds: Annotated[float, Field(gt=0)]
    cost: Annotated[Decimal, Field(ge=0)]


class AttemptOutcome(StrEnum):
    """How one model call ended."""

    SUCCEEDED = "succeeded"
    CONTENT_FAILURE = "content_failure"
    TIMEOUT = "timeout"
    TEMPORARY = "temporary"
    PERMANENT = "permanent"
    SKIPPED = "skipped"
    """Never asked: its turn came, and there was no time, no money or no worker for it."""


class Usage(Record):
    """What a call used: tokens in (cached ones included), of those cached, and out."""

    input_tokens: Annotated[int, Field(ge=0)] = 0
    cached_tokens: Annotated[int, Field(ge=0)] = 0
    output_tokens: Annotated[int, Field(ge=0)] = 0


class Attempt(Record):
    """One rung of a ladder that was asked or skipped, as it is remembered and recorded."""

    job: Job
    rung: Annotated[int, Field(ge=0)]
    model: str
    prompt: Prompt
    outcome: AttemptOutcome
    reason: Reason | None = None
    seconds: Annotated[float, Field(ge=0)]
    waited_seconds: Annotated[float, Field(ge=0)] = 0.0
    """How long the ladder waited before this call, as the provider had asked."""
    usage: Usage = Usage()
    cost: Annotated[Decimal, Field(ge=0)] = Decimal(0)
    prompt_version: str = ""
    reported_model: str = ""
    retry_after_seconds: Annotated[float, Field(ge=0)] | None = None


class Skip(Record):
    """A rung whose turn has come, and that is not asked."""

    rung: int
    model: str
    reason: Reason


class Ask(Record):
    """Next: ask this model, after this wait."""

    step: Literal["ask"] = "ask"
    rung: int
    model: str
    prompt: Prompt
    timeout_seconds: float
    wait_seconds: float = 0.0
    reason: Reason | None = None
    """Why this rung, when it is not the first."""
    skipped: tuple[Skip, ...] = ()
    """The rungs between the last one asked and this one, in order."""


class Stop(Record):
    """Next: nobody left to ask but the customer or a person."""

    step: Literal["stop"] = "stop"
    last: LastRung
    reason: Reason
    skipped: tuple[Skip, ...] = ()
    """The rungs below the last one asked, in order."""


NextStep = Ask | Stop

"""The shapes hosted models answer in: their JSON schemas go out with the question.

Every field is required and nothing is open: both vendors' strict modes ask for that.
"""

from enum import StrEnum
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from cases.action import ActionKind
from cases.classification import Category, Priority, Team, Tone


class _Answer(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class ReadIntent(_Answer):
    """One thing the customer wants."""

    name: str
    confidence: Annotated[float, Field(ge=0, le=1)]


class ReadRequest(_Answer):
    """Words of the newest message that ask for what an intent does, copied letter by letter."""

    intent: str
    quote: str


class ReadAmount(_Answer):
    """An amount as the customer wrote it: `amount` with a point, `currency` by its three letters."""

    amount: str
    currency: str


class TicketReading(_Answer):
    """What a model read off a ticket."""

    rationale: Annotated[str, Field(max_length=200)]
    category: Category
    intents: Annotated[list[ReadIntent], Field(min_length=1, max_length=4)]
    priority: Priority
    team: Team
    confidence: Annotated[float, Field(ge=0, le=1)]
    escalation_required: bool
    order_ids: list[str]
    emails: list[str]
    amounts: list[ReadAmount]
    dates: list[str]
    plan: str | None
    address: str | None
    tone: Tone
    contradictions: list[str]
    requests: list[ReadRequest]


class Legibility(StrEnum):
    """Whether the words of a picture can be read, and what stands in the way."""

    READABLE = "readable"
    BLURRED = "blurred"
    TOO_DARK = "too_dark"
    TOO_SMALL = "too_small"
    CUT_OFF = "cut_off"
    BLANK = "blank"


class PictureReading(_Answer):
    """What a model read in a picture."""

    legibility: Legibility
    words: str
    shows: Annotated[str, Field(max_length=300)]


class WrittenClaim(_Answer):
    """A statement of the reply, with the words of a source that prove it."""

    statement: str
    source_id: str
    quote: str


class WrittenReply(_Answer):
    """What a model would write to the customer, and what it would do."""

    reply: Annotated[str, Field(min_length=1)]
    claims: list[WrittenClaim]
    action: ActionKind | None

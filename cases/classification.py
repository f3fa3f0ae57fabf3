"""What a ticket is about, as a model or a rule reads it."""

from datetime import date
from enum import StrEnum
from typing import Annotated, TypeVar

from pydantic import Field

from cases.money import Money
from cases.record import Record
from cases.ticket import Locale

Item = TypeVar("Item")

IntentName = str
"""A key of the policy's `intents`, such as `order_status`."""

OTHER: IntentName = "other"
"""The intent of a ticket that is like none of the policy's examples."""

Confidence = Annotated[float, Field(ge=0, le=1)]
"""A calibrated probability: of 100 answers at 0.8, about 80 are right."""


class Category(StrEnum):
    """The six categories of a ticket."""

    BILLING = "billing"
    TECHNICAL = "technical"
    SALES = "sales"
    BUG = "bug"
    CANCELLATION = "cancellation"
    OTHER = "other"


class Team(StrEnum):
    """The six teams that own tickets."""

    BILLING_SUPPORT = "billing_support"
    TECH_SUPPORT = "tech_support"
    SALES = "sales"
    CORE_ENG = "core_eng"
    ACCOUNT_OPS = "account_ops"
    TRIAGE = "triage"


class Priority(StrEnum):
    """How soon a person should look, if one has to."""

    LOW = "low"
    MEDIUM = "medium"
    HIGH = "high"


class Tone(StrEnum):
    """How the customer sounds."""

    CALM = "calm"
    WORRIED = "worried"
    ANGRY = "angry"


class IntentGuess(Record):
    """One thing the customer wants, and how sure the reader is of it."""

    name: IntentName
    confidence: Confidence


class RequestEvidence(Record):
    """The words of the customer's newest message that ask for what an intent does. Without them nothing is done."""

    intent: IntentName
    quote: str
    """As it stands there."""
    message_id: str
    reference: str | None = None
    """The one record that these words ask it for, where the message names any: for no other record is it asked."""


class Entities(Record):
    """What the customer named. It is a claim, to be looked up; never an argument of an action by itself."""

    order_ids: tuple[str, ...] = ()
    emails: tuple[str, ...] = ()
    amounts: tuple[Money, ...] = ()
    dates: tuple[date, ...] = ()
    plan: str | None = None
    address: str | None = None

    def merged_with(self, later: "Entities") -> "Entities":
        """Both, without repeats, what was said last at the end; where only one can stand, the later one does."""
        return Entities(
            order_ids=_union(self.order_ids, later.order_ids),
            emails=_union(self.emails, later.emails),
            amounts=_union(self.amounts, later.amounts),
            dates=_union(self.dates, later.dates),
            plan=later.plan or self.plan,
            address=later.address or self.address,
        )


class Classification(Record):
    """What a ticket is about: what it is most about first, with `confidence`; what else is wanted after it."""

    category: Category
    intents: Annotated[tuple[IntentGuess, ...], Field(min_length=1)]
    priority: Priority
    team: Team
    confidence: Confidence
    unfamiliar: bool = False
    """Whether the text is like none of the examples its reader was taught by: it is not gone by, however sure."""
    escalation_required: bool = False
    requests: tuple[RequestEvidence, ...] = ()
    """What is asked for, proven by the newest message's own words."""
    entities: Entities = Entities()
    tone: Tone = Tone.CALM
    language: Locale
    contradictions: tuple[str, ...] = ()
    rationale: Annotated[str, Field(max_length=200)] = ""

    @property
    def intent_names(self) -> tuple[IntentName, ...]:
        """The intents' names, in the same order."""
        return tuple(intent.name for intent in self.intents)


def _union(earlier: tuple[Item, ...], later: tuple[Item, ...]) -> tuple[Item, ...]:
    return tuple(dict.fromkeys((*(item for item in earlier if item not in later), *later)))

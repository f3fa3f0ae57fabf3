"""What a ticket is about, as a model or a rule reads it."""

from datetime import date
from enum import StrEnum
from typing import Annotated, TypeVar

from pydantic import Field

from cases.asked_money import AskedAmount, AskedMoney, Bearing
from cases.money import Money
from cases.record import Record
from cases.reference import Reference
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


class UnprovenRequest(Record):
    """An intent that does something, and words that do not prove that the customer asks for it now."""

    intent: IntentName
    denied: bool
    """Whether the words say that it is not asked for. If they only leave it open, the customer can be asked."""
    why: str
    """As a sentence goes on after "they": "ask a question about it"."""
    quote: str = ""
    """The words that say so, where any do."""


class Entities(Record):
    """What the customer named. It is a claim, to be looked up; never an argument of an action by itself."""

    order_ids: tuple[str, ...] = ()
    """Order numbers in the shop's own form."""
    references: tuple[Reference, ...] = ()
    """All that looks like the number of an order, in the order in which it was named; `order_ids` are among them."""
    emails: tuple[str, ...] = ()
    new_emails: tuple[str, ...] = ()
    """Those of `emails` that the words call the new one."""
    old_emails: tuple[str, ...] = ()
    """Those of `emails` that the words call the old one."""
    amounts: tuple[Money, ...] = ()
    asked_money: tuple[AskedMoney, ...] = ()
    """What the words say of how much is asked for; `amounts` are among it."""
    dates: tuple[date, ...] = ()
    """Every day that may be meant: of `05/01/2026`, both."""
    plan: str | None = None
    address: str | None = None
    """The one postal address that is named and not called the old one, or the one that is called the new one."""
    addresses: tuple[str, ...] = ()
    """Those that may be meant, where the words do not tell which of them is the new one."""
    old_addresses: tuple[str, ...] = ()
    """Those that the words call the old one."""

    @property
    def named(self) -> tuple[Reference, ...]:
        """All references, those given as plain order numbers too: named last, because somebody wrote them down."""
        known = {candidate for reference in self.references for candidate in reference.candidates}
        last = max((reference.turn for reference in self.references), default=0)
        given = (number for number in self.order_ids if number not in known)
        return (*self.references, *(Reference(written=n, candidates=(n,), turn=last) for n in given))

    @property
    def money(self) -> tuple[AskedMoney, ...]:
        """All that is said of how much is asked for; an amount given without words counts as asked for."""
        said = {(asked.amount, asked.currency) for asked in self.asked_money if isinstance(asked, AskedAmount)}
        given = (money for money in self.amounts if (money.amount, money.currency) not in said)
        return (*self.asked_money, *map(AskedAmount.of, given))

    def merged_with(self, later: "Entities") -> "Entities":
        """Both, without repeats, what was said last at the end; where only one can stand, the later one does."""
        address, addresses = self._address_beside(later)
        asked = _money(self.money, later.money)
        amounts = (amount for amount in asked if isinstance(amount, AskedAmount))
        return Entities(
            order_ids=_union(self.order_ids, later.order_ids),
            references=_references(self.named, later.named),
            emails=_union(self.emails, later.emails),
            new_emails=later.new_emails or tuple(email for email in self.new_emails if email not in later.old_emails),
            old_emails=_union(
                tuple(email for email in self.old_emails if email not in later.new_emails), later.old_emails
            ),
            amounts=tuple(dict.fromkeys(amount.money for amount in amounts if amount.money is not None)),
            asked_money=asked,
            dates=_union(self.dates, later.dates),
            plan=later.plan or self.plan,
            address=address,
            addresses=addresses,
            old_addresses=_union(self.old_addresses, later.old_addresses),
        )

    def _address_beside(self, later: "Entities") -> tuple[str | None, tuple[str, ...]]:
        """The address that stands after what was said later, or those among which the words do not tell."""
        if later.address is not None or later.addresses:
            return later.address, later.addresses
        left = tuple(place for place in self.addresses if place not in later.old_addresses)
        if len(left) == 1:
            return left[0], ()
        return (None if self.address in later.old_addresses else self.address), left


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
    """What is asked for, proven by the newest messages' own words."""
    earlier: tuple[RequestEvidence, ...] = ()
    """What was asked for before a reviewer put a question to the customer, whose answer does not ask for it."""
    unproven: tuple[UnprovenRequest, ...] = ()
    """Which of the intents would do something, and are not proven to ask for it."""
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


def _references(earlier: tuple[Reference, ...], later: tuple[Reference, ...]) -> tuple[Reference, ...]:
    """What is named again counts as named last."""
    again = {_same(reference) for reference in later}
    kept = tuple(reference for reference in earlier if _same(reference) not in again)
    offset = 1 + max((reference.turn for reference in kept), default=-1)
    return (*kept, *(reference.model_copy(update={"turn": reference.turn + offset}) for reference in later))


def _same(reference: Reference) -> str:
    return reference.candidates[0] if reference.candidates else reference.written.casefold()


def _money(earlier: tuple[AskedMoney, ...], later: tuple[AskedMoney, ...]) -> tuple[AskedMoney, ...]:
    """What is asked for later replaces what was said before; what is only mentioned stands beside it."""
    if any(asked.bearing is Bearing.ASKED for asked in later):
        return later
    return _union(earlier, later)

"""What the systems of record and the help centre say. Facts come from here or not at all."""

from datetime import date
from enum import StrEnum
from typing import Annotated, TypeVar

from pydantic import AwareDatetime, Field

from cases.attachment import UnreadAttachment, UnreadState
from cases.classification import IntentName
from cases.money import Money
from cases.record import Record
from cases.ticket import Locale


class IdentityStrength(StrEnum):
    """How sure we are that the sender is the account's owner, weakest first."""

    UNKNOWN = "unknown"
    """No account found."""
    CLAIMED = "claimed"
    """An account was found only by something written in the text."""
    MATCHED = "matched"
    """The sender's address is the account's address. Addresses can be forged."""
    VERIFIED = "verified"
    """The helpdesk itself has signed the person in, and that person owns the account."""

    def at_least(self, required: "IdentityStrength") -> bool:
        """Whether this is as strong as required, or stronger."""
        order = list(IdentityStrength)
        return order.index(self) >= order.index(required)


class Tier(StrEnum):
    """What kind of customer it is."""

    STANDARD = "standard"
    PLUS = "plus"
    BUSINESS = "business"


class Account(Record):
    """A customer's account at the shop."""

    id: str
    name: str
    email: str
    tier: Tier = Tier.STANDARD
    locale: Locale = "en"
    address: str | None = None
    closed: bool = False


class OrderStatus(StrEnum):
    """Where an order is."""

    PLACED = "placed"
    PACKED = "packed"
    SHIPPED = "shipped"
    DELIVERED = "delivered"
    CANCELLED = "cancelled"
    RETURNED = "returned"


class Order(Record):
    """An order at the shop."""

    id: str
    customer_id: str
    status: OrderStatus
    items: tuple[str, ...]
    total: Money
    placed_on: date
    shipped_on: date | None = None
    expected_on: date | None = None
    delivered_on: date | None = None
    carrier: str | None = None
    tracking: str | None = None
    address: str | None = None


class PaymentStatus(StrEnum):
    """Where a payment is."""

    PENDING = "pending"
    CAPTURED = "captured"
    REFUNDED = "refunded"
    FAILED = "failed"


class Payment(Record):
    """A payment at the shop. `refunded` is what has gone back of it so far."""

    id: str
    customer_id: str
    order_id: str | None = None
    status: PaymentStatus
    amount: Money
    refunded: Money
    paid_on: date
    method: str

    @property
    def refundable(self) -> Money:
        """What can still go back."""
        return self.amount - self.refunded


class SubscriptionStatus(StrEnum):
    """Where a subscription is."""

    ACTIVE = "active"
    PAST_DUE = "past_due"
    CANCELLED = "cancelled"


class Subscription(Record):
    """A customer's subscription at the shop."""

    id: str
    customer_id: str
    plan: str
    status: SubscriptionStatus
    price: Money
    renews_on: date | None = None


class Passage(Record):
    """A part of a help-centre article, as it read at one revision."""

    id: str
    article_id: str
    title: str
    headings: tuple[str, ...] = ()
    """What it stands under in the article."""
    locale: Locale
    revision: Annotated[int, Field(ge=1)]
    text: str
    confidence: Annotated[float, Field(ge=0, le=1)]


class EarlierContact(Record):
    """An earlier case of the same customer."""

    case_id: str
    intents: tuple[IntentName, ...]
    outcome: str
    at: AwareDatetime


class LookupKind(StrEnum):
    """One question to a system of record."""

    CUSTOMER = "customer"
    ORDERS = "orders"
    PAYMENTS = "payments"
    SUBSCRIPTION = "subscription"


class LookupFailure(Record):
    """A look-up that gave no answer, in words for a person."""

    kind: LookupKind
    sentence: str


class Facts(Record):
    """All that was found for a case. Empty tuples mean: asked, and nothing there, or not asked (see `asked`)."""

    identity: IdentityStrength = IdentityStrength.UNKNOWN
    account: Account | None = None
    orders: tuple[Order, ...] = ()
    payments: tuple[Payment, ...] = ()
    subscription: Subscription | None = None
    passages: tuple[Passage, ...] = ()
    earlier_contacts: tuple[EarlierContact, ...] = ()
    read_at: AwareDatetime | None = None
    """When the first of the records was asked for: none of them is older news than that."""
    asked: tuple[str, ...] = ()
    """The look-ups already answered, as `LookupRequest.key`: none of them is made twice."""
    failures: tuple[LookupFailure, ...] = ()
    unread: tuple[UnreadAttachment, ...] = ()
    """What the customer sent and nobody could look at or listen to."""

    @property
    def illegible(self) -> UnreadAttachment | None:
        """The picture the customer must send more clearly, where there is one."""
        return next((file for file in self.unread if file.state is UnreadState.CLEARER_WANTED), None)

    @property
    def unseen(self) -> UnreadAttachment | None:
        """What a colleague must look at, where there is something."""
        return next((file for file in self.unread if file.state is UnreadState.FOR_A_PERSON), None)

    @property
    def retrieval_confidence(self) -> float:
        """How well the best passage answers the ticket, 0 to 1; 0 without one."""
        return max((passage.confidence for passage in self.passages), default=0.0)

    def with_answers(self, found: "Facts") -> "Facts":
        """These facts and what later look-ups found; a look-up that failed before and answered now failed no more."""
        answered = {key.split(":")[0] for key in found.asked}
        failed_again = {failure.kind for failure in found.failures}
        still_failing = [f for f in self.failures if f.kind not in answered and f.kind not in failed_again]
        # Whose account it is and how sure that is belong together: strength proven for one account says nothing
        # about another.
        owner = found if found.account and not self.identity.at_least(found.identity) else self
        if self.account is None and found.account is not None:
            owner = found
        return self.model_copy(
            update={
                "identity": owner.identity,
                "account": owner.account,
                "orders": _united(self.orders, found.orders),
                "payments": _united(self.payments, found.payments),
                "subscription": self.subscription or found.subscription,
                "read_at": self.read_at or found.read_at,
                "asked": tuple(dict.fromkeys((*self.asked, *found.asked))),
                "failures": (*still_failing, *found.failures),
            }
        )


Dated = TypeVar("Dated", Order, Payment)


def _united(earlier: tuple[Dated, ...], later: tuple[Dated, ...]) -> tuple[Dated, ...]:
    return tuple({record.id: record for record in (*earlier, *later)}.values())


class LookupRequest(Record):
    """One question to a system of record.

    `value` is what is looked up by: a customer's e-mail or id, an order id, an account id.
    """

    kind: LookupKind
    value: str
    by: str
    """What `value` is: `email`, `customer_id`, `order_id`."""

    @property
    def key(self) -> str:
        """The same key is the same question."""
        return f"{self.kind}:{self.by}:{self.value}"

    @classmethod
    def of(cls, key: str) -> "LookupRequest":
        """The question that has this key."""
        kind, by, value = key.split(":", 2)
        return cls(kind=LookupKind(kind), by=by, value=value)

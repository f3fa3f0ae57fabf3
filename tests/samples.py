"""What tests that are about something else take for granted: a customer, what she wrote and bought, and one article."""

from datetime import UTC, datetime
from decimal import Decimal

from cases.classification import Category, Classification, IntentGuess, Priority, RequestEvidence, Team
from cases.facts import Account, Order, OrderStatus, Passage, Payment, PaymentStatus
from cases.money import Money
from cases.ticket import Customer, Message, Ticket

NOW = datetime(2026, 1, 5, 9, 0, tzinfo=UTC)
EUR_30 = Money(amount=Decimal("30.00"), currency="EUR")
EUR_80 = Money(amount=Decimal("80.00"), currency="EUR")


def a_message(text: str, number: int = 1) -> Message:
    """Something the customer wrote."""
    return Message(id=f"m{number}", text=text, sent_at=NOW)


def a_ticket(text: str = "How long can I return things?", ticket_id: str = "1001") -> Ticket:
    """A customer's e-mail."""
    customer = Customer(name="Ada Lovelace", email="ada@example.com")
    return Ticket(tenant="acme", source="test", id=ticket_id, customer=customer, messages=(a_message(text),))


def a_classification(
    *intents: str, confidence: float = 0.93, asked_in: str = "m1", **changes: object
) -> Classification:
    """What a model said. `asked_in`: the message that asks for all of it, in so many words."""
    base: dict[str, object] = {
        "category": Category.OTHER,
        "intents": tuple(IntentGuess(name=name, confidence=confidence) for name in intents),
        "priority": Priority.LOW,
        "team": Team.TRIAGE,
        "confidence": confidence,
        "language": "en",
        "requests": tuple(RequestEvidence(intent=name, quote="please", message_id=asked_in) for name in intents),
    }
    return Classification.model_validate({**base, **changes})


def an_order(number: str = "W10001", status: OrderStatus = OrderStatus.RETURNED) -> Order:
    """An order of the test customer."""
    return Order(
        id=number,
        customer_id="cus_1",
        status=status,
        items=("tent",),
        total=EUR_30,
        placed_on=NOW.date(),
    )


def a_payment(amount: Money = EUR_30, order: str = "W10001") -> Payment:
    """What the test customer paid."""
    return Payment(
        id=f"pay_{order[1:]}",
        customer_id="cus_1",
        order_id=order,
        status=PaymentStatus.CAPTURED,
        amount=amount,
        refunded=Money(amount=Decimal(0), currency=amount.currency),
        paid_on=NOW.date(),
        method="card",
    )


ADA = Account(id="cus_1", name="Ada Lovelace", email="ada@example.com")
PASSAGE = Passage(
    id="p1",
    article_id="returns",
    title="Returns",
    locale="en",
    revision=1,
    text="You can return things within 30 days.",
    confidence=0.9,
)

"""The tickets of the soak: what each customer writes, and what the shop knows of them."""

from datetime import UTC, datetime
from decimal import Decimal

from bench.soak_plan import TICKETS_A_RUN, TicketPlan, Wish
from cases.record import Record
from cases.ticket import Customer, Message, Ticket
from tests.crash.buyers import LARGE, SMALL, Buyer

FIRST_NUMBER = 30_000
NUMBERS = 60_000
"""Order numbers have five digits, and the demo's own begin with 1 or 2."""

FIRST_MESSAGE = "m1"

WORDS = {
    Wish.SMALL_REFUND: "Hello, I sent the tent of order {order} back two weeks ago. Please refund my money.",
    Wish.LARGE_REFUND: "Hello, I sent the tent of order {order} back two weeks ago. Please refund my money.",
    Wish.TWO_WISHES: (
        "I sent the tent of order {order} back two weeks ago, please refund my money. "
        "Also, how many days do I have to return something?"
    ),
    Wish.ORDER_STATUS: "Where is my order {order}?",
    Wish.NO_ORDER_NUMBER: "Where is my parcel? It should have been here by now.",
    Wish.QUESTION: "How many days do I have to return something I do not like?",
    Wish.THREAT: "I want the money for order {order} back, or I will take you to court.",
}


class SoakTicket(Record):
    """One ticket of one run."""

    seed: int
    place: int
    """Its place in the run, from 0."""
    plan: TicketPlan

    @property
    def buyer(self) -> Buyer:
        """The customer as the shop knows them, with one returned order that was paid once."""
        number = FIRST_NUMBER + (self.seed * TICKETS_A_RUN + self.place) % NUMBERS
        return Buyer(number, self.amount)

    @property
    def amount(self) -> Decimal:
        """What the order cost, in EUR."""
        return LARGE if self.plan.wish is Wish.LARGE_REFUND else SMALL

    @property
    def ticket(self) -> Ticket:
        """What the helpdesk sends."""
        # Who names no order is not found by their address either: only an answer helps.
        domain = "example.org" if self.plan.wish is Wish.NO_ORDER_NUMBER else "example.com"
        return Ticket(
            tenant="acme",
            source="soak",
            id=f"s{self.seed}-{self.place}",
            customer=Customer(name=f"Buyer {self.buyer.number}", email=f"buyer{self.buyer.number}@{domain}"),
            messages=(self._message(FIRST_MESSAGE, WORDS[self.plan.wish]),),
        )

    def answer(self, number: int) -> Message:
        """What the customer says when asked; each answer has its number."""
        return self._message(f"answer-{number}", "Sorry, I forgot: it is order {order}.")

    def reminder(self) -> Message:
        """What the customer writes without being asked."""
        return self._message("again", "Any news about my order {order}?")

    def _message(self, message_id: str, words: str) -> Message:
        text = words.format(order=f"W{self.buyer.number}")
        return Message(id=message_id, text=text, sent_at=datetime.now(UTC))

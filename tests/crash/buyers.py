"""Customers of the shop who want their money back, as many as a test needs."""

from datetime import UTC, datetime
from decimal import Decimal
from typing import NamedTuple

import psycopg

from cases.ticket import Customer, Message, Ticket

SMALL = Decimal("30.00")
"""A refund that goes out by itself."""

LARGE = Decimal("80.00")
"""A refund that waits for a person."""


class Buyer(NamedTuple):
    """A customer of the shop with one returned order, paid once, and the ticket that asks for the money back."""

    number: int
    amount: Decimal

    @property
    def ticket(self) -> Ticket:
        """An e-mail that asks for the refund."""
        text = f"Hello, I sent the tent of order W{self.number} back two weeks ago. Please refund my money."
        return Ticket(
            tenant="acme",
            source="crash",
            id=f"c{self.number}",
            customer=Customer(name=f"Buyer {self.number}", email=f"buyer{self.number}@example.com"),
            messages=(Message(id="m1", text=text, sent_at=datetime.now(UTC)),),
        )

    def enter(self, database_url: str) -> None:
        """Write the customer, the order and the payment into the shop's own tables."""
        customer, order, payment = f"cus_{self.number}", f"W{self.number}", f"pay_{self.number}"
        with psycopg.connect(database_url) as shop:
            shop.execute(
                "INSERT INTO shop.customers VALUES (%s, %s, %s, 'standard', 'en', NULL, false)",
                (customer, f"Buyer {self.number}", f"buyer{self.number}@example.com"),
            )
            shop.execute(
                "INSERT INTO shop.orders (id, customer_id, status, items, total_amount, currency, placed_on)"
                " VALUES (%s, %s, 'returned', '{Tent}', %s, 'EUR', current_date - 20)",
                (order, customer, self.amount),
            )
            shop.execute(
                "INSERT INTO shop.payments VALUES (%s, %s, %s, 'captured', %s, 0, 'EUR', current_date - 20, 'card')",
                (payment, customer, order, self.amount),
            )

"""Buyers of the demo's shop for runs of their own: each has one order, not sent yet, and one payment for it."""

from collections.abc import Sequence
from decimal import Decimal
from typing import NamedTuple

import psycopg

PAID = Decimal("100.00")

FIRST = 100_000
"""Beyond the numbers of the records that the shop begins with."""


class Buyer(NamedTuple):
    """One buyer, by the number of a run."""

    run: int

    @property
    def number(self) -> int:
        """What its records are called by."""
        return FIRST + self.run

    @property
    def customer(self) -> str:
        """The account."""
        return f"cus_{self.number}"

    @property
    def order(self) -> str:
        """The order, which can still be stopped."""
        return f"W{self.number}"

    @property
    def payment(self) -> str:
        """What was paid for it: 100 EUR."""
        return f"pay_{self.number}"


def add_buyers(database_url: str, buyers: Sequence[Buyer]) -> None:
    """Write buyers into the tables of a shop that is running."""
    customers = [(one.customer, f"Buyer {one.number}", f"b{one.number}@example.com") for one in buyers]
    orders = [(one.order, one.customer, PAID) for one in buyers]
    payments = [(one.payment, one.customer, one.order, PAID) for one in buyers]
    with psycopg.connect(database_url) as connection, connection.cursor() as cursor:
        cursor.executemany(
            "INSERT INTO shop.customers (id, name, email, tier, locale, closed)"
            " VALUES (%s, %s, %s, 'standard', 'en', false)",
            customers,
        )
        cursor.executemany(
            "INSERT INTO shop.orders (id, customer_id, status, items, total_amount, currency, placed_on, address)"
            " VALUES (%s, %s, 'placed', '{Tent}', %s, 'EUR', current_date, 'Old Street 1, 10115 Berlin')",
            orders,
        )
        cursor.executemany(
            "INSERT INTO shop.payments (id, customer_id, order_id, status, amount, refunded_amount, currency, paid_on,"
            " method) VALUES (%s, %s, %s, 'captured', %s, 0, 'EUR', current_date, 'card')",
            payments,
        )

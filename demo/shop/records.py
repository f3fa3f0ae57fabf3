"""What the shop's records say, read as the shared types."""

from typing import LiteralString, TypeVar

from cases.facts import Account, Order, Payment, Subscription
from cases.record import Record
from demo.shop.database import Connection

ReadRecord = TypeVar("ReadRecord", bound=Record)

ACCOUNTS: LiteralString = "SELECT id, name, email, tier, locale, address, closed FROM shop.customers"

ORDERS: LiteralString = """
    SELECT id, customer_id, status, items, placed_on, shipped_on, expected_on, delivered_on, carrier, tracking, address,
           json_build_object('amount', total_amount::text, 'currency', currency) AS total
    FROM shop.orders
"""

PAYMENTS: LiteralString = """
    SELECT id, customer_id, order_id, status, paid_on, method,
           json_build_object('amount', amount::text, 'currency', currency) AS amount,
           json_build_object('amount', refunded_amount::text, 'currency', currency) AS refunded
    FROM shop.payments
"""

SUBSCRIPTIONS: LiteralString = """
    SELECT id, customer_id, plan, status, renews_on,
           json_build_object('amount', price_amount::text, 'currency', currency) AS price
    FROM shop.subscriptions
"""


async def account(connection: Connection, customer_id: str) -> Account | None:
    """The account with this id."""
    return await _one(connection, Account, ACCOUNTS + " WHERE id = %s", customer_id)


async def account_by_email(connection: Connection, email: str) -> Account | None:
    """The account that signs in with this address, letter case aside."""
    return await _one(connection, Account, ACCOUNTS + " WHERE lower(email) = lower(%s)", email)


async def order(connection: Connection, order_id: str) -> Order | None:
    """The order with this id, letter case aside."""
    return await _one(connection, Order, ORDERS + " WHERE upper(id) = upper(%s)", order_id)


async def payment(connection: Connection, payment_id: str) -> Payment | None:
    """The payment with this id."""
    return await _one(connection, Payment, PAYMENTS + " WHERE id = %s", payment_id)


async def subscription(connection: Connection, subscription_id: str) -> Subscription | None:
    """The subscription with this id."""
    return await _one(connection, Subscription, SUBSCRIPTIONS + " WHERE id = %s", subscription_id)


async def subscription_of(connection: Connection, customer_id: str) -> Subscription | None:
    """The customer's subscription."""
    return await _one(connection, Subscription, SUBSCRIPTIONS + " WHERE customer_id = %s", customer_id)


async def orders_of(connection: Connection, customer_id: str, limit: int) -> tuple[Order, ...]:
    """The customer's orders, newest first."""
    newest = ORDERS + " WHERE customer_id = %s ORDER BY placed_on DESC, id DESC LIMIT %s"
    rows = await connection.execute(newest, (customer_id, limit))
    return tuple([Order.model_validate(row) async for row in rows])


async def payments_of(connection: Connection, customer_id: str, limit: int) -> tuple[Payment, ...]:
    """The customer's payments, newest first."""
    newest = PAYMENTS + " WHERE customer_id = %s ORDER BY paid_on DESC, id DESC LIMIT %s"
    rows = await connection.execute(newest, (customer_id, limit))
    return tuple([Payment.model_validate(row) async for row in rows])


async def _one(connection: Connection, kind: type[ReadRecord], query: LiteralString, value: str) -> ReadRecord | None:
    row = await (await connection.execute(query, (value,))).fetchone()
    return None if row is None else kind.model_validate(row)

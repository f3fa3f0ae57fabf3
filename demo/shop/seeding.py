"""Filling the shop's tables: at the first start, and again when a demo or a test begins anew."""

from datetime import UTC, datetime
from pathlib import Path

from cases.facts import Account, Order, Payment, Subscription
from demo.shop.database import Connection, Pool, create_schema
from demo.shop.seed import Seed, read_seed


async def prepare(pool: Pool, seed: Path) -> None:
    """Make the tables, and fill them if the shop has no customers. Raises InvalidInput for a seed that is wrong."""
    async with pool.connection() as connection, connection.transaction():
        await create_schema(connection)
        if await (await connection.execute("SELECT 1 FROM shop.customers LIMIT 1")).fetchone() is None:
            await _fill(connection, _seed_of_today(seed))


async def begin_anew(pool: Pool, seed: Path) -> None:
    """Forget every record, executed action and effect, and fill the tables again, all in one transaction."""
    written = _seed_of_today(seed)
    async with pool.connection() as connection, connection.transaction():
        await connection.execute(
            "TRUNCATE shop.customers, shop.orders, shop.payments, shop.subscriptions,"
            " shop.executed_actions, shop.refunds, shop.effects RESTART IDENTITY"
        )
        await _fill(connection, written)


def _seed_of_today(file: Path) -> Seed:
    return read_seed(file, datetime.now(UTC).date())


async def _fill(connection: Connection, seed: Seed) -> None:
    async with connection.cursor() as cursor:
        await cursor.executemany(
            "INSERT INTO shop.customers (id, name, email, tier, locale, address, closed)"
            " VALUES (%s, %s, %s, %s, %s, %s, %s)",
            [_customer(entry) for entry in seed.customers],
        )
        await cursor.executemany(
            "INSERT INTO shop.orders (id, customer_id, status, items, total_amount, currency, placed_on, shipped_on,"
            " expected_on, delivered_on, carrier, tracking, address)"
            " VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s)",
            [_order(entry) for entry in seed.orders],
        )
        await cursor.executemany(
            "INSERT INTO shop.payments (id, customer_id, order_id, status, amount, refunded_amount, currency, paid_on,"
            " method) VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s)",
            [_payment(entry) for entry in seed.payments],
        )
        await cursor.executemany(
            "INSERT INTO shop.subscriptions (id, customer_id, plan, status, price_amount, currency, renews_on)"
            " VALUES (%s, %s, %s, %s, %s, %s, %s)",
            [_subscription(entry) for entry in seed.subscriptions],
        )


def _customer(entry: Account) -> tuple[object, ...]:
    return (entry.id, entry.name, entry.email, entry.tier, entry.locale, entry.address, entry.closed)


def _order(entry: Order) -> tuple[object, ...]:
    money = (entry.total.amount, entry.total.currency)
    dates = (entry.placed_on, entry.shipped_on, entry.expected_on, entry.delivered_on)
    delivery = (entry.carrier, entry.tracking, entry.address)
    return (entry.id, entry.customer_id, entry.status, list(entry.items), *money, *dates, *delivery)


def _payment(entry: Payment) -> tuple[object, ...]:
    money = (entry.amount.amount, entry.refunded.amount, entry.amount.currency)
    return (entry.id, entry.customer_id, entry.order_id, entry.status, *money, entry.paid_on, entry.method)


def _subscription(entry: Subscription) -> tuple[object, ...]:
    money = (entry.price.amount, entry.price.currency)
    return (entry.id, entry.customer_id, entry.plan, entry.status, *money, entry.renews_on)

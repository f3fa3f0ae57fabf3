"""The shop's records as a story begins: the demo's own, and customers whose ids are plain numbers."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path

import psycopg
from psycopg import sql
from psycopg.rows import class_row
from psycopg_pool import AsyncConnectionPool

import demo.shop

SEED = Path(demo.shop.__file__).with_name("seed.yaml")
TODAY = datetime.now(UTC).date()

NUMBERED = range(31, 43)
"""The ids that a helpdesk may have given its own contacts."""

ENTER_NUMBERED = """
INSERT INTO shop.customers SELECT n::text, 'Neighbour ' || n, 'neighbour' || n || '@example.org', 'standard', 'en',
    n || ' Far Lane, Kendal LA9 4QT', false FROM unnest(%(numbers)s::int[]) AS n;
INSERT INTO shop.orders SELECT 'W190' || n, n::text, 'shipped', '{Lantern}', 31.00, 'EUR', current_date - 4,
    current_date - 2, current_date + 1, NULL, 'DHL', 'JD01990' || n, NULL FROM unnest(%(numbers)s::int[]) AS n;
INSERT INTO shop.payments SELECT 'pay_190' || n, n::text, 'W190' || n, 'captured', 31.00, 0, 'EUR', current_date - 4,
    'card' FROM unnest(%(numbers)s::int[]) AS n;
"""

TABLES = ("customers", "orders", "payments", "subscriptions")

KEEP = "; ".join(("CREATE SCHEMA first", *(f"CREATE TABLE first.{table} AS TABLE shop.{table}" for table in TABLES)))

PUT_BACK = """
DELETE FROM shop.subscriptions WHERE customer_id = ANY(%(ids)s);
DELETE FROM shop.payments WHERE customer_id = ANY(%(ids)s);
DELETE FROM shop.orders WHERE customer_id = ANY(%(ids)s);
UPDATE shop.customers AS now SET name = was.name, email = was.email, tier = was.tier, locale = was.locale,
    address = was.address, closed = was.closed FROM first.customers AS was
    WHERE was.id = now.id AND was.id = ANY(%(ids)s);
INSERT INTO shop.orders SELECT * FROM first.orders WHERE customer_id = ANY(%(ids)s);
INSERT INTO shop.payments SELECT * FROM first.payments WHERE customer_id = ANY(%(ids)s);
INSERT INTO shop.subscriptions SELECT * FROM first.subscriptions WHERE customer_id = ANY(%(ids)s);
"""


@dataclass(frozen=True)
class EffectRow:
    """Something that happened in the shop."""

    id: int
    key: str
    kind: str
    target: str
    amount: Decimal | None
    currency: str | None

    @property
    def text(self) -> str:
        """As stories name it."""
        money = [] if self.amount is None else [str(self.amount), str(self.currency)]
        return " ".join([self.kind, self.target, *money])


class FirstRecords:
    """What the shop's tables held at first, to put back and to compare with."""

    def __init__(self, database_url: str, pool: AsyncConnectionPool) -> None:
        """`pool`: open connections to the same database."""
        self._pool = pool
        with psycopg.connect(database_url) as shop:
            for statement in ENTER_NUMBERED.split(";\n"):
                shop.execute(statement.encode(), {"numbers": list(NUMBERED)}) if statement.strip() else None
            shop.execute(KEEP.encode())
            rows = shop.execute("SELECT id, email FROM first.customers").fetchall()
            self.ids: dict[str, str] = {str(email): str(number) for number, email in rows}
            self._emails = {number: email for email, number in self.ids.items()}
            self._owners: dict[str, str] = dict(self._emails)
            for table in TABLES[1:]:
                query = sql.SQL("SELECT id, customer_id FROM {kept}").format(kept=sql.Identifier("first", table))
                owned = shop.execute(query).fetchall()
                self._owners.update({str(record): self._emails[str(owner)] for record, owner in owned})
            said = shop.execute("SELECT id, tracking, customer_id FROM first.orders").fetchall()
        self._telling = [
            (word, self._emails[str(owner)])
            for order, tracking, owner in said
            for word in (str(order), tracking)
            if word is not None
        ]

    def owner(self, record: str) -> str | None:
        """Whose record it is, by the address."""
        return self._owners.get(record)

    def of_others(self, text: str, readers: Iterable[str]) -> set[str]:
        """The order and parcel numbers in a text that belong to none of these people."""
        allowed = set(readers)
        return {word for word, owner in self._telling if word in text and owner not in allowed}

    async def put_back(self, people: Iterable[str]) -> None:
        """Let these customers' records be what they were."""
        ids = {"ids": [self.ids[address] for address in people]}
        async with self._pool.connection() as shop:
            for statement in PUT_BACK.split(";\n"):
                if statement.strip():
                    await shop.execute(statement.encode(), ids)

    async def changed(self, people: Iterable[str]) -> tuple[str, ...]:
        """Which records of these customers differ from what they were."""
        ids = [self.ids[address] for address in people]
        found: list[str] = []
        async with self._pool.connection() as shop:
            for table in TABLES:
                owner = sql.Identifier("id" if table == "customers" else "customer_id")
                now, was = sql.Identifier("shop", table), sql.Identifier("first", table)
                query = sql.SQL(
                    "SELECT id FROM ((TABLE {now} EXCEPT TABLE {was}) UNION ALL (TABLE {was} EXCEPT TABLE {now})) AS d"
                    " WHERE {owner} = ANY(%s)"
                ).format(now=now, was=was, owner=owner)
                found += [str(row[0]) for row in await (await shop.execute(query, (ids,))).fetchall()]
        return tuple(sorted(set(found)))

    async def record(self, record: str) -> str:
        """A record as it stands, as JSON; empty where there is none."""
        async with self._pool.connection() as shop:
            for table in TABLES:
                query = sql.SQL("SELECT to_jsonb(r)::text FROM {table} AS r WHERE id = %s")
                found = await shop.execute(query.format(table=sql.Identifier("shop", table)), (record,))
                row = await found.fetchone()
                if row is not None:
                    return str(row[0])
        return ""

    async def newest_effect(self) -> int:
        """The number of the newest effect, 0 where there is none."""
        async with self._pool.connection() as shop:
            found = await (await shop.execute("SELECT coalesce(max(id), 0) FROM shop.effects")).fetchone()
        return int(found[0]) if found else 0

    async def effects_since(self, number: int) -> list[EffectRow]:
        """What has really happened after that one, oldest first."""
        query = "SELECT id, key, kind, target, amount, currency FROM shop.effects WHERE id > %s ORDER BY id"
        async with self._pool.connection() as shop, shop.cursor(row_factory=class_row(EffectRow)) as rows:
            return await (await rows.execute(query, (number,))).fetchall()

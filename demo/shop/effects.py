"""The list of what really happened: one row for each effect, written with it, changed never.

It is kept apart from the keys, so that it can show what a fault in the handling of keys would do: the same thing
twice.
"""

from pydantic import AwareDatetime

from cases.action import ActionKind
from cases.money import Money
from cases.record import Record
from demo.shop.database import Connection


class Change(Record):
    """What an action changed: which record, and the money it moved, if any."""

    kind: ActionKind
    target: str
    amount: Money | None = None


class Effect(Change):
    """A change that happened, under which key and when. Effects are numbered in the order they were written."""

    id: int
    key: str
    at: AwareDatetime


async def write_effect(connection: Connection, key: str, change: Change) -> None:
    """Write down a change, in the transaction that makes it."""
    money = (None, None) if change.amount is None else (change.amount.amount, change.amount.currency)
    await connection.execute(
        "INSERT INTO shop.effects (key, kind, target, amount, currency, at) VALUES (%s, %s, %s, %s, %s, now())",
        (key, change.kind, change.target, *money),
    )


async def effects(connection: Connection, targets: list[str] | None = None) -> tuple[Effect, ...]:
    """Everything that happened, oldest first, or what happened to some records."""
    rows = await connection.execute(
        "SELECT id, key, kind, target, at,"
        " CASE WHEN amount IS NOT NULL"
        " THEN json_build_object('amount', amount::text, 'currency', currency) END AS amount"
        " FROM shop.effects WHERE %(targets)s::text[] IS NULL OR target = ANY(%(targets)s) ORDER BY id",
        {"targets": targets},
    )
    return tuple([Effect.model_validate(row) async for row in rows])

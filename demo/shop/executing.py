"""The contract of actions: each is done once under its key, however often it is asked for.

The key, the change and the list of effects are written in one transaction, so a crash at any point leaves all three
or none. Two requests under one key meet at the key's row: the second waits for the first, then gives its answer.

A refusal is not kept under the key. It says what the records allowed at that moment, and nothing happened; kept, it
would answer for ever what a later change of the records makes wrong. So whatever stands under a key was done.
"""

import uuid

from psycopg.types.json import Jsonb
from pydantic import AwareDatetime, TypeAdapter

from cases.action import ActionArguments, ActionKind
from cases.record import Record
from demo.shop.changes import carry_out
from demo.shop.database import Connection
from demo.shop.effects import write_effect
from demo.shop.profile import ShopProfile
from demo.shop.refusals import ProblemCode, Refusal

ARGUMENTS: TypeAdapter[ActionArguments] = TypeAdapter(ActionArguments)


class Executed(Record):
    """An action that was done: the answer to the request that did it, and to each that repeats it."""

    key: str
    reference: str
    kind: ActionKind
    target: str
    executed_at: AwareDatetime


class Answer(Record):
    """What a request for an action gets. `replayed`: it had been done before, and was not done again."""

    executed: Executed
    replayed: bool


class _Stored(Record):
    key: str
    arguments: ActionArguments
    reference: str
    executed_at: AwareDatetime

    @property
    def executed(self) -> Executed:
        return Executed(
            key=self.key,
            reference=self.reference,
            kind=self.arguments.kind,
            target=self.arguments.target,
            executed_at=self.executed_at,
        )


async def execute(connection: Connection, key: str, arguments: ActionArguments, profile: ShopProfile) -> Answer:
    """Do an action under its key, or give the answer of the time it was done.

    Raises Refusal: what the shop does not do, and a key that was used for something else.
    """
    async with connection.transaction():
        reserved = await _reserve(connection, key, arguments)
        if reserved is None:
            return await _replay(connection, key, arguments)
        await hold_customer(connection, arguments.target)
        change = await carry_out(connection, arguments, profile)
        await write_effect(connection, key, change)
    return Answer(executed=reserved.executed, replayed=False)


async def executed_under(connection: Connection, key: str) -> Executed | None:
    """What was done under a key, or None."""
    stored = await _stored(connection, key)
    return None if stored is None else stored.executed


async def _reserve(connection: Connection, key: str, arguments: ActionArguments) -> _Stored | None:
    """Take the key, or None if it is taken. Waits for a transaction that holds it."""
    row = await connection.execute(
        "INSERT INTO shop.executed_actions (key, arguments, reference, executed_at) VALUES (%s, %s, %s, now())"
        " ON CONFLICT (key) DO NOTHING RETURNING key, arguments, reference, executed_at",
        (key, Jsonb(arguments.model_dump(mode="json")), f"act_{uuid.uuid4().hex[:20]}"),
    )
    reserved = await row.fetchone()
    return None if reserved is None else _Stored.model_validate(reserved)


async def _replay(connection: Connection, key: str, arguments: ActionArguments) -> Answer:
    stored = await _stored(connection, key)
    if stored is None:
        raise RuntimeError(f"The key {key} was taken and is gone: shop.executed_actions lost a row.")
    differing = _differing(stored.arguments, arguments)
    if differing:
        message = (
            f"This key did {stored.arguments.kind} with other {', '.join(differing)}. Use a new key for a new action."
        )
        raise Refusal(ProblemCode.KEY_REUSED, message, differing[0], status=409)
    return Answer(executed=stored.executed, replayed=True)


async def _stored(connection: Connection, key: str) -> _Stored | None:
    row = await connection.execute(
        "SELECT key, arguments, reference, executed_at FROM shop.executed_actions WHERE key = %s", (key,)
    )
    found = await row.fetchone()
    return None if found is None else _Stored.model_validate(found)


async def hold_customer(connection: Connection, target: str) -> None:
    """Lock the customer that a record is or belongs to: of one customer's actions only one runs at a time.

    Every action takes its key first and its customer second, so no two wait for each other.
    """
    await connection.execute(
        "SELECT 1 FROM shop.customers WHERE id = %(target)s OR id IN ("
        " SELECT customer_id FROM shop.orders WHERE upper(id) = upper(%(target)s)"
        " UNION ALL SELECT customer_id FROM shop.payments WHERE id = %(target)s"
        " UNION ALL SELECT customer_id FROM shop.subscriptions WHERE id = %(target)s) FOR UPDATE",
        {"target": target},
    )


def _differing(stored: ActionArguments, asked: ActionArguments) -> list[str]:
    """The fields in which two actions differ; another kind of action is one difference."""
    if stored.kind is not asked.kind:
        return ["kind"]
    return [field for field in type(stored).model_fields if getattr(stored, field) != getattr(asked, field)]

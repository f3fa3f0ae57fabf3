"""Actions in a shop that keeps no keys: what is asked for twice is done twice.

A refund keeps the note that came with it, and the refunds of a payment can be listed. Of all else only the state tells.
"""

import uuid
from typing import Annotated

from fastapi import APIRouter
from pydantic import StringConstraints

from cases.action import ActionArguments, Refund
from cases.money import Money
from cases.record import Document, Record
from demo.shop import records
from demo.shop.api import InDatabase, Profile, found
from demo.shop.changes import carry_out
from demo.shop.database import Connection
from demo.shop.effects import write_effect
from demo.shop.executing import hold_customer
from demo.shop.profile import ShopProfile
from demo.shop.refusals import ProblemCode, Refusal

Note = Annotated[str, StringConstraints(max_length=500)]

router = APIRouter()


class RefundAsked(Document):
    """Send so much of a payment back."""

    amount: Money
    note: Note = ""


class ChangeAsked(Document):
    """Do anything but a refund. The note is kept nowhere that can be read back."""

    change: ActionArguments
    note: Note = ""


class Done(Record):
    """Something was done."""

    reference: str


class Refunded(Done):
    """A refund that was made, with the note that came with it."""

    amount: Money
    note: str


@router.post("/payments/{payment_id}/refunds")
async def refund(payment_id: str, asked: RefundAsked, connection: InDatabase, profile: Profile) -> Refunded:
    """Send money back, every time it is asked for."""
    made = Refunded(reference=f"re_{uuid.uuid4().hex[:20]}", amount=asked.amount, note=asked.note)
    async with connection.transaction():
        await _do(connection, Refund(payment_id=payment_id, amount=asked.amount), asked.note, profile)
        await connection.execute(
            "INSERT INTO shop.refunds (reference, payment_id, amount, currency, note) VALUES (%s, %s, %s, %s, %s)",
            (made.reference, payment_id, made.amount.amount, made.amount.currency, made.note),
        )
    return made


@router.get("/payments/{payment_id}/refunds")
async def refunds_of(payment_id: str, connection: InDatabase) -> tuple[Refunded, ...]:
    """The refunds of a payment, oldest first."""
    found(await records.payment(connection, payment_id), f"payment {payment_id}")
    rows = await connection.execute(
        "SELECT reference, note, json_build_object('amount', amount::text, 'currency', currency) AS amount"
        " FROM shop.refunds WHERE payment_id = %s ORDER BY id",
        (payment_id,),
    )
    return tuple([Refunded.model_validate(row) async for row in rows])


@router.post("/changes")
async def change(asked: ChangeAsked, connection: InDatabase, profile: Profile) -> Done:
    """Do anything but a refund, every time it is asked for."""
    if isinstance(asked.change, Refund):
        raise Refusal(ProblemCode.INVALID_REQUEST, "Refund a payment under its own refunds.", "change.kind")
    async with connection.transaction():
        await _do(connection, asked.change, asked.note, profile)
    return Done(reference=f"ch_{uuid.uuid4().hex[:20]}")


async def _do(connection: Connection, arguments: ActionArguments, note: str, profile: ShopProfile) -> None:
    await hold_customer(connection, arguments.target)
    await write_effect(connection, note, await carry_out(connection, arguments, profile))

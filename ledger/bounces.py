"""Bounces: which reply of ours came back, by our own name of it or by the hash of whom it did not reach."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

from sqlalchemy import case, func, or_, select, update
from sqlalchemy.ext.asyncio import AsyncConnection
from sqlmodel import col

from cases.delivery import LostReply
from cases.helpdesk_write import WriteKind
from cases.ticket import case_id
from ledger.storable import storable_text
from ledger.tables import HelpdeskWriteRow

COMES_BACK_WITHIN = timedelta(days=14)
"""Mail servers try for five days; a person's mailbox that is restored may send back what is older."""


async def find_lost_reply(
    connection: AsyncConnection, tenant: str, names: Sequence[str], keys: Sequence[str]
) -> LostReply | None:
    """The reply with one of these names; else the newest to one of these customers, by their keys."""
    email = func.lower(func.jsonb_extract_path_text(col(HelpdeskWriteRow.conversation), "customer", "email"))
    key = func.encode(func.sha256(func.convert_to(func.concat("email:", email), "UTF8")), "hex")
    known_as = [storable_text(name) for name in names]
    named = or_(col(HelpdeskWriteRow.reference).in_(known_as), col(HelpdeskWriteRow.message_id).in_(known_as))
    wanted = (
        select(
            col(HelpdeskWriteRow.reference),
            col(HelpdeskWriteRow.source),
            col(HelpdeskWriteRow.ticket_id),
            col(HelpdeskWriteRow.undelivered),
        )
        .where(
            col(HelpdeskWriteRow.tenant) == tenant,
            col(HelpdeskWriteRow.kind) == WriteKind.REPLY,
            col(HelpdeskWriteRow.intended_at) > datetime.now(UTC) - COMES_BACK_WITHIN,
            or_(named, key.in_(keys)),
        )
        .order_by(case((named, 0), else_=1), col(HelpdeskWriteRow.intended_at).desc())
        .limit(1)
    )
    found = (await connection.execute(wanted)).mappings().first()
    if found is None:
        return None
    return LostReply(
        case_id=case_id(tenant, found["source"], found["ticket_id"]),
        reference=found["reference"],
        told_before=found["undelivered"] is not None,
    )


async def mark_lost(connection: AsyncConnection, reference: str, why: str) -> None:
    """Write down why a reply never arrived. The first reason stays."""
    lost = (
        update(HelpdeskWriteRow)
        .where(col(HelpdeskWriteRow.reference) == reference, col(HelpdeskWriteRow.undelivered).is_(None))
        .values(undelivered=storable_text(why))
    )
    await connection.execute(lost)

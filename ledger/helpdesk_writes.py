"""The book of replies and notes: each stands here before it is written into a helpdesk, and its id afterwards."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import RowMapping, func, or_, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncConnection
from sqlmodel import col

from cases.helpdesk_write import OurWriting, RecordedIntent, WriteIntent
from ledger.database import Database
from ledger.tables import HelpdeskWriteRow


class HelpdeskWrites:
    """Keeps what is written into helpdesks. Every method raises LedgerUnavailable."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def intend(self, intent: WriteIntent) -> RecordedIntent:
        """Record that a text is to be written; gives the intent as it first stood, with the ids of others' messages."""
        addition = insert(HelpdeskWriteRow).values(
            reference=intent.reference,
            tenant=intent.tenant,
            source=intent.source,
            ticket_id=intent.conversation.ticket_id,
            conversation=intent.conversation,
            kind=intent.kind,
            digest=intent.digest,
            intended_at=intent.intended_at,
            sent_at=intent.intended_at,
        )
        async with self._database.transaction() as connection:
            once = addition.on_conflict_do_nothing().returning(col(HelpdeskWriteRow.reference))
            added = (await connection.execute(once)).scalar_one_or_none()
            wanted = select(HelpdeskWriteRow).where(col(HelpdeskWriteRow.reference) == intent.reference)
            standing = (await connection.execute(wanted)).mappings().one()
            others = await _other_messages(connection, intent)
        return RecordedIntent(intent=_intent(standing, others), repeated=added is None, sent_at=standing["sent_at"])

    async def sent(self, reference: str, at: datetime | None) -> None:
        """Record that a text sets out now, or with None that no try of it wrote anything."""
        change = update(HelpdeskWriteRow).where(col(HelpdeskWriteRow.reference) == reference).values(sent_at=at)
        async with self._database.transaction() as connection:
            await connection.execute(change)

    async def confirm(self, reference: str, message_id: str, now: datetime) -> None:
        """Record the helpdesk's id of a text, seen to stand there. The first id stays."""
        seen = (
            update(HelpdeskWriteRow)
            .where(col(HelpdeskWriteRow.reference) == reference, col(HelpdeskWriteRow.message_id).is_(None))
            .values(message_id=message_id, confirmed_at=now)
        )
        async with self._database.transaction() as connection:
            await connection.execute(seen)

    async def delivered(self, tenant: str, source: str, reference: str, message_id: str) -> None:
        """Record the id of a text that its channel says has arrived, whether or not its answer was lost."""
        seen = (
            update(HelpdeskWriteRow)
            .where(
                col(HelpdeskWriteRow.reference) == reference,
                col(HelpdeskWriteRow.tenant) == tenant,
                col(HelpdeskWriteRow.source) == source,
                col(HelpdeskWriteRow.message_id).is_(None),
            )
            .values(message_id=message_id, confirmed_at=func.now())
        )
        async with self._database.transaction() as connection:
            await connection.execute(seen)

    async def undelivered(
        self, tenant: str, source: str, message_id: str, reference: str | None, why: str
    ) -> str | None:
        """Record that a text never reached the customer; gives its ticket, where the text is one of ours."""
        known_by = [col(HelpdeskWriteRow.message_id) == message_id]
        if reference is not None:
            known_by.append(col(HelpdeskWriteRow.reference) == reference)
        lost = (
            update(HelpdeskWriteRow)
            .where(col(HelpdeskWriteRow.tenant) == tenant, col(HelpdeskWriteRow.source) == source, or_(*known_by))
            .values(undelivered=why, message_id=func.coalesce(col(HelpdeskWriteRow.message_id), message_id))
            .returning(col(HelpdeskWriteRow.ticket_id))
        )
        async with self._database.transaction() as connection:
            return (await connection.execute(lost)).scalars().first()

    async def ours(self, tenant: str, source: str, ticket_id: str) -> tuple[OurWriting, ...]:
        """All that we have written, or meant to write, into a ticket."""
        wanted = select(
            col(HelpdeskWriteRow.kind),
            col(HelpdeskWriteRow.digest),
            col(HelpdeskWriteRow.message_id),
            col(HelpdeskWriteRow.intended_at),
        ).where(
            col(HelpdeskWriteRow.tenant) == tenant,
            col(HelpdeskWriteRow.source) == source,
            col(HelpdeskWriteRow.ticket_id) == ticket_id,
        )
        async with self._database.transaction() as connection:
            rows = (await connection.execute(wanted)).mappings().all()
        return tuple(OurWriting.model_validate(dict(row)) for row in rows)


async def _other_messages(connection: AsyncConnection, intent: WriteIntent) -> Sequence[str]:
    wanted = select(col(HelpdeskWriteRow.message_id)).where(
        col(HelpdeskWriteRow.tenant) == intent.tenant,
        col(HelpdeskWriteRow.source) == intent.source,
        col(HelpdeskWriteRow.ticket_id) == intent.conversation.ticket_id,
        col(HelpdeskWriteRow.reference) != intent.reference,
        col(HelpdeskWriteRow.message_id).is_not(None),
    )
    return [message for message in (await connection.execute(wanted)).scalars() if message is not None]


def _intent(row: RowMapping, others: Sequence[str]) -> WriteIntent:
    fields = {name: row[name] for name in ("reference", "tenant", "source", "conversation", "kind", "digest")}
    return WriteIntent(**fields, intended_at=row["intended_at"], message_id=row["message_id"], others=tuple(others))

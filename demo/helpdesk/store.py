"""The helpdesk's tables, in the schema `helpdesk`, and every question asked of them."""

import uuid
from datetime import UTC, datetime

from psycopg import AsyncConnection
from psycopg.rows import class_row
from psycopg.types.json import Jsonb
from psycopg_pool import AsyncConnectionPool

from cases.classification import Team
from cases.ticket import Author, Channel, Customer, Ticket
from demo.helpdesk.conversation import Conversation, NewMessage, StoredMessage, StoredTicket, Visibility, Written
from demo.helpdesk.refusals import ReferenceTaken, TicketTaken, UnknownTicket

SCHEMA = """
CREATE SCHEMA IF NOT EXISTS helpdesk;
CREATE TABLE IF NOT EXISTS helpdesk.tickets (
    id text PRIMARY KEY,
    tenant text NOT NULL,
    source text NOT NULL,
    subject text NOT NULL,
    channel text NOT NULL,
    locale text,
    customer jsonb NOT NULL,
    team text,
    position bigint GENERATED ALWAYS AS IDENTITY
);
CREATE TABLE IF NOT EXISTS helpdesk.messages (
    ticket_id text NOT NULL REFERENCES helpdesk.tickets,
    id text NOT NULL,
    author text NOT NULL,
    visibility text NOT NULL,
    text text NOT NULL,
    reference text,
    at timestamptz NOT NULL,
    position bigint GENERATED ALWAYS AS IDENTITY,
    PRIMARY KEY (ticket_id, id),
    UNIQUE (ticket_id, reference)
);
ALTER TABLE helpdesk.messages ADD COLUMN IF NOT EXISTS headers jsonb NOT NULL DEFAULT '{}';
ALTER TABLE helpdesk.tickets ADD COLUMN IF NOT EXISTS tags text[] NOT NULL DEFAULT '{}';
"""

TICKET = "SELECT id, tenant, source, subject, channel, locale, customer, team, tags FROM helpdesk.tickets"
MESSAGE = "SELECT id, ticket_id, author, visibility, text, reference, headers, at FROM helpdesk.messages"


class TicketStore:
    """Tickets and messages in PostgreSQL. A method is one transaction."""

    def __init__(self, pool: AsyncConnectionPool[AsyncConnection]) -> None:
        self._pool = pool

    async def prepare(self) -> None:
        """Make the tables where they are missing."""
        async with self._pool.connection() as connection:
            await connection.execute(SCHEMA)

    async def put(self, ticket: Ticket) -> bool:
        """Keep a ticket and those of its messages that are not here yet; true where it is new.

        Raises TicketTaken.
        """
        async with self._pool.connection() as connection:
            created = await _insert_ticket(connection, _without_messages(ticket))
            standing = await _ticket(connection, ticket.id)
            if not created and not standing.tenant:
                await _complete_ticket(connection, _without_messages(ticket))
            elif (standing.tenant, standing.source) != (ticket.tenant, ticket.source):
                raise TicketTaken(standing)
            await _insert_messages(connection, ticket)
            return created

    async def newest(self, limit: int) -> tuple[StoredTicket, ...]:
        """The newest tickets, newest first."""
        async with (
            self._pool.connection() as connection,
            connection.cursor(row_factory=class_row(StoredTicket)) as rows,
        ):
            await rows.execute(f"{TICKET} ORDER BY position DESC LIMIT %s", (limit,))
            return tuple(await rows.fetchall())

    async def conversation(self, ticket_id: str) -> Conversation:
        """A ticket with everything written in it. Raises UnknownTicket."""
        async with self._pool.connection() as connection:
            ticket = await _ticket(connection, ticket_id)
            written = await _messages(connection, ticket_id)
        return Conversation(
            ticket=ticket,
            messages=tuple(message for message in written if message.visibility is Visibility.PUBLIC),
            notes=tuple(message for message in written if message.visibility is Visibility.INTERNAL),
        )

    async def messages(self, ticket_id: str, reference: str | None) -> tuple[StoredMessage, ...]:
        """A ticket's messages, oldest first; with a reference, the one that bears it. Raises UnknownTicket."""
        async with self._pool.connection() as connection:
            await _ticket(connection, ticket_id)
            written = await _messages(connection, ticket_id)
        return tuple(message for message in written if reference is None or message.reference == reference)

    async def write(self, ticket_id: str, new: NewMessage, visibility: Visibility) -> Written:
        """Write a message, unless it stands there under its reference; the first one opens its conversation.

        Raises ReferenceTaken.
        """
        message = StoredMessage(
            id=f"msg_{uuid.uuid4().hex}",
            ticket_id=ticket_id,
            author=Author.SIGNALBOX,
            visibility=visibility,
            text=new.text,
            reference=new.reference,
            headers=new.headers,
            at=datetime.now(UTC),
        )
        async with self._pool.connection() as connection:
            await _insert_ticket(connection, _opened_by_writing(ticket_id))
            if await _insert_message(connection, message):
                return Written(message=message, created=True)
            return _settled(message, await _messages(connection, ticket_id))

    async def assign(self, ticket_id: str, team: Team) -> StoredTicket:
        """Give a ticket to a team, whether or not it was known before."""
        async with self._pool.connection() as connection:
            await _insert_ticket(connection, _opened_by_writing(ticket_id))
            await connection.execute("UPDATE helpdesk.tickets SET team = %s WHERE id = %s", (team, ticket_id))
            return await _ticket(connection, ticket_id)

    async def tag(self, ticket_id: str, tags: tuple[str, ...]) -> StoredTicket:
        """Add tags to a ticket, whether or not it was known before; those it has stay, each once."""
        async with self._pool.connection() as connection:
            await _insert_ticket(connection, _opened_by_writing(ticket_id))
            await connection.execute(
                """
                UPDATE helpdesk.tickets
                SET tags = ARRAY(SELECT DISTINCT tag FROM unnest(tags || %s::text[]) AS tag ORDER BY tag)
                WHERE id = %s
                """,
                (list(tags), ticket_id),
            )
            return await _ticket(connection, ticket_id)

    async def clear(self) -> None:
        """Forget every ticket."""
        async with self._pool.connection() as connection:
            await connection.execute("TRUNCATE helpdesk.messages, helpdesk.tickets")


def _without_messages(ticket: Ticket) -> StoredTicket:
    return StoredTicket.model_validate({**ticket.model_dump(), "team": None})


def _opened_by_writing(ticket_id: str) -> StoredTicket:
    """A ticket of which only the id is known, until somebody puts it: so a reply reaches tickets from elsewhere."""
    return StoredTicket(
        id=ticket_id,
        tenant="",
        source="",
        subject="",
        channel=Channel.EMAIL,
        locale=None,
        customer=Customer(),
        team=None,
    )


async def _insert_ticket(connection: AsyncConnection, ticket: StoredTicket) -> bool:
    inserted = await connection.execute(
        """
        INSERT INTO helpdesk.tickets (id, tenant, source, subject, channel, locale, customer)
        VALUES (%(id)s, %(tenant)s, %(source)s, %(subject)s, %(channel)s, %(locale)s, %(customer)s)
        ON CONFLICT DO NOTHING
        """,
        _columns(ticket),
    )
    return inserted.rowcount == 1


async def _complete_ticket(connection: AsyncConnection, ticket: StoredTicket) -> None:
    """Say what a ticket is that was opened by writing to it; its team stays."""
    await connection.execute(
        """
        UPDATE helpdesk.tickets SET tenant = %(tenant)s, source = %(source)s, subject = %(subject)s,
            channel = %(channel)s, locale = %(locale)s, customer = %(customer)s
        WHERE id = %(id)s
        """,
        _columns(ticket),
    )


def _columns(ticket: StoredTicket) -> dict[str, object]:
    return {**ticket.model_dump(), "customer": Jsonb(ticket.customer.model_dump(mode="json"))}


async def _insert_messages(connection: AsyncConnection, ticket: Ticket) -> None:
    for message in ticket.messages:
        await _insert_message(
            connection,
            StoredMessage(
                id=message.id,
                ticket_id=ticket.id,
                author=message.author,
                visibility=Visibility.PUBLIC,
                text=message.text,
                reference=None,
                at=message.sent_at,
            ),
        )


async def _insert_message(connection: AsyncConnection, message: StoredMessage) -> bool:
    inserted = await connection.execute(
        """
        INSERT INTO helpdesk.messages (id, ticket_id, author, visibility, text, reference, headers, at)
        VALUES (%(id)s, %(ticket_id)s, %(author)s, %(visibility)s, %(text)s, %(reference)s, %(headers)s, %(at)s)
        ON CONFLICT DO NOTHING
        """,
        {**message.model_dump(), "headers": Jsonb(message.headers)},
    )
    return inserted.rowcount == 1


async def _ticket(connection: AsyncConnection, ticket_id: str) -> StoredTicket:
    async with connection.cursor(row_factory=class_row(StoredTicket)) as rows:
        await rows.execute(f"{TICKET} WHERE id = %s", (ticket_id,))
        ticket = await rows.fetchone()
    if ticket is None:
        raise UnknownTicket(ticket_id)
    return ticket


async def _messages(connection: AsyncConnection, ticket_id: str) -> tuple[StoredMessage, ...]:
    async with connection.cursor(row_factory=class_row(StoredMessage)) as rows:
        await rows.execute(f"{MESSAGE} WHERE ticket_id = %s ORDER BY position", (ticket_id,))
        return tuple(await rows.fetchall())


def _settled(message: StoredMessage, written: tuple[StoredMessage, ...]) -> Written:
    standing = next(known for known in written if known.reference == message.reference)
    if (standing.text, standing.visibility) != (message.text, message.visibility):
        raise ReferenceTaken(standing)
    return Written(message=standing, created=False)

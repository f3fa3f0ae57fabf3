"""The client of the built-in helpdesk, and of any other that speaks its small HTTP contract.

It keeps our reference with each message, and finds it by that. A reply carries the headers that its mail shall have:
`Auto-Submitted: auto-replied`, so that no responder on the other side answers it.
"""

from collections.abc import Mapping
from http import HTTPStatus
from urllib.parse import quote

import httpx
from pydantic import TypeAdapter

from cases.classification import Team
from cases.draft import CustomerText, InternalNote
from cases.helpdesk_write import Conversation, WriteIntent
from cases.machine_mail import OURS
from cases.record import Record
from cases.source_event import TicketGone
from cases.ticket import Customer
from integrations.helpdesks.calls import NOTHING_DONE, HelpdeskCalls

NOTHING_DONE_HERE = NOTHING_DONE - {HTTPStatus.CONFLICT}
"""A conflict here is a reference that another text has: it stays one."""


class _Message(Record):
    id: str


class _Ticket(Record):
    id: str


_MESSAGE = TypeAdapter(_Message)
_MESSAGES = TypeAdapter(tuple[_Message, ...])
_TICKET = TypeAdapter(_Ticket)


class HttpHelpdesk:
    """A `Helpdesk` behind HTTP."""

    def __init__(self, client: httpx.AsyncClient) -> None:
        """The client brings the address and the timeouts, and is closed by its owner."""
        self._calls = HelpdeskCalls(client, NOTHING_DONE_HERE)

    async def mark(self, conversation: Conversation) -> str:
        """None is needed: a reference is written once."""
        return ""

    async def find(self, intent: WriteIntent) -> str | None:
        """The id of the message under the intent's reference."""
        ticket_id = intent.conversation.ticket_id
        asked = f"looking for the message {intent.reference} of ticket {ticket_id}"
        query = {"reference": intent.reference}
        messages = await self._calls.read(asked, _path(ticket_id, "messages"), _MESSAGES, query)
        return messages[0].id if messages else None

    async def standing(self, conversation: Conversation) -> Customer | TicketGone | None:
        """None: a ticket there is always its first customer's, and stays until all are forgotten."""
        return None

    async def reply(self, intent: WriteIntent, text: CustomerText) -> str:
        """Write to the customer."""
        return await self._write(intent, "reply", "replies", {"text": text.text, "headers": dict(OURS)})

    async def note(self, intent: WriteIntent, note: InternalNote) -> str | None:
        """Write for colleagues."""
        return await self._write(intent, "note", "notes", {"text": note.text})

    async def assign(self, conversation: Conversation, team: Team) -> None:
        """Give the ticket to a team."""
        asked = f"assigning ticket {conversation.ticket_id} to {team}"
        await self._put(asked, _path(conversation.ticket_id, "assignment"), {"team": team.value})

    async def tag(self, conversation: Conversation, tags: tuple[str, ...]) -> None:
        """Add tags."""
        asked = f"tagging ticket {conversation.ticket_id}"
        await self._put(asked, _path(conversation.ticket_id, "tags"), {"tags": list(tags)})

    async def _write(self, intent: WriteIntent, what: str, part: str, said: Mapping[str, object]) -> str:
        ticket_id = intent.conversation.ticket_id
        asked = f"writing the {what} {intent.reference} to ticket {ticket_id}"
        body = {**said, "reference": intent.reference}
        return (await self._calls.write(asked, "POST", _path(ticket_id, part), body, _MESSAGE)).id

    async def _put(self, asked: str, path: str, body: Mapping[str, object]) -> None:
        await self._calls.write(asked, "PUT", path, body, _TICKET)


def _path(ticket_id: str, part: str) -> str:
    return f"/tickets/{quote(ticket_id, safe='')}/{part}"

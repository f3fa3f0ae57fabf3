"""Whoever takes signed webhooks of ours, by the Standard Webhooks specification: the generic helpdesk, and telephones.

What is written once is sent under one `webhook-id` however often it is sent, and a receiver drops an id that it has
seen: that is the whole of the contract by which a lost answer makes no second reply.
A reply carries the headers that its mail shall have, `Auto-Submitted: auto-replied`, so that no responder answers it.
"""

import hashlib
import uuid
from collections.abc import Generator, Mapping
from datetime import UTC, datetime

import httpx
from pydantic import TypeAdapter, ValidationError

from cases.classification import Team
from cases.draft import CustomerText, InternalNote
from cases.errors import SignatureRefused, ToolUnavailable
from cases.helpdesk_write import Conversation, WriteIntent
from cases.machine_mail import OURS
from cases.record import Record
from cases.source import Source, SourceSecrets
from cases.source_event import TicketGone
from cases.ticket import Customer
from integrations.helpdesks.calls import HelpdeskCalls
from integrations.sources.standard_signature import ID, MAXIMUM_ID, signed


class _Kept(Record):
    id: str


_KEPT = TypeAdapter(_Kept)


def headers(source: Source, secrets: SourceSecrets) -> dict[str, str]:
    """None: each request is signed by itself, with `RequestSigning`."""
    return {}


class RequestSigning(httpx.Auth):
    """Signs each request; what it is called, it carries already."""

    requires_request_body = True

    def __init__(self, secrets: SourceSecrets) -> None:
        self._secrets = secrets

    def auth_flow(self, request: httpx.Request) -> Generator[httpx.Request, httpx.Response, None]:
        """As `httpx.Auth` says. Raises ToolUnavailable where there is no secret to sign with."""
        try:
            made = signed(request.content, request.headers[ID], datetime.now(UTC), self._secrets)
        except SignatureRefused as error:
            raise ToolUnavailable(f"It could not be signed, so nothing was sent. {error}") from error
        request.headers.update(made)
        yield request


class StandardWebhooksHelpdesk:
    """A `Helpdesk` that is told, and asked nothing. Its client signs with `RequestSigning`."""

    def __init__(self, calls: HelpdeskCalls, source: Source) -> None:
        self._calls = calls
        self._source = source

    async def mark(self, conversation: Conversation) -> str:
        """A receiver names no state."""
        return ""

    async def find(self, intent: WriteIntent) -> str | None:
        """What it was called, where that is known; else None, and to send it again is safe: it has the same id."""
        return intent.message_id

    async def standing(self, conversation: Conversation) -> Customer | TicketGone | None:
        """None: a receiver is asked nothing."""
        return None

    async def reply(self, intent: WriteIntent, text: CustomerText) -> str:
        """Tell that the customer is to be written to."""
        told = intent.conversation.customer
        customer = {"id": told.id or told.contact_id, **told.model_dump(mode="json", exclude_none=True)}
        return await self._write(
            "reply.created", intent, {"text": text.text, "customer": customer, "headers": dict(OURS)}
        )

    async def note(self, intent: WriteIntent, note: InternalNote) -> str | None:
        """Tell colleagues something."""
        return await self._write("note.created", intent, {"text": note.text})

    async def assign(self, conversation: Conversation, team: Team) -> None:
        """Tell whose it is, where the source names the team."""
        theirs = self._source.teams.get(team)
        if theirs is not None:
            await self._change("ticket.assigned", conversation, {"team": theirs})

    async def tag(self, conversation: Conversation, tags: tuple[str, ...]) -> None:
        """Tell what tags to add."""
        await self._change("ticket.tagged", conversation, {"tags": list(tags)})

    async def _write(self, kind: str, intent: WriteIntent, said: Mapping[str, object]) -> str:
        message_id = f"sb_{hashlib.sha256(f'{kind} {intent.reference}'.encode()).hexdigest()[:40]}"
        data = {"ticket_id": intent.conversation.ticket_id, "reference": intent.reference, **said}
        asked = f"sending {kind} {intent.reference} of ticket {intent.conversation.ticket_id}"
        return _called(await self._tell(asked, kind, message_id, intent.intended_at, data)) or message_id

    async def _change(self, kind: str, conversation: Conversation, said: Mapping[str, object]) -> None:
        # Each is news of its own: a ticket may be given away and come back.
        message_id = f"sb_{uuid.uuid4().hex}"
        data = {"ticket_id": conversation.ticket_id, **said}
        asked = f"sending {kind} of ticket {conversation.ticket_id}"
        await self._tell(asked, kind, message_id, datetime.now(UTC), data)

    async def _tell(self, asked: str, kind: str, message_id: str, at: datetime, data: Mapping[str, object]) -> bytes:
        body = {"type": kind, "timestamp": at.isoformat(), "data": data}
        return await self._calls.tell(asked, self._source.url or "", body, {ID: message_id})


def _called(answer: bytes) -> str | None:
    """What the receiver calls it, where it says so."""
    try:
        return _KEPT.validate_json(answer).id[:MAXIMUM_ID] or None
    except ValidationError:
        return None

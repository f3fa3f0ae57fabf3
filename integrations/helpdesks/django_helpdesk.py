"""The client of django-helpdesk's API (2.6): tickets, follow-ups, and a name and password for HTTP Basic.

It tells nothing of a mail's headers, and takes none for what it sends: automatic mail is known by its sender and text
alone, and a reply of ours goes out unmarked.

A public follow-up is mailed to the customer, a private one is read by the staff alone. It keeps no reference of ours
and knows no tags. Three traps of this API:

- A comment is rendered as a Django template: `{{ ticket.ticket_url }}` in a text would show the customer's secret link,
  and an open `{%` fails. Braces are therefore written so that they come out as themselves.
- `title` renames the whole ticket. It is never sent.
- A webhook that cannot be delivered makes it answer 500 *after* the follow-up was written: `find` finds it.
"""

import re
from base64 import b64encode
from collections.abc import Mapping
from datetime import UTC, datetime
from urllib.parse import quote

from cases.classification import Team
from cases.draft import CustomerText, InternalNote
from cases.helpdesk_write import CLOCKS_APART, Conversation, WriteIntent, WriteKind, digest_of
from cases.source import Source, SourceSecrets
from cases.source_event import (
    AgentReply,
    ChangedTickets,
    HelpdeskTicket,
    Removal,
    TicketGone,
    TicketMerged,
    TicketRemoved,
)
from cases.ticket import Author, Customer, Message, Ticket, TicketId
from integrations.helpdesks.calls import HelpdeskCalls, see_that_nothing_is_under_way
from integrations.helpdesks.django_helpdesk_shapes import (
    FOLLOW_UP,
    FOLLOW_UPS,
    SOLVED,
    TICKET,
    FollowUpShape,
    FollowUpsShape,
    TicketShape,
)
from integrations.markup.mail import SentText
from integrations.sources.reading import fitting_email, fitting_subject, fitting_words, with_room_for_all

PAGE = 100
"""Follow-ups a request. It has no limit of its own."""

DESCRIPTION = "description"
"""The id of the first message where no follow-up repeats it."""


class DjangoHelpdesk:
    """A `Helpdesk`, and a `ReadableHelpdesk`."""

    def __init__(self, calls: HelpdeskCalls, source: Source) -> None:
        self._calls = calls
        self._source = source

    async def mark(self, conversation: Conversation) -> str:
        """It names no state of a ticket."""
        return ""

    async def find(self, intent: WriteIntent) -> str | None:
        """The follow-up with these words, for the same readers, since the intent."""
        ticket = await self._ticket(intent.conversation.ticket_id, f"looking for the {intent.kind} {intent.reference}")
        followups = ticket.followup_set if ticket else ()
        found = next((str(followup.id) for followup in followups if _is_of(followup, intent)), None)
        if found is None:
            see_that_nothing_is_under_way(intent)
        return found

    async def standing(self, conversation: Conversation) -> Customer | TicketGone | None:
        """Whose address it has now, or that it was merged or deleted."""
        ticket_id = conversation.ticket_id
        found = await self._ticket(ticket_id, f"reading ticket {ticket_id}")
        return _gone(ticket_id, found) if found is None or found.merged_to is not None else _customer(found)

    async def reply(self, intent: WriteIntent, text: CustomerText) -> str:
        """Write to the customer, who gets it by mail."""
        return await self._write(intent, {"comment": as_template(text.text), "public": True})

    async def note(self, intent: WriteIntent, note: InternalNote) -> str | None:
        """Write for the staff."""
        return await self._write(intent, {"comment": as_template(note.text), "public": False})

    async def assign(self, conversation: Conversation, team: Team) -> None:
        """Move the ticket into the team's queue, whose number the source names. It can name nobody for a team."""
        queue = self._source.teams.get(team)
        if queue is not None:
            asked = f"moving ticket {conversation.ticket_id} into the queue {queue}"
            await self._calls.write(asked, "PATCH", _path(conversation.ticket_id), {"queue": queue}, TICKET)

    async def tag(self, conversation: Conversation, tags: tuple[str, ...]) -> None:
        """It knows no tags."""

    async def read(self, ticket_id: TicketId) -> HelpdeskTicket | TicketGone | None:
        """The ticket with its public messages; who wrote them is told as django-helpdesk tells it."""
        found = await self._ticket(ticket_id, f"reading ticket {ticket_id}")
        if found is None or found.merged_to is not None:
            return _gone(ticket_id, found)
        # Nothing in the API tells when a ticket without a follow-up was made: Django's administration makes such.
        times = [followup.date for followup in found.followup_set] or [datetime.now(UTC)]
        messages = [*_described(found, min(times)), *(_message(followup, found) for followup in found.messages)]
        if not any(message.author is Author.CUSTOMER for message in messages):
            return None
        ticket = Ticket(
            tenant=self._source.tenant,
            source=self._source.name,
            id=ticket_id,
            customer=_customer(found),
            subject=fitting_subject(found.title),
            messages=(messages[0],),
        )
        return HelpdeskTicket(
            ticket=with_room_for_all(ticket, messages),
            replies=tuple(_reply(one) for one in found.messages if _author(one, found) is Author.AGENT),
            solved=found.status in SOLVED,
            changed_at=max(times),
            message_ids=(DESCRIPTION, *(message.id for message in messages)),
        )

    async def changed_since(self, since: datetime, page: str | None) -> ChangedTickets:
        """The tickets of the follow-ups since then: each new ticket, message and change of state writes one."""
        number = int(page) if page else await self._first_page(since)
        found = await self._followups(number, PAGE)
        changed = [followup for followup in found.results if followup.date >= since]
        return ChangedTickets(
            ticket_ids=tuple(dict.fromkeys(str(followup.ticket) for followup in changed)),
            changed_until=max((followup.date for followup in changed), default=None),
            next_page=str(number + 1) if found.next else None,
        )

    async def _first_page(self, since: datetime) -> int:
        """The first page that ends at or after a moment, by halving: the API lists from the oldest and cannot seek."""
        first, last = 1, max(1, -(-(await self._followups(1, 1)).count // PAGE))
        while first < last:
            middle = (first + last) // 2
            ends = (await self._followups(middle * PAGE, 1)).results
            first, last = (first, middle) if not ends or ends[0].date >= since else (middle + 1, last)
        return first

    async def _followups(self, page: int, size: int) -> FollowUpsShape:
        """One page; an empty one where follow-ups were deleted meanwhile and there is no such page any more."""
        query = {"page": str(page), "page_size": str(size)}
        found = await self._calls.read("asking what changed", "/api/followups/", FOLLOW_UPS, query)
        return found or FollowUpsShape(count=0, results=())

    async def _ticket(self, ticket_id: TicketId, asked: str) -> TicketShape | None:
        return await self._calls.read(asked, _path(ticket_id), TICKET)

    async def _write(self, intent: WriteIntent, body: Mapping[str, object]) -> str:
        ticket_id = intent.conversation.ticket_id
        asked = f"writing the {intent.kind} {intent.reference} to ticket {ticket_id}"
        whole = {"ticket": ticket_id, **body}
        return str((await self._calls.write(asked, "POST", "/api/followups/", whole, FOLLOW_UP)).id)


def headers(source: Source, secrets: SourceSecrets) -> dict[str, str]:
    """HTTP Basic: the API's own way in. The user must be staff, and the token is that user's password."""
    name_and_password = f"{source.user}:{secrets.token.get_secret_value()}"
    return {"Authorization": f"Basic {b64encode(name_and_password.encode()).decode()}"}


def as_template(text: str) -> str:
    """A text as the Django template that says exactly this text."""
    return re.sub(r"[{}]", lambda brace: f'{{{{ "{brace[0]}" }}}}', text)


def _path(ticket_id: TicketId) -> str:
    return f"/api/tickets/{quote(ticket_id, safe='')}/"


def _is_of(followup: FollowUpShape, intent: WriteIntent) -> bool:
    return (
        followup.public is (intent.kind is WriteKind.REPLY)
        and followup.user is not None
        and followup.date >= intent.intended_at - CLOCKS_APART
        and digest_of(followup.words) == intent.digest
        and str(followup.id) not in intent.others
    )


def _gone(ticket_id: TicketId, found: TicketShape | None) -> TicketGone:
    """What became of a ticket that is not there, or went into another one."""
    now = datetime.now(UTC)
    if found is None or found.merged_to is None:
        return TicketGone(gone=TicketRemoved(ticket_id=ticket_id, how=Removal.DELETED, at=now))
    return TicketGone(gone=TicketMerged(ticket_id=ticket_id, into=str(found.merged_to), at=now))


def _customer(found: TicketShape) -> Customer:
    """Whoever has the submitter's address: django-helpdesk numbers no customers."""
    address = fitting_email(found.submitter_email)
    return Customer(contact_id=address, email=address)


def _author(followup: FollowUpShape, ticket: TicketShape) -> Author:
    return Author.CUSTOMER if followup == ticket.opening else followup.author


def _described(ticket: TicketShape, at: datetime) -> list[Message]:
    """The description, where no follow-up repeats it."""
    text = (ticket.description or "").strip()
    if not text or ticket.opening is not None:
        return []
    said = fitting_words(SentText(text=text))
    return [Message(id=DESCRIPTION, text=said.text, hidden=said.hidden, left_out=said.left_out, sent_at=at)]


def _message(followup: FollowUpShape, ticket: TicketShape) -> Message:
    said = fitting_words(SentText(text=followup.words))
    return Message(
        id=str(followup.id),
        author=_author(followup, ticket),
        written_by=followup.writer,
        text=said.text,
        hidden=said.hidden,
        left_out=said.left_out,
        sent_at=followup.date,
        attachments=followup.files,
    )


def _reply(followup: FollowUpShape) -> AgentReply:
    return AgentReply(id=str(followup.id), author=f"user {followup.user}", text=followup.words, at=followup.date)

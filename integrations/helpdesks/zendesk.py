"""Zendesk as a helpdesk: comments are written by updating the ticket, and each update can be bound to a state of it.

A reply is written once by two means. The update carries our reference as metadata, which Zendesk keeps in the audits
of the ticket, and `find` reads there. And it is bound to `mark`, the ticket's `updated_at`: Zendesk answers 409 where
the ticket has changed since. The mark must be read before each look-up that finds nothing, not once for all tries: then
an earlier request that is still under way makes ours fail, and a colleague's update does so once and not for ever. A
mark counts whole seconds, so within the second of the ticket's last change only the look-up guards.

A comment cannot be given mail headers: whether the mail that Zendesk makes of it is marked as automatic is Zendesk's
own doing, and not known here. Of incoming mail that machines sent it suspends most, which is then in no ticket; of the
rest it flags the comment, which is read here. No header of it is in the API.

Certainty: the list of comment flags, the export and basic authentication are the vendor's documentation; `safe_update`,
`updated_stamp` and the bodies of comments are second-hand. From memory, and never tried on a real account: that
metadata is given flat and shown under `custom`, that an audit's comment event has the comment's id, the sideloads, and
that an export refuses a start less than a minute ago.
"""

import base64
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from urllib.parse import quote

from pydantic import TypeAdapter

from cases.classification import Team
from cases.draft import CustomerText, InternalNote
from cases.errors import ToolOutcomeUnknown, ToolRefused, ToolUnavailable
from cases.helpdesk_write import CLOCKS_APART, Conversation, WriteIntent
from cases.record import Record
from cases.source import Source, SourceSecrets
from cases.source_event import ChangedTickets, HelpdeskTicket, Removal, TicketGone, TicketMerged, TicketRemoved
from cases.ticket import Customer, TicketId
from integrations.helpdesks.calls import HelpdeskCalls
from integrations.helpdesks.rendering import as_html
from integrations.helpdesks.zendesk_reading import conversation_of, customer_of, satisfaction_of
from integrations.helpdesks.zendesk_shapes import (
    DELETED,
    DONE,
    MERGED,
    REFERENCE,
    AuditsPage,
    Comment,
    CommentsPage,
    Export,
    TicketAnswer,
    TicketRead,
    User,
    Written,
)

PAGE_SIZE = "100"
"""The most that Zendesk gives at once."""

TOO_RECENT = timedelta(minutes=2)
"""An export must begin at least a minute ago; asking for more than is new does no harm."""


class _Tags(Record):
    tags: tuple[str, ...]


_TICKET = TypeAdapter(TicketAnswer)
_COMMENTS = TypeAdapter(CommentsPage)
_AUDITS = TypeAdapter(AuditsPage)
_WRITTEN = TypeAdapter(Written)
_TAGS = TypeAdapter(_Tags)
_EXPORT = TypeAdapter(Export)


def headers(source: Source, secrets: SourceSecrets) -> dict[str, str]:
    """What every request carries: an API token and whom it belongs to."""
    pair = f"{source.user}/token:{secrets.token.get_secret_value()}"
    return {"Authorization": f"Basic {base64.b64encode(pair.encode()).decode()}"}


class ZendeskHelpdesk:
    """A `Helpdesk` and a `ReadableHelpdesk`."""

    def __init__(self, calls: HelpdeskCalls, source: Source) -> None:
        self._calls = calls
        self._source = source

    async def mark(self, conversation: Conversation) -> str:
        """When the ticket last changed."""
        ticket_id = conversation.ticket_id
        answer = await self._calls.read(f"reading ticket {ticket_id}", _path(ticket_id), _TICKET)
        if answer is None:
            raise ToolRefused(f"The helpdesk has no ticket {ticket_id}.")
        return answer.ticket.updated_at

    async def find(self, intent: WriteIntent) -> str | None:
        """The comment whose update names the intent; else the one that has its words and names none."""
        alike: str | None = None
        page: str | None = ""
        while page is not None:
            audits = await self._audits(intent, page)
            for audit in audits.audits:
                ours = audit.written_under(intent)
                if ours is not None:
                    return ours
                alike = alike or audit.words_of(intent, intent.intended_at - CLOCKS_APART)
            page = audits.next
        return alike

    async def standing(self, conversation: Conversation) -> Customer | TicketGone | None:
        """The requester now, or that the ticket was merged or deleted."""
        ticket_id = conversation.ticket_id
        answer = await self._calls.read(f"reading ticket {ticket_id}", _path(ticket_id), _TICKET, {"include": "users"})
        if answer is None:
            return _deleted(ticket_id, datetime.now(UTC))
        gone = _gone(answer.ticket)
        requester = next((user for user in answer.users if user.id == answer.ticket.requester_id), None)
        return gone or customer_of(requester or User(id=answer.ticket.requester_id))

    async def reply(self, intent: WriteIntent, text: CustomerText) -> str:
        """A public comment: Zendesk sends it to the requester."""
        return await self._comment(intent, {"html_body": as_html(text.text), "public": True})

    async def note(self, intent: WriteIntent, note: InternalNote) -> str | None:
        """A comment that is not public."""
        return await self._comment(intent, {"html_body": as_html(note.text), "public": False})

    async def assign(self, conversation: Conversation, team: Team) -> None:
        """Give the ticket to the team's group, which Zendesk knows by a number."""
        group = self._source.teams.get(team)
        if group is None:
            return
        if not group.isdecimal():
            raise ToolRefused(f"The group of {team} is “{group}”; Zendesk needs its number. Register the source anew.")
        asked = f"assigning ticket {conversation.ticket_id} to {team}"
        body = {"ticket": {"group_id": int(group)}}
        await self._calls.write(asked, "PUT", _path(conversation.ticket_id), body, _TICKET)

    async def tag(self, conversation: Conversation, tags: tuple[str, ...]) -> None:
        """PUT adds here, where POST would replace. Zendesk parts tags at spaces."""
        asked = f"tagging ticket {conversation.ticket_id}"
        body = {"tags": ["_".join(tag.split()) for tag in tags]}
        await self._calls.write(asked, "PUT", f"{_path(conversation.ticket_id)}/tags", body, _TAGS)

    async def read(self, ticket_id: TicketId) -> HelpdeskTicket | TicketGone | None:
        """The ticket, its comments, and who wrote them."""
        asked = f"reading ticket {ticket_id}"
        answer = await self._calls.read(asked, _path(ticket_id), _TICKET, {"include": "users"})
        if answer is None:
            return _deleted(ticket_id, datetime.now(UTC))
        if (gone := _gone(answer.ticket)) is not None:
            return gone
        comments, authors = await self._comments(ticket_id)
        users = {user.id: user for user in (*answer.users, *authors)}
        ticket, replies = conversation_of(self._source, answer.ticket, users, comments)
        if ticket is None:
            return None
        return HelpdeskTicket(
            ticket=ticket,
            replies=replies,
            solved=answer.ticket.status in DONE,
            changed_at=answer.ticket.changed_at,
            satisfaction=satisfaction_of(answer.ticket),
            message_ids=tuple(comment.id for comment in comments if comment.public),
        )

    async def changed_since(self, since: datetime, page: str | None) -> ChangedTickets:
        """One page of the incremental export. It leaves out the last minute, and takes ten requests a minute."""
        start = min(since, datetime.now(UTC) - TOO_RECENT)
        query = {"cursor": page} if page else {"start_time": str(int(start.timestamp()))}
        found = await self._calls.read("asking what changed", "/api/v2/incremental/tickets/cursor", _EXPORT, query)
        if found is None:
            raise ToolUnavailable("The helpdesk has no incremental export at its address. Check the source's --url.")
        times = [
            datetime.fromtimestamp(ticket.generated_timestamp, UTC)
            if ticket.generated_timestamp is not None
            else ticket.updated_at
            for ticket in found.tickets
        ]
        return ChangedTickets(
            ticket_ids=tuple(ticket.id for ticket in found.tickets),
            changed_until=max(times, default=None),
            next_page=None if found.end_of_stream else found.after_cursor,
        )

    async def _comment(self, intent: WriteIntent, comment: Mapping[str, object]) -> str:
        ticket_id = intent.conversation.ticket_id
        asked = f"writing the {intent.kind} {intent.reference} to ticket {ticket_id}"
        update = {
            "comment": comment,
            "metadata": {REFERENCE: intent.reference},
            "safe_update": True,
            "updated_stamp": intent.mark,
        }
        written = await self._calls.write(asked, "PUT", _path(ticket_id), {"ticket": update}, _WRITTEN)
        if written.audit.comment_id is None:
            raise ToolOutcomeUnknown(
                f"The helpdesk took the {intent.kind} {intent.reference} and named no comment. "
                "It may be there already: look it up before a second try."
            )
        return written.audit.comment_id

    async def _audits(self, intent: WriteIntent, after: str) -> AuditsPage:
        ticket_id = intent.conversation.ticket_id
        asked = f"looking for the {intent.kind} {intent.reference} of ticket {ticket_id}"
        found = await self._calls.read(asked, f"{_path(ticket_id)}/audits", _AUDITS, _page(after))
        return found or AuditsPage(audits=())

    async def _comments(self, ticket_id: TicketId) -> tuple[list[Comment], list[User]]:
        comments: list[Comment] = []
        authors: list[User] = []
        page: str | None = ""
        while page is not None:
            query = {**_page(page), "include": "users"}
            asked = f"reading the comments of ticket {ticket_id}"
            found = await self._calls.read(asked, f"{_path(ticket_id)}/comments", _COMMENTS, query)
            if found is None:
                break
            comments += found.comments
            authors += found.users
            page = found.next
        return comments, authors


def _gone(ticket: TicketRead) -> TicketGone | None:
    if ticket.status == DELETED:
        return _deleted(ticket.id, ticket.changed_at)
    if MERGED not in ticket.tags or ticket.status not in DONE:
        return None
    return TicketGone(gone=TicketMerged(ticket_id=ticket.id, at=ticket.changed_at))


def _deleted(ticket_id: TicketId, at: datetime) -> TicketGone:
    return TicketGone(gone=TicketRemoved(ticket_id=ticket_id, how=Removal.DELETED, at=at))


def _path(ticket_id: str) -> str:
    return f"/api/v2/tickets/{quote(ticket_id, safe='')}"


def _page(after: str) -> dict[str, str]:
    return {"page[size]": PAGE_SIZE, **({"page[after]": after} if after else {})}

"""The client of Chatwoot's API, for an account's webhook and for an agent bot alike.

The token is an agent's, also for an agent bot: a bot's own token may write, and not read what stands there. Paths and
bodies are those of Chatwoot's source and of its official SDK.

A message cannot be given mail headers, so a reply in a mail inbox goes out as Chatwoot sends it: a responder on the
other side may answer it. What such a responder sends, Chatwoot marks (`auto_reply`), and it is read as that.

Chatwoot renders what is written as a Liquid template, notes too: what a customer writes between braces could show what
is not theirs, and would vanish from the text by which ours is told. So no pair of braces goes there.
"""

import math
import re
from collections.abc import AsyncGenerator, Mapping
from datetime import UTC, datetime
from urllib.parse import quote

from pydantic import TypeAdapter

from cases.classification import Team
from cases.draft import CustomerText, InternalNote
from cases.errors import ToolRefused, ToolUnavailable
from cases.helpdesk_write import CLOCKS_APART, Conversation, WriteIntent, WriteKind, digest_of
from cases.record import Record
from cases.source import Source, SourceKind, SourceSecrets
from cases.source_event import ChangedTickets, HelpdeskTicket, Removal, TicketGone, TicketRemoved
from cases.ticket import MAXIMUM_MESSAGES, Customer, TicketId
from integrations.helpdesks.calls import HelpdeskCalls, see_that_nothing_is_under_way
from integrations.sources.chatwoot_shapes import PENDING, Meta, Number, Talk, Words, customer
from integrations.sources.reading import with_room_for_all


class _Written(Record):
    id: Number


class _Messages(Record):
    payload: tuple[Words, ...]


class _Labels(Record):
    payload: tuple[str, ...]


class _Listed(Record):
    payload: tuple[Talk, ...]


class _List(Record):
    data: _Listed


_WRITTEN = TypeAdapter(_Written)
_TEAM = TypeAdapter[_Written | None](_Written | None)
_ANYTHING = TypeAdapter[object](object)
_MESSAGES = TypeAdapter(_Messages)
_LABELS = TypeAdapter(_Labels)
_TALK = TypeAdapter(Talk)
_LIST = TypeAdapter(_List)


def headers(source: Source, secrets: SourceSecrets) -> dict[str, str]:
    """What every request carries."""
    return {"api_access_token": secrets.token.get_secret_value()}


class ChatwootHelpdesk:
    """A `Helpdesk` and a `ReadableHelpdesk`. Chatwoot keeps no reference of ours: a text is found by its words."""

    def __init__(self, calls: HelpdeskCalls, source: Source) -> None:
        self._calls = calls
        self._source = source

    async def mark(self, conversation: Conversation) -> str:
        """Chatwoot binds no write to a state."""
        return ""

    async def find(self, intent: WriteIntent) -> str | None:
        """The id of the message of this kind with the intent's words, written since the intent."""
        private = intent.kind is WriteKind.NOTE
        since = intent.intended_at - CLOCKS_APART
        asked = f"looking for the {intent.kind} {intent.reference} of ticket {intent.conversation.ticket_id}"
        async for message in self._newest_first(asked, intent.conversation.ticket_id):
            if message.created_at < since:
                break
            is_ours = message.message_type == "outgoing" and message.private is private
            if is_ours and message.id not in intent.others and digest_of(message.content or "") == intent.digest:
                return message.id
        see_that_nothing_is_under_way(intent)
        return None

    async def standing(self, conversation: Conversation) -> Customer | TicketGone | None:
        """Whose the conversation is now, or that it was deleted."""
        ticket_id = conversation.ticket_id
        talk = await self._calls.read(f"reading ticket {ticket_id}", self._path(ticket_id), _TALK)
        return _deleted(ticket_id) if talk is None else customer(talk.meta or Meta())

    async def reply(self, intent: WriteIntent, text: CustomerText) -> str:
        """Write to the customer."""
        body = {"content": _without_tags(text.text), "message_type": "outgoing", "private": False}
        return await self._write(intent, body)

    async def note(self, intent: WriteIntent, note: InternalNote) -> str | None:
        """Write for colleagues only."""
        body = {"content": _without_tags(note.text), "message_type": "outgoing", "private": True}
        return await self._write(intent, body)

    async def assign(self, conversation: Conversation, team: Team) -> None:
        """Show the conversation to people, and give it to the team that the source names for ours, if any."""
        await self._show_to_people(conversation)
        theirs = self._source.teams.get(team)
        if theirs is None:
            return
        asked = f"assigning ticket {conversation.ticket_id} to {team}"
        path = self._path(conversation.ticket_id, "assignments")
        team_id = int(theirs) if theirs.isdecimal() else theirs
        if await self._calls.write(asked, "POST", path, {"team_id": team_id}, _TEAM) is None:
            raise ToolRefused(
                f"Chatwoot has no team {theirs}, so {asked} left it with none. Correct the teams of the source."
            )

    async def tag(self, conversation: Conversation, tags: tuple[str, ...]) -> None:
        """Add labels. Chatwoot replaces all it has by what it is sent, so those that are there are sent with them."""
        asked = f"tagging ticket {conversation.ticket_id}"
        path = self._path(conversation.ticket_id, "labels")
        there = await self._calls.read(asked, path, _LABELS)
        if there is None:
            raise ToolRefused(f"Chatwoot has no conversation {conversation.ticket_id}, so there is nothing to tag.")
        labels = list(dict.fromkeys((*there.payload, *tags)))
        if len(labels) > len(there.payload):
            await self._calls.write(asked, "POST", path, {"labels": labels}, _LABELS)

    async def read(self, ticket_id: TicketId) -> HelpdeskTicket | TicketGone | None:
        """The conversation with its newest public messages, as many as a ticket takes.

        Those of bots are in it, and are no replies of agents. It is read whatever its status: a case that is under way
        has to hear of a colleague's answer.
        """
        asked = f"reading ticket {ticket_id}"
        talk = await self._calls.read(asked, self._path(ticket_id), _TALK)
        if talk is None:
            return _deleted(ticket_id)
        words = await self._newest(asked, ticket_id)
        public = [message for message in words if message.is_public]
        if not any(message.message_type == "incoming" for message in public):
            return None
        ratings = [mark for message in words if (mark := message.as_satisfaction(message.created_at))]
        subject = next((message.mail_subject for message in public if message.mail_subject), None)
        messages = tuple(message.as_message() for message in public)
        return HelpdeskTicket(
            ticket=with_room_for_all(talk.as_ticket(self._source, messages[:1], subject), messages),
            replies=tuple(message.as_reply() for message in public if message.by_an_agent),
            solved=talk.status == "resolved",
            changed_at=talk.changed_at or words[-1].created_at,
            satisfaction=ratings[-1] if ratings else None,
            deleted=tuple(message.id for message in words if message.is_deleted),
        )

    async def changed_since(self, since: datetime, page: str | None) -> ChangedTickets:
        """All conversations that changed, in one page: `updated_within` is answered without pages.

        Read in the source of Chatwoot 4; in its documentation the parameter is missing. An agent bot is given those
        that are pending, which are its own. Chatwoot cannot list those whose status changed, so what became of a
        conversation that is no longer pending is known from its webhooks alone.
        """
        seconds = math.ceil((datetime.now(UTC) - since + CLOCKS_APART).total_seconds())
        query = {
            "status": PENDING if self._source.kind is SourceKind.CHATWOOT_BOT else "all",
            "assignee_type": "all",
            "sort_by": "last_activity_at_asc",
            "updated_within": str(max(1, seconds)),
        }
        listed = await self._calls.read("listing what changed", self._account_path("conversations"), _LIST, query)
        if listed is None:
            raise ToolUnavailable(f"Chatwoot has no account {self._source.account}. Correct the account of the source.")
        talks = sorted(listed.data.payload, key=lambda talk: talk.changed_at or since)
        return ChangedTickets(
            ticket_ids=tuple(talk.id for talk in talks),
            changed_until=talks[-1].changed_at if talks else None,
        )

    async def _show_to_people(self, conversation: Conversation) -> None:
        """Open a conversation that waits for its bot: agents do not look at those that are pending."""
        asked = f"opening ticket {conversation.ticket_id} to people"
        talk = await self._calls.read(asked, self._path(conversation.ticket_id), _TALK)
        if talk is None or talk.status != PENDING:
            return
        await self._calls.write(
            asked, "POST", self._path(conversation.ticket_id, "toggle_status"), {"status": "open"}, _ANYTHING
        )
        # Chatwoot gives a conversation to the agent who opens it, which are we here: nobody else would take it.
        await self._calls.write(
            asked, "POST", self._path(conversation.ticket_id, "assignments"), {"assignee_id": None}, _ANYTHING
        )

    async def _write(self, intent: WriteIntent, body: Mapping[str, object]) -> str:
        ticket_id = intent.conversation.ticket_id
        asked = f"writing the {intent.kind} {intent.reference} to ticket {ticket_id}"
        return (await self._calls.write(asked, "POST", self._path(ticket_id, "messages"), body, _WRITTEN)).id

    async def _newest(self, asked: str, ticket_id: TicketId) -> list[Words]:
        """The newest messages, oldest of them first: enough to fill a ticket, one of the customer among them."""
        words: list[Words] = []
        public: list[Words] = []
        async for message in self._newest_first(asked, ticket_id):
            words.append(message)
            public += [message] if message.is_public else []
            if len(public) >= MAXIMUM_MESSAGES and any(said.message_type == "incoming" for said in public):
                break
        return words[::-1]

    async def _newest_first(self, asked: str, ticket_id: TicketId) -> AsyncGenerator[Words]:
        """Every message of a conversation. A page ends where the next begins, and an empty one is the last."""
        path = self._path(ticket_id, "messages")
        query: dict[str, str] = {}
        while page := await self._calls.read(asked, path, _MESSAGES, query):
            if not page.payload or page.payload[0].id == query.get("before"):
                return
            for message in reversed(page.payload):
                yield message
            query = {"before": page.payload[0].id}

    def _path(self, ticket_id: TicketId, *parts: str) -> str:
        return "/".join((self._account_path("conversations"), quote(ticket_id, safe=""), *parts))

    def _account_path(self, part: str) -> str:
        return f"/api/v1/accounts/{quote(self._source.account or '', safe='')}/{part}"


def _deleted(ticket_id: TicketId) -> TicketGone:
    return TicketGone(gone=TicketRemoved(ticket_id=ticket_id, how=Removal.DELETED, at=datetime.now(UTC)))


def _without_tags(text: str) -> str:
    """A text in which Liquid finds nothing to do: a space parts what would open a tag."""
    return re.sub(r"\{(?=[{%])", "{ ", text)

"""Zammad as a helpdesk: everything is an article, and what an article does is in its type.

A trap: an article of type `email` is mailed to whom it names, even where it is marked internal. A note is therefore
always of type `note` and names nobody, and a reply is never internal. Another: what a token without the permission
`ticket.agent` writes becomes the customer's own public note, without a word. So nothing is written before Zammad has
given us something that it keeps from all others, and the answer to each article is looked at.

Zammad promises nothing about writing once. Each article carries our reference among its preferences, and `find` reads
it there; where a version drops it, ours is told by its words. Nothing guards between a look-up and a request that is
still under way: whatever is not there is not written again while an earlier try may be.

What machines sent, Zammad marks in the preferences of its article. It also marks mail that only asks for no automatic
answer, which is no proof: then the mail's own head is read. A reply of ours cannot be given a header: Zammad's API has
no field for any, so it goes out unmarked, and the other side's responder may answer it.

Certainty: articles, tags, the search by a condition and its pages were read in Zammad's source; that preferences given
with an article are kept was read there for current versions only, and that a new article changes the ticket's own
`updated_at` is from memory. That an article becomes the customer's for want of `ticket.agent`, and that the same
permission, of the token and of its owner, is asked for `ticket_recent`, was read there, where old versions answer 401
and newer ones 403. Nothing was tried on a running Zammad.
"""

from collections.abc import Mapping
from datetime import UTC, datetime
from email.parser import HeaderParser
from urllib.parse import quote
from weakref import WeakSet

from pydantic import TypeAdapter

from cases.classification import Team
from cases.draft import CustomerText, InternalNote
from cases.errors import ToolRefused, ToolUnavailable
from cases.helpdesk_write import CLOCKS_APART, Conversation, WriteIntent
from cases.machine_mail import MailHeaders
from cases.source import Source, SourceSecrets
from cases.source_event import ChangedTickets, HelpdeskTicket, Removal, TicketGone, TicketMerged, TicketRemoved
from cases.ticket import Customer, TicketId
from integrations.helpdesks.calls import HelpdeskCalls, see_that_nothing_is_under_way
from integrations.helpdesks.rendering import as_html
from integrations.helpdesks.zammad_reading import conversation_of, customer_of
from integrations.helpdesks.zammad_shapes import (
    AGENT,
    CUSTOMER,
    EMAIL,
    HTML,
    NOTE,
    REFERENCE,
    Article,
    Found,
    Links,
    TicketRead,
    User,
)
from integrations.sources.reading import fitting_headers

API = "/api/v1"
PAGE_SIZE = 100
"""Zammad gives at most 200 at once."""

MERGED, REMOVED = "merged", "removed"
"""The states of a ticket whose articles went into another one, and of one that was taken out of the way."""

PARENT = "parent"
"""What the link from a merged ticket to the one that goes on is called."""

DONE = frozenset({"closed", MERGED})
"""The names of the states that Zammad comes with. One that somebody added is taken for open."""

EXPANDED = {"expand": "true"}

FOR_AGENTS = f"{API}/ticket_recent"
"""The tickets one looked at last: short, and Zammad gives it to agents only."""

FOR_ALL = f"{API}/users/me"
"""What Zammad gives to everybody whom it knows."""

_OF_AGENTS: WeakSet[HelpdeskCalls] = WeakSet()
"""Those whose token was seen to be an agent's. They outlive a helpdesk, which is made for one write."""

_ARTICLE = TypeAdapter(Article)
_ARTICLES = TypeAdapter(tuple[Article, ...])
_TICKET = TypeAdapter(TicketRead)
_USER = TypeAdapter(User)
_LINKS = TypeAdapter(Links)
_TAGGED = TypeAdapter(bool)
_FOUND = TypeAdapter(tuple[Found, ...])
_ANYTHING = TypeAdapter(object)


def headers(source: Source, secrets: SourceSecrets) -> dict[str, str]:
    """What every request carries: an access token of an agent."""
    return {"Authorization": f"Token token={secrets.token.get_secret_value()}"}


class ZammadHelpdesk:
    """A `Helpdesk` and a `ReadableHelpdesk`."""

    def __init__(self, calls: HelpdeskCalls, source: Source) -> None:
        self._calls = calls
        self._source = source

    async def mark(self, conversation: Conversation) -> str:
        """None: an article can be bound to no state of its ticket. Who is no agent is stopped here, before a write."""
        if self._calls not in _OF_AGENTS:
            await self._see_that_we_are_an_agent()
            _OF_AGENTS.add(self._calls)
        return ""

    async def find(self, intent: WriteIntent) -> str | None:
        """The article that names the intent; else the one that has its words and names none."""
        asked = f"looking for the {intent.kind} {intent.reference} of ticket {intent.conversation.ticket_id}"
        articles = await self._articles(asked, intent.conversation.ticket_id)
        named = (article.id for article in articles if article.is_written_under(intent))
        alike = (article.id for article in articles if article.has_words_of(intent, intent.intended_at - CLOCKS_APART))
        found = next(named, None) or next(alike, None)
        if found is None:
            see_that_nothing_is_under_way(intent)
        return found

    async def standing(self, conversation: Conversation) -> Customer | TicketGone | None:
        """The customer now, or that the ticket was merged, removed or deleted."""
        found = await self._standing(conversation.ticket_id)
        return found if isinstance(found, TicketGone) else customer_of(await self._user(found.customer_id))

    async def reply(self, intent: WriteIntent, text: CustomerText) -> str:
        """A mail to the customer. Zammad gives it the ticket's title and number as its subject."""
        address = await self._address_of(intent.conversation)
        return await self._write(intent, {"type": EMAIL, "internal": False, "to": address, "body": as_html(text.text)})

    async def note(self, intent: WriteIntent, note: InternalNote) -> str | None:
        """A note that only agents see, and that is mailed to nobody."""
        return await self._write(intent, {"type": NOTE, "internal": True, "body": as_html(note.text)})

    async def assign(self, conversation: Conversation, team: Team) -> None:
        """Give the ticket to the team's group, by its number or its name."""
        group = self._source.teams.get(team)
        if group is None:
            return
        asked = f"assigning ticket {conversation.ticket_id} to {team}"
        body = {"group_id": int(group)} if group.isdecimal() else {"group": group}
        await self._calls.write(asked, "PUT", _ticket(conversation.ticket_id), body, _ANYTHING)

    async def tag(self, conversation: Conversation, tags: tuple[str, ...]) -> None:
        """Each tag by a request of its own; one that is there stays as it is."""
        for tag in tags:
            asked = f"tagging ticket {conversation.ticket_id}"
            body = {"object": "Ticket", "o_id": _number(conversation.ticket_id), "item": tag}
            await self._calls.write(asked, "POST", f"{API}/tags/add", body, _TAGGED)

    async def read(self, ticket_id: TicketId) -> HelpdeskTicket | TicketGone | None:
        """The ticket, its articles, and whose it is."""
        asked = f"reading ticket {ticket_id}"
        found = await self._standing(ticket_id)
        if isinstance(found, TicketGone):
            return found
        articles = await self._articles(asked, ticket_id)
        customer, heads = await self._user(found.customer_id), await self._heads(articles)
        ticket, replies = conversation_of(self._source, found, customer, articles, heads)
        if ticket is None:
            return None
        return HelpdeskTicket(
            ticket=ticket,
            replies=replies,
            solved=found.state in DONE,
            changed_at=found.updated_at,
            elsewhere=self._elsewhere(found),
            message_ids=tuple(article.id for article in articles if not article.internal),
        )

    async def changed_since(self, since: datetime, page: str | None) -> ChangedTickets:
        """One page of a search in Zammad's database, which needs no Elasticsearch.

        The next page begins at the time of the last ticket of this one, and not at a number: a ticket that changes
        meanwhile moves to the end, and would let another slip between two numbered pages.
        """
        start, number = _place(page) if page else (since, 1)
        query = {
            **EXPANDED,
            "condition[ticket.updated_at][operator]": "after (absolute)",
            "condition[ticket.updated_at][value]": _written(start),
            "sort_by": "updated_at",
            "order_by": "asc",
            "per_page": str(PAGE_SIZE),
            "page": str(number),
        }
        found = await self._calls.read("asking what changed", f"{API}/tickets/search", _FOUND, query)
        if found is None:
            raise ToolUnavailable("The helpdesk has no search at its address. Check the source's --url.")
        until = found[-1].updated_at if found else None
        return ChangedTickets(
            ticket_ids=tuple(ticket.id for ticket in found),
            elsewhere={ticket.id: group for ticket in found if (group := self._elsewhere(ticket)) is not None},
            changed_until=until,
            next_page=_next_place(start, number, until) if until and len(found) >= PAGE_SIZE else None,
        )

    async def _standing(self, ticket_id: TicketId) -> TicketRead | TicketGone:
        found = await self._calls.read(f"reading ticket {ticket_id}", _ticket(ticket_id), _TICKET, EXPANDED)
        if found is None:
            return _removed(ticket_id, datetime.now(UTC))
        if found.state == REMOVED:
            return _removed(ticket_id, found.updated_at)
        if found.state != MERGED:
            return found
        into = await self._merged_into(ticket_id)
        return TicketGone(gone=TicketMerged(ticket_id=ticket_id, into=into, at=found.updated_at))

    async def _merged_into(self, ticket_id: TicketId) -> TicketId | None:
        """The ticket that goes on; None where Zammad keeps no link to it, or several."""
        query = {"link_object": "Ticket", "link_object_value": ticket_id}
        found = await self._calls.read(f"reading where ticket {ticket_id} went", f"{API}/links", _LINKS, query)
        parents = [link.link_object_value for link in found.links if link.link_type == PARENT] if found else []
        return parents[0] if len(parents) == 1 else None

    def _elsewhere(self, found: TicketRead | Found) -> str | None:
        """The group that the source does not read. Groups are told apart here: a search wants their numbers alone."""
        if self._source.reads_group(found.group_id, found.group):
            return None
        return found.group or found.group_id or "of no name"

    async def _write(self, intent: WriteIntent, article: Mapping[str, object]) -> str:
        ticket_id = intent.conversation.ticket_id
        asked = f"writing the {intent.kind} {intent.reference} to ticket {ticket_id}"
        body = {
            "ticket_id": _number(ticket_id),
            "content_type": HTML,
            **article,
            "preferences": {REFERENCE: intent.reference},
        }
        written = await self._calls.write(asked, "POST", f"{API}/ticket_articles", body, _ARTICLE)
        if (written.sender, written.type, written.internal) != (AGENT, article["type"], article["internal"]):
            raise ToolRefused(
                f"Zammad made the {intent.kind} {intent.reference} a public {written.type} of the {written.sender} "
                f"(article {written.id}), because the token is not an agent's. Remove it there, and give the token "
                "the permission ticket.agent."
            )
        return written.id

    async def _see_that_we_are_an_agent(self) -> None:
        """Raises ToolRefused where we surely are none: Zammad knows us, and keeps from us what is for agents.

        Where it does not know us either, the token is wrong or Zammad is being maintained: ToolUnavailable.
        """
        asked = "asking whether we are an agent"
        if await self._calls.is_let_in(asked, FOR_AGENTS):
            return
        await self._calls.read(asked, FOR_ALL, _ANYTHING)
        raise ToolRefused(
            f"The token of {self._source.label} lacks the permission ticket.agent, and what we write would become a "
            "public note of the customer. In Zammad, give ticket.agent to the token, and an agent's role to its owner."
        )

    async def _articles(self, asked: str, ticket_id: str) -> tuple[Article, ...]:
        path = f"{API}/ticket_articles/by_ticket/{quote(ticket_id, safe='')}"
        return await self._calls.read(asked, path, _ARTICLES, EXPANDED) or ()

    async def _heads(self, articles: tuple[Article, ...]) -> dict[str, MailHeaders]:
        """The heads of the mails that Zammad calls automatic: it may do so for a header that proves nothing."""
        heads: dict[str, MailHeaders] = {}
        for article in articles:
            if article.is_automatic and article.sender == CUSTOMER:
                path = f"{API}/ticket_article_plain/{quote(article.id, safe='')}"
                mail = await self._calls.read_text(f"reading the head of article {article.id}", path)
                head = fitting_headers(dict(HeaderParser().parsestr(mail).items())) if mail else None
                heads |= {article.id: head} if head else {}
        return heads

    async def _user(self, user_id: str) -> User:
        path = f"{API}/users/{quote(user_id, safe='')}"
        return await self._calls.read(f"reading customer {user_id}", path, _USER) or User(id=user_id)

    async def _address_of(self, conversation: Conversation) -> str:
        if conversation.customer.email:
            return conversation.customer.email
        ticket_id = conversation.ticket_id
        found = await self._calls.read(f"reading ticket {ticket_id}", _ticket(ticket_id), _TICKET, EXPANDED)
        if found is None:
            raise ToolRefused(f"The helpdesk has no ticket {ticket_id}.")
        email = (await self._user(found.customer_id)).email
        if not email:
            raise ToolRefused(f"The customer of ticket {ticket_id} has no e-mail address in Zammad. Answer it there.")
        return email


def _removed(ticket_id: TicketId, at: datetime) -> TicketGone:
    return TicketGone(gone=TicketRemoved(ticket_id=ticket_id, how=Removal.DELETED, at=at))


def _ticket(ticket_id: str) -> str:
    return f"{API}/tickets/{quote(ticket_id, safe='')}"


def _number(ticket_id: str) -> int | str:
    """As Zammad writes its ids; what is no number is for Zammad to refuse."""
    return int(ticket_id) if ticket_id.isdecimal() else ticket_id


def _written(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def _place(page: str) -> tuple[datetime, int]:
    since, _, number = page.partition(" ")
    return datetime.fromisoformat(since), int(number)


def _next_place(start: datetime, number: int, until: datetime) -> str:
    """Numbered pages only among tickets that changed at the very same time."""
    return f"{_written(until)} 1" if _written(until) > _written(start) else f"{_written(start)} {number + 1}"

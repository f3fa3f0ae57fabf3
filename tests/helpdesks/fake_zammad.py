"""Zammad's API as its source has it: articles, mails that go out by an article's type, tags one by one."""

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from itertools import count

from pydantic import JsonValue, TypeAdapter
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from tests.helpdesks.fake_server import Answering, FakeServer

Json = dict[str, JsonValue]

TOKEN = "agents-token"
CUSTOMER, AGENT, IN_COPY, COLLEAGUE = 12, 3, 31, 32
"""Numbers of people. The colleague is of the customer's own company."""
LONGEST_PAGE = 200
GROUPS = {"Users": 1, "Sales": 2, "Staff": 3}

EVE: Json = {"id": IN_COPY, "firstname": "Eve", "lastname": "Moore", "email": "eve@example.com"}

_BODY = TypeAdapter(Json)


def written_at(moment: datetime) -> str:
    """As Zammad writes times."""
    return moment.isoformat(timespec="milliseconds").replace("+00:00", "Z")


@dataclass
class FakeTicket:
    """One ticket, last changed an hour ago."""

    id: int
    title: str = "Where is it?"
    state: str = "open"
    channel: str = "email"
    group: JsonValue = "Users"
    tags: list[str] = field(default_factory=lambda: ["vip"])
    articles: list[Json] = field(default_factory=list[Json])
    customer: int = CUSTOMER
    merged_into: int | None = None
    updated_at: datetime = field(default_factory=lambda: datetime.now(UTC) - timedelta(hours=1))

    def shown(self) -> Json:
        return {
            "id": self.id,
            "number": f"2{self.id}",
            "title": self.title,
            "state": self.state,
            "state_id": 2,
            "group": self.group,
            "group_id": GROUPS.get(str(self.group)),
            "customer_id": self.customer,
            "customer": "ada@example.com" if self.customer == CUSTOMER else "eve@example.com",
            "create_article_type": self.channel,
            "article_count": len(self.articles),
            "created_at": written_at(self.updated_at),
            "updated_at": written_at(self.updated_at),
        }


class FakeZammad(FakeServer):
    """One installation."""

    def __init__(self) -> None:
        super().__init__()
        self.tickets: dict[int, FakeTicket] = {}
        self.mails: list[Json] = []
        """The articles that were mailed, to whom they name."""
        self.raw_mails: dict[int, str] = {}
        """Whole mails, by the article they came as."""
        self.keeps_preferences = True
        self.is_agents_token = True
        self.is_maintained = False
        self.longest_page = LONGEST_PAGE
        self.customer: Json = {
            "id": CUSTOMER,
            "firstname": "Ada",
            "lastname": "Byron",
            "login": "ada@example.com",
            "email": "ada@example.com",
            "preferences": {"locale": "de-de"},
        }
        self._numbers = count(501)

    def routes(self) -> dict[tuple[str, str], Answering]:
        return {
            ("GET", "/api/v1/tickets/search"): self._search,
            ("GET", "/api/v1/tickets/{ticket}"): self._show,
            ("PUT", "/api/v1/tickets/{ticket}"): self._update,
            ("GET", "/api/v1/ticket_articles/by_ticket/{ticket}"): self._articles,
            ("GET", "/api/v1/ticket_article_plain/{article}"): self._plain,
            ("POST", "/api/v1/ticket_articles"): self._create,
            ("POST", "/api/v1/tags/add"): self._tag,
            ("GET", "/api/v1/users/me"): self._me,
            ("GET", "/api/v1/users/{user}"): self._user,
            ("GET", "/api/v1/ticket_recent"): self._recent,
            ("GET", "/api/v1/links"): self._links,
        }

    def open(self, number: int, *texts: str) -> FakeTicket:
        """A ticket in which the customer wrote these."""
        ticket = self.tickets[number] = FakeTicket(number)
        for text in texts:
            self.add_article(ticket, text, "Customer")
        return ticket

    def merge(self, number: int, into: int) -> None:
        """As an agent does: the articles move, and a note stays."""
        merged, target = self.tickets[number], self.tickets[into]
        target.articles += [{**article, "ticket_id": into} for article in merged.articles]
        target.articles.sort(key=lambda article: str(article["created_at"]))
        target.updated_at = self.clock()
        merged.articles, merged.state, merged.merged_into = [], "merged", into
        self.add_article(merged, "merged", "Agent", kind="note")

    def give_to(self, number: int, customer: int) -> None:
        """An agent corrects whose ticket it is."""
        self.tickets[number].customer = customer
        self.tickets[number].updated_at = self.clock()

    def add_article(
        self,
        ticket: FakeTicket,
        body: str,
        sender: str,
        *,
        kind: str = "email",
        internal: bool = False,
        content_type: str = "text/plain",
        preferences: JsonValue = None,
        files: tuple[Json, ...] = (),
        written: Json | None = None,
    ) -> int:
        """An article; the ticket has changed by it. `written`: what it says of its writer, where that is another."""
        number, now = next(self._numbers), self.clock()
        by = {"Customer": "ada@example.com", "System": "-"}.get(sender, "ann@acme.example")
        writer = CUSTOMER if sender == "Customer" else AGENT
        ticket.articles.append(
            {
                "id": number,
                "ticket_id": ticket.id,
                "type": kind,
                "sender": sender,
                "internal": internal,
                "body": body,
                "content_type": content_type,
                "created_at": written_at(now),
                "created_by": by,
                "created_by_id": writer,
                "origin_by_id": None,
                "from": f"Ada Byron <{by}>" if sender == "Customer" else "Support",
                **(written or {}),
                "attachments": list[JsonValue](files),
                "preferences": preferences if self.keeps_preferences and preferences is not None else {},
            }
        )
        ticket.updated_at = now
        return number

    def _ticket(self, request: Request, number: object) -> FakeTicket | None:
        _see_the_token(request)
        return self.tickets.get(int(str(number))) if str(number).isdecimal() else None

    async def _show(self, request: Request) -> Response:
        ticket = self._ticket(request, request.path_params["ticket"])
        return _not_found() if ticket is None else JSONResponse(ticket.shown())

    async def _update(self, request: Request) -> Response:
        ticket = self._ticket(request, request.path_params["ticket"])
        if ticket is None:
            return _not_found()
        change = _BODY.validate_json(await request.body())
        ticket.group = change.get("group", change.get("group_id", ticket.group))
        ticket.updated_at = self.clock()
        return JSONResponse(ticket.shown())

    async def _articles(self, request: Request) -> Response:
        ticket = self._ticket(request, request.path_params["ticket"])
        return _not_found() if ticket is None else JSONResponse(ticket.articles)

    async def _plain(self, request: Request) -> Response:
        _see_the_token(request)
        mail = self.raw_mails.get(int(request.path_params["article"]))
        return _not_found() if mail is None else Response(mail, media_type="message/rfc822")

    async def _create(self, request: Request) -> Response:
        given = _BODY.validate_json(await request.body())
        ticket = self._ticket(request, given["ticket_id"])
        if ticket is None:
            return _not_found()
        if not self.is_agents_token:
            given = {**given, "type": "note", "internal": False}
        self.add_article(
            ticket,
            str(given["body"]),
            "Agent" if self.is_agents_token else "Customer",
            kind=str(given.get("type", "note")),
            internal=bool(given.get("internal", False)),
            content_type=str(given.get("content_type", "text/plain")),
            preferences=given.get("preferences"),
        )
        article: Json = {**ticket.articles[-1], "to": given.get("to")}
        if article["type"] == "email":
            # Whether it is internal or not: that is the trap.
            self.mails.append(article)
        return JSONResponse(article, status_code=201)

    async def _tag(self, request: Request) -> Response:
        given = _BODY.validate_json(await request.body())
        assert given["object"] == "Ticket"
        ticket = self._ticket(request, given["o_id"])
        if ticket is None:
            return _not_found()
        if str(given["item"]) not in ticket.tags:
            ticket.tags.append(str(given["item"]))
        return JSONResponse(True, status_code=201)  # noqa: FBT003 - the API's own answer

    async def _user(self, request: Request) -> Response:
        _see_the_token(request)
        people = {str(person["id"]): person for person in (self.customer, EVE)}
        known = people.get(str(request.path_params["user"]))
        return JSONResponse(known) if known else _not_found()

    async def _links(self, request: Request) -> Response:
        _see_the_token(request)
        asked = request.query_params
        assert asked["link_object"] == "Ticket"
        merged = self.tickets[int(asked["link_object_value"])].merged_into
        to = [{"link_type": "parent", "link_object": "Ticket", "link_object_value": merged}] if merged else []
        return JSONResponse({"links": to, "assets": {}})

    async def _me(self, request: Request) -> Response:
        _see_the_token(request)
        return _denied("Maintenance mode enabled!") if self.is_maintained else JSONResponse({"id": 3, "role_ids": [3]})

    async def _recent(self, request: Request) -> Response:
        _see_the_token(request)
        if self.is_maintained or not self.is_agents_token:
            return _denied("Maintenance mode enabled!" if self.is_maintained else "User authorization failed.")
        return JSONResponse({"assets": {}, "ticket_ids_recent_viewed": []})

    async def _search(self, request: Request) -> Response:
        _see_the_token(request)
        asked = request.query_params
        assert asked["condition[ticket.updated_at][operator]"] == "after (absolute)"
        assert (asked["sort_by"], asked["order_by"]) == ("updated_at", "asc")
        since = datetime.fromisoformat(asked["condition[ticket.updated_at][value]"])
        size, page = min(int(asked["per_page"]), self.longest_page), int(asked["page"])
        shown = sorted((ticket.shown() for ticket in self.tickets.values()), key=lambda t: str(t["updated_at"]))
        later = [ticket for ticket in shown if datetime.fromisoformat(str(ticket["updated_at"])) >= since]
        return JSONResponse(later[(page - 1) * size : page * size])


def _see_the_token(request: Request) -> None:
    assert request.headers["authorization"] == f"Token token={TOKEN}"


def _denied(words: str) -> Response:
    return JSONResponse({"error": words, "error_human": words}, status_code=403)


def _not_found() -> Response:
    words = "No such object"
    return JSONResponse({"error": words, "error_human": words}, status_code=404)

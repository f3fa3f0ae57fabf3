"""Zendesk's API as its documentation has it: updates that may be bound to a state, and an audit for each."""

import base64
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from itertools import count

from pydantic import JsonValue, TypeAdapter
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from integrations.helpdesks.rendering import as_text
from tests.helpdesks.fake_server import Answering, FakeServer

Json = dict[str, JsonValue]

USER = "bot@acme.example"
TOKEN = "api-token"
BOT, AGENT, CUSTOMER, IN_COPY = 1, 2, 3, 4
PEOPLE: dict[int, Json] = {
    BOT: {"id": BOT, "name": "Signalbox", "email": USER, "role": "agent", "locale": "en-US"},
    AGENT: {"id": AGENT, "name": "Ann Agent", "email": "ann@acme.example", "role": "agent", "locale": "en-US"},
    CUSTOMER: {"id": CUSTOMER, "name": "Ada Byron", "email": "ada@example.com", "role": "end-user", "locale": "de"},
    IN_COPY: {"id": IN_COPY, "name": "Eve", "email": "eve@example.com", "role": "end-user", "locale": "de"},
}

_BODY = TypeAdapter(Json)
_MINUTE = timedelta(minutes=1)


def written_at(moment: datetime) -> str:
    """As Zendesk writes times: whole seconds."""
    return moment.strftime("%Y-%m-%dT%H:%M:%SZ")


@dataclass
class FakeTicket:
    """One ticket, last changed an hour ago."""

    id: int
    subject: str = "Where is it?"
    status: str = "open"
    channel: str = "email"
    rating: Json | None = None
    group_id: int | None = None
    requester: int = CUSTOMER
    tags: list[str] = field(default_factory=lambda: ["vip"])
    comments: list[Json] = field(default_factory=list[Json])
    audits: list[Json] = field(default_factory=list[Json])
    updated_at: datetime = field(default_factory=lambda: datetime.now(UTC) - timedelta(hours=1))

    def shown(self) -> Json:
        return {
            "id": self.id,
            "subject": self.subject,
            "status": self.status,
            "requester_id": self.requester,
            "submitter_id": CUSTOMER,
            "group_id": self.group_id,
            "tags": list[JsonValue](self.tags),
            "via": {"channel": self.channel},
            "satisfaction_rating": self.rating or {"score": "unoffered"},
            "created_at": written_at(self.updated_at),
            "updated_at": written_at(self.updated_at),
            "generated_timestamp": int(self.updated_at.timestamp()),
        }


class FakeZendesk(FakeServer):
    """One account."""

    def __init__(self) -> None:
        super().__init__()
        self.tickets: dict[int, FakeTicket] = {}
        self.page_size = 100
        self.keeps_metadata = True
        self._numbers = count(9001)

    def routes(self) -> dict[tuple[str, str], Answering]:
        base = "/api/v2/tickets/{ticket}"
        plain = {
            ("GET", f"{base}/comments"): self._comments,
            ("GET", f"{base}/audits"): self._audits,
            ("PUT", f"{base}/tags"): self._add_tags,
            ("POST", f"{base}/tags"): self._set_tags,
            ("GET", "/api/v2/incremental/tickets/cursor"): self._export,
        }
        suffixed = {(method, f"{path}.json"): answer for (method, path), answer in plain.items()}
        return {**plain, **suffixed, ("GET", base): self._show, ("PUT", base): self._update}

    def open(self, number: int, *texts: str) -> FakeTicket:
        """A ticket in which the customer wrote these."""
        ticket = self.tickets[number] = FakeTicket(number)
        for text in texts:
            self.add_comment(ticket, f"<p>{text}</p>", CUSTOMER)
        return ticket

    def add_comment(
        self,
        ticket: FakeTicket,
        markup: str,
        author: int,
        *,
        public: bool = True,
        metadata: JsonValue = None,
        flags: JsonValue = None,
        files: tuple[Json, ...] = (),
    ) -> int:
        """A comment and its audit, under one id; the ticket has changed by it."""
        number, now = next(self._numbers), self.clock()
        comment: Json = {
            "id": number,
            "type": "Comment",
            "author_id": author,
            "public": public,
            "html_body": f'<div class="zd-comment" dir="auto">{markup}</div>',
            "plain_body": as_text(markup),
            "body": as_text(markup),
            "attachments": list[JsonValue](files),
        }
        system: Json = {"system": {"location": "Dublin"}, "custom": {}}
        told = {**system, "flags": flags} if flags is not None else system
        ticket.comments.append({**comment, "created_at": written_at(now), "metadata": told})
        kept = metadata if self.keeps_metadata and metadata is not None else {}
        ticket.audits.append(
            {
                "id": next(self._numbers),
                "ticket_id": ticket.id,
                "author_id": author,
                "created_at": written_at(now),
                "metadata": {"system": {"location": "Dublin"}, "custom": kept},
                "events": [{"id": next(self._numbers), "type": "Change", "field_name": "status"}, comment],
            }
        )
        return number

    def give_to(self, ticket: FakeTicket, requester: int) -> None:
        """An agent corrects the requester."""
        ticket.requester = requester
        self.touch(ticket)

    def merge(self, ticket: FakeTicket) -> None:
        """As an agent does: the ticket is closed, and its comments stay."""
        ticket.status = "closed"
        ticket.tags.append("closed_by_merge")
        self.touch(ticket)

    def touch(self, ticket: FakeTicket) -> None:
        """Somebody changes something else."""
        ticket.updated_at = self.clock()

    def _ticket(self, request: Request) -> FakeTicket | None:
        pair = base64.b64encode(f"{USER}/token:{TOKEN}".encode()).decode()
        assert request.headers["authorization"] == f"Basic {pair}"
        number = str(request.path_params["ticket"]).removesuffix(".json")
        return self.tickets.get(int(number)) if number.isdecimal() else None

    async def _show(self, request: Request) -> Response:
        ticket = self._ticket(request)
        if ticket is None:
            return _not_found()
        users: Json = {"users": list[JsonValue](PEOPLE.values())} if "users" in _include(request) else {}
        return JSONResponse({"ticket": ticket.shown(), **users})

    async def _update(self, request: Request) -> Response:
        ticket = self._ticket(request)
        if ticket is None:
            return _not_found()
        change = _object(_BODY.validate_json(await request.body())["ticket"])
        if change.get("safe_update") and change["updated_stamp"] != written_at(ticket.updated_at):
            words = "Safe Update prevented the update due to outdated ticket data."
            return JSONResponse({"error": "UpdateConflict", "description": words}, status_code=409)
        if ticket.status == "closed":
            return JSONResponse({"error": "RecordInvalid", "description": "Status: closed"}, status_code=422)
        if "group_id" in change:
            group = change["group_id"]
            assert isinstance(group, int)
            ticket.group_id = group
        if "comment" in change:
            comment = _object(change["comment"])
            self.add_comment(
                ticket,
                str(comment["html_body"]),
                BOT,
                public=bool(comment.get("public", True)),
                metadata=change.get("metadata"),
            )
        self.touch(ticket)
        audit = ticket.audits[-1] if "comment" in change else {"id": 1, "created_at": "2026-01-01T00:00:00Z"}
        return JSONResponse({"ticket": ticket.shown(), "audit": audit})

    async def _add_tags(self, request: Request) -> Response:
        return await self._tags(request, kept=True)

    async def _set_tags(self, request: Request) -> Response:
        return await self._tags(request, kept=False)

    async def _tags(self, request: Request, *, kept: bool) -> Response:
        ticket = self._ticket(request)
        if ticket is None:
            return _not_found()
        given = _BODY.validate_json(await request.body())["tags"]
        assert isinstance(given, list)
        before = ticket.tags if kept else []
        ticket.tags = [*before, *(str(tag) for tag in given if tag not in before)]
        self.touch(ticket)
        return JSONResponse({"tags": ticket.tags})

    async def _comments(self, request: Request) -> Response:
        ticket = self._ticket(request)
        if ticket is None:
            return _not_found()
        users: Json = {"users": list[JsonValue](PEOPLE.values())} if "users" in _include(request) else {}
        return JSONResponse({**self._page(request, "comments", ticket.comments), **users})

    async def _audits(self, request: Request) -> Response:
        ticket = self._ticket(request)
        return _not_found() if ticket is None else JSONResponse(self._page(request, "audits", ticket.audits))

    def _page(self, request: Request, name: str, items: list[Json]) -> Json:
        start = int(request.query_params.get("page[after]", "0"))
        end = start + min(self.page_size, int(request.query_params.get("page[size]", "100")))
        more = end < len(items)
        return {
            name: list[JsonValue](items[start:end]),
            "meta": {"has_more": more, "after_cursor": str(end) if more else None},
            "links": {"next": str(request.url.include_query_params(**{"page[after]": str(end)})) if more else None},
        }

    async def _export(self, request: Request) -> Response:
        now = datetime.now(UTC)
        start = request.query_params.get("start_time")
        if start is not None and int(start) > (now - _MINUTE).timestamp():
            return JSONResponse({"error": "StartTimeTooRecent"}, status_code=422)
        since, number = (start, "0") if start is not None else request.query_params["cursor"].split("|")
        ordered = sorted(
            (ticket for ticket in self.tickets.values() if ticket.updated_at < now - _MINUTE),
            key=lambda ticket: (int(ticket.updated_at.timestamp()), ticket.id),
        )
        later = [t for t in ordered if (int(t.updated_at.timestamp()), t.id) > (int(since), int(number))]
        page = later[: self.page_size]
        cursor = f"{int(page[-1].updated_at.timestamp())}|{page[-1].id}" if page else f"{since}|{number}"
        return JSONResponse(
            {
                "tickets": [ticket.shown() for ticket in page],
                "after_cursor": cursor,
                "end_of_stream": len(page) == len(later),
            }
        )


def _object(value: JsonValue) -> Json:
    assert isinstance(value, dict)
    return value


def _include(request: Request) -> str:
    return request.query_params.get("include", "")


def _not_found() -> Response:
    return JSONResponse({"error": "RecordNotFound", "description": "Not found"}, status_code=404)

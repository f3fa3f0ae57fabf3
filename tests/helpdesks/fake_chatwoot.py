"""Chatwoot's API as its source has it: ids that agents see, pages of messages backwards, labels that are replaced, and
texts that are templates."""

import re
from datetime import UTC, datetime
from itertools import count

from pydantic import JsonValue
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from tests.helpdesks.fake_server import Answering, FakeServer

TOKEN = "agents-token"
ACCOUNT = "7"
PAGE = 20
LIQUID = re.compile(r"\{\{.*?\}\}|\{%.*?%\}", re.DOTALL)
NUMBERS = {"incoming": 0, "outgoing": 1, "activity": 2, "template": 3}
CONTACT: dict[str, JsonValue] = {"id": 31, "name": "Ada Byron", "email": "ada@example.com", "type": "contact"}
AGENT: dict[str, JsonValue] = {"id": 2, "name": "Sig", "email": "sig@example.com", "type": "user"}


class Talking:
    """One conversation."""

    def __init__(self, number: int) -> None:
        self.number = number
        self.status = "open"
        self.labels: list[str] = []
        self.team: int | None = None
        self.assignee: JsonValue = None
        self.messages: list[dict[str, JsonValue]] = []
        self.changed_at = datetime.now(UTC)
        self.contact: dict[str, JsonValue] = CONTACT

    def shown(self) -> dict[str, JsonValue]:
        return {
            "id": self.number,
            "account_id": int(ACCOUNT),
            "inbox_id": 1,
            "status": self.status,
            "labels": list(self.labels),
            "meta": {"sender": self.contact, "channel": "Channel::WebWidget", "hmac_verified": True},
            "additional_attributes": {"browser": {"browser_language": "de"}},
            "last_activity_at": int(self.changed_at.timestamp()),
            "updated_at": self.changed_at.timestamp(),
        }


class FakeChatwoot(FakeServer):
    """One account."""

    def __init__(self) -> None:
        super().__init__()
        self.talks: dict[str, Talking] = {}
        self.teams = {3: "billing"}
        self._numbers = count(1001)

    def routes(self) -> dict[tuple[str, str], Answering]:
        base = "/api/v1/accounts/{account}/conversations"
        return {
            ("GET", base): self._list,
            ("GET", base + "/{talk}"): self._show,
            ("GET", base + "/{talk}/messages"): self._messages,
            ("POST", base + "/{talk}/messages"): self._write,
            ("GET", base + "/{talk}/labels"): self._labels,
            ("POST", base + "/{talk}/labels"): self._relabel,
            ("POST", base + "/{talk}/assignments"): self._assign,
            ("POST", base + "/{talk}/toggle_status"): self._toggle,
        }

    def open(self, number: int, *texts: str) -> Talking:
        """A conversation in which the customer wrote these."""
        talk = self.talks[str(number)] = Talking(number)
        for text in texts:
            self.say(talk, text)
        return talk

    def say(
        self,
        talk: Talking,
        text: str,
        kind: str = "incoming",
        *,
        private: bool = False,
        sender: dict[str, JsonValue] | None = None,
        at: datetime | None = None,
    ) -> dict[str, JsonValue]:
        """Somebody writes."""
        talk.changed_at = at or self.clock()
        message: dict[str, JsonValue] = {
            "id": next(self._numbers),
            "content": text,
            "content_type": "text",
            "content_attributes": {},
            "message_type": NUMBERS[kind],
            "private": private,
            "created_at": int(talk.changed_at.timestamp()),
            "conversation_id": talk.number,
            "sender": sender or (CONTACT if kind == "incoming" else AGENT),
        }
        talk.messages.append(message)
        return message

    def _refusal(self, request: Request) -> Response | None:
        if request.headers.get("api_access_token") != TOKEN:
            return JSONResponse({"error": "Invalid Access Token"}, 401)
        known = request.path_params.get("talk", "") in {*self.talks, ""}
        if request.path_params["account"] != ACCOUNT or not known:
            return JSONResponse({"error": "Resource could not be found"}, 404)
        return None

    def _talk(self, request: Request) -> Talking:
        return self.talks[request.path_params["talk"]]

    async def _list(self, request: Request) -> Response:
        if refusal := self._refusal(request):
            return refusal
        since = datetime.now(UTC).timestamp() - int(request.query_params["updated_within"])
        status = request.query_params.get("status", "open")
        found = [
            talk
            for talk in self.talks.values()
            if talk.changed_at.timestamp() > since and status in ("all", talk.status)
        ]
        found.sort(key=lambda talk: talk.changed_at)
        return JSONResponse({"data": {"meta": {}, "payload": [talk.shown() for talk in found]}})

    async def _show(self, request: Request) -> Response:
        return self._refusal(request) or JSONResponse(self._talk(request).shown())

    async def _messages(self, request: Request) -> Response:
        if refusal := self._refusal(request):
            return refusal
        before = int(request.query_params.get("before", 10**9))
        earlier = [message for message in self._talk(request).messages if int(str(message["id"])) < before]
        return JSONResponse({"meta": {}, "payload": earlier[-PAGE:]})

    async def _write(self, request: Request) -> Response:
        if refusal := self._refusal(request):
            return refusal
        said = await request.json()
        kind, private = said.get("message_type", "outgoing"), said.get("private", False)
        rendered = LIQUID.sub("", said["content"])
        return JSONResponse(self.say(self._talk(request), rendered, kind, private=private))

    async def _labels(self, request: Request) -> Response:
        return self._refusal(request) or JSONResponse({"payload": self._talk(request).labels})

    async def _relabel(self, request: Request) -> Response:
        if refusal := self._refusal(request):
            return refusal
        self._talk(request).labels = list((await request.json())["labels"])
        return JSONResponse({"payload": self._talk(request).labels})

    async def _assign(self, request: Request) -> Response:
        if refusal := self._refusal(request):
            return refusal
        said = await request.json()
        if "assignee_id" in said:
            self._talk(request).assignee = said["assignee_id"]
            return JSONResponse(None)
        number = said["team_id"]
        self._talk(request).team = number if number in self.teams else None
        team = {"id": number, "name": self.teams[number]} if number in self.teams else None
        return JSONResponse(team)

    async def _toggle(self, request: Request) -> Response:
        if refusal := self._refusal(request):
            return refusal
        talk = self._talk(request)
        talk.status = (await request.json())["status"]
        talk.assignee = AGENT["id"] if talk.status == "open" else talk.assignee
        return JSONResponse({"success": True, "current_status": talk.status, "conversation_id": talk.number})

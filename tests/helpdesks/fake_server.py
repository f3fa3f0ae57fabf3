"""What every fake helpdesk can do besides its own API: remember, refuse, fail, lose answers, and do things twice."""

import json
from abc import ABC, abstractmethod
from collections.abc import Awaitable, Callable, Mapping
from datetime import UTC, datetime
from typing import NamedTuple

from pydantic import JsonValue
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route
from starlette.types import ASGIApp

from demo.faults import Fault, FaultInjection, FaultPlan

Answering = Callable[[Request], Awaitable[Response]]


class Asked(NamedTuple):
    """A request as it came."""

    method: str
    path: str
    query: Mapping[str, str]
    headers: Mapping[str, str]
    body: bytes

    @property
    def said(self) -> JsonValue:
        return json.loads(self.body) if self.body else None


def _now() -> datetime:
    return datetime.now(UTC)


class FakeServer(ABC):
    """Holds the state of one fake; a subclass names its routes."""

    def __init__(self) -> None:
        self.asked: list[Asked] = []
        self.plan = FaultPlan()
        self.doubled = 0
        """How many of the next writes are carried out twice, as by a proxy that tries again on its own."""
        self.clock: Callable[[], datetime] = _now
        """What the times in what it keeps are read from."""
        self._refusals: list[Response] = []

    @abstractmethod
    def routes(self) -> dict[tuple[str, str], Answering]:
        """By method and path."""

    def app(self) -> ASGIApp:
        routes = [
            Route(path, self._attended(method, answer), methods=[method])
            for (method, path), answer in self.routes().items()
        ]
        return FaultInjection(Starlette(routes=routes), self.plan, lambda _: True)

    def order(self, fault: Fault) -> None:
        """Let something go wrong with the next requests."""
        self.plan.add(fault)

    def refuse(self, status: int, body: JsonValue = None, headers: Mapping[str, str] | None = None) -> None:
        """Answer the next write so, and do nothing."""
        self._refusals.append(JSONResponse(body, status_code=status, headers=headers))

    def writes(self) -> list[Asked]:
        """The requests that wanted something changed."""
        return [asked for asked in self.asked if asked.method != "GET"]

    def _attended(self, method: str, answer: Answering) -> Answering:
        async def attended(request: Request) -> Response:
            query = {**request.query_params}
            self.asked.append(Asked(method, request.url.path, query, {**request.headers}, await request.body()))
            if method != "GET" and self._refusals:
                return self._refusals.pop(0)
            if method != "GET" and self.doubled:
                self.doubled -= 1
                await answer(request)
            return await answer(request)

        return attended

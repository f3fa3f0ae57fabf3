"""Faults on command: a service of the demo is told to be slow, to fail, or to lose what it would have answered.

`FaultInjection` is ASGI middleware. Cutting a connection needs the server's own socket, which `CuttableProtocol` hands
to it: give that class to uvicorn as `http`.
"""

import asyncio
from collections.abc import Callable
from enum import StrEnum
from typing import Annotated

from pydantic import Field
from starlette.responses import JSONResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send
from uvicorn.protocols.http.h11_impl import H11Protocol

from cases.record import Document

TRANSPORT = "transport"
"""Where the connection stands in the state of an ASGI scope."""

READS = frozenset({"GET", "HEAD"})


class FaultKind(StrEnum):
    """What goes wrong."""

    SLOW = "slow"
    """The request is carried out late, even if the caller has hung up by then."""
    FAIL = "fail"
    """The request is refused with a status of the 500s, and nothing happens."""
    LATE_ANSWER = "late_answer"
    """The request is carried out at once and answered late. Waits for a write."""
    DROP_ANSWER = "drop_answer"
    """The request is carried out, and the connection cut instead of an answer. Waits for a write."""
    DROP_REQUEST = "drop_request"
    """The connection is cut before anything happens."""


AFTER_THE_WORK = frozenset({FaultKind.LATE_ANSWER, FaultKind.DROP_ANSWER})
"""Faults that only tell on a caller who changed something; a read passes them by."""


class Fault(Document):
    """One kind of trouble for the next requests it strikes.

    `seconds` is the delay of `slow` and `late_answer`; `status` is what `fail` answers.
    """

    kind: FaultKind
    times: Annotated[int, Field(ge=1, le=1_000)] = 1
    seconds: Annotated[float, Field(ge=0, le=300)] = 0.0
    status: Annotated[int, Field(ge=500, le=599)] = 503

    def strikes(self, scope: Scope) -> bool:
        """Whether this request meets it. A service that can be told to be more choosy extends this."""
        return scope["method"] not in READS or self.kind not in AFTER_THE_WORK


class FaultPlan:
    """The faults still to come, in the order they were asked for.

    One event loop uses it, and nothing in it awaits: two requests never take the same turn of a fault.
    """

    def __init__(self) -> None:
        self._waiting: list[Fault] = []

    @property
    def waiting(self) -> tuple[Fault, ...]:
        """What has not struck yet, with the times left."""
        return tuple(self._waiting)

    def add(self, fault: Fault) -> None:
        """Put a fault behind those that wait."""
        self._waiting.append(fault)

    def clear(self) -> None:
        """Let everything work again."""
        self._waiting.clear()

    def take(self, scope: Scope) -> Fault | None:
        """Use up one turn of the first fault that strikes this request."""
        for place, fault in enumerate(self._waiting):
            if fault.strikes(scope):
                left = fault.times - 1
                self._waiting[place : place + 1] = [fault.model_copy(update={"times": left})] if left else []
                return fault
        return None


class FaultInjection:
    """Let the faults of a plan strike the requests whose path may be struck."""

    def __init__(self, app: ASGIApp, plan: FaultPlan, may_strike: Callable[[str], bool]) -> None:
        self._app = app
        self._plan = plan
        self._may_strike = may_strike

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on, with a fault where one is due."""
        due = scope["type"] == "http" and self._may_strike(scope["path"])
        fault = self._plan.take(scope) if due else None
        if fault is None:
            await self._app(scope, receive, send)
        else:
            await self._strike(fault, scope, receive, send)

    async def _strike(self, fault: Fault, scope: Scope, receive: Receive, send: Send) -> None:
        match fault.kind:
            case FaultKind.SLOW:
                received = await _whole_request(receive)
                await asyncio.sleep(fault.seconds)
                await self._app(scope, received, send)
            case FaultKind.FAIL:
                refusal = JSONResponse({"detail": "Out of order, as it was told to be."}, status_code=fault.status)
                await refusal(scope, receive, send)
            case FaultKind.LATE_ANSWER:
                for part in await self._answer(scope, receive, seconds=fault.seconds):
                    await send(part)
            case FaultKind.DROP_ANSWER:
                await self._answer(scope, receive, seconds=0)
                await _cut(scope, receive)
            case FaultKind.DROP_REQUEST:
                await _cut(scope, receive)

    async def _answer(self, scope: Scope, receive: Receive, seconds: float) -> list[Message]:
        parts: list[Message] = []

        async def keep(part: Message) -> None:
            parts.append(part)

        await self._app(scope, receive, keep)
        await asyncio.sleep(seconds)
        return parts


class CuttableProtocol(H11Protocol):
    """uvicorn's HTTP/1.1, which also puts the connection into the state of each request."""

    def connection_made(self, transport: asyncio.Transport) -> None:  # pyright: ignore[reportIncompatibleMethodOverride]
        """Begin a connection."""
        self.app_state = {**self.app_state, TRANSPORT: transport}
        super().connection_made(transport)


async def _whole_request(receive: Receive) -> Receive:
    """Read the body while the caller is still there; the result hands it out, then what else arrives."""
    read = [await receive()]
    while read[-1].get("more_body", False):
        read.append(await receive())

    async def replay() -> Message:
        return read.pop(0) if read else await receive()

    return replay


async def _cut(scope: Scope, receive: Receive) -> None:
    connection: asyncio.Transport = scope["state"][TRANSPORT]
    connection.abort()
    while (await receive())["type"] != "http.disconnect":
        pass

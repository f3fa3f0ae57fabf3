"""The wire between us and a fake helpdesk, in a time of its own: requests are spoiled on it, lost, or held back.

Time passes when somebody waits for it: by a second with each request, by the pauses between two tries, by our own limit
where nothing answers. What is held back is carried out when its time has come, whoever has hung up by then.
"""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from typing import NamedTuple, Protocol

import httpx
from starlette.types import ASGIApp

from bench.helpdesk_plan import HelpdeskTurn, Trouble
from demo.embedded.ports import LOOPBACK
from tests.integrations.hosted_server import http_answer, read_request, reset

A_REQUEST = timedelta(seconds=1)
OUR_LIMIT = timedelta(seconds=20)
"""How long the policy lets a helpdesk take for one answer."""

HTML = b"<html>Please stand by.</html>"


class VirtualClock:
    """Tells a time that somebody else moves."""

    def __init__(self) -> None:
        self.now = datetime.now(UTC)

    def __call__(self) -> datetime:
        """The time now."""
        return self.now


class WireEvent(NamedTuple):
    """A request, and what it met."""

    at: datetime
    method: str
    path: str
    turn: HelpdeskTurn


class _Held(NamedTuple):
    due: datetime
    request: bytes


class Sender(Protocol):
    """Whoever sends over the wire, for the time of one run."""

    def meets(self) -> HelpdeskTurn:
        """What the next request meets."""
        ...

    def die(self) -> None:
        """Be gone, whatever was under way."""
        ...

    async def echo(self) -> None:
        """Be told that the ticket has changed."""
        ...


class Wire:
    """Spoils what passes."""

    def __init__(self, address: str, far: httpx.AsyncClient, clock: VirtualClock) -> None:
        self.address = address
        self.clock = clock
        self.came: list[WireEvent] = []
        self._sender: Sender | None = None
        self._far = far
        self._held: list[_Held] = []

    def begin(self, sender: Sender) -> None:
        """Pass on what this one sends from now."""
        self._sender = sender
        self.came = []

    async def wait(self, pause: timedelta) -> None:
        """Let time pass, and carry out what is due meanwhile."""
        until = self.clock.now + pause
        while due := [held for held in self._held if held.due <= until]:
            first = min(due)
            self._held.remove(first)
            self.clock.now = max(self.clock.now, first.due)
            await self._carried_out(first.request)
        self.clock.now = until

    async def settle(self) -> None:
        """Wait until nothing is held back any more."""
        while self._held:
            await self.wait(max(self._held).due - self.clock.now)

    async def attend(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Answer on one connection until somebody has had enough of it."""
        try:
            while await self._answered(await read_request(reader), reader, writer):
                await writer.drain()
        except (asyncio.IncompleteReadError, ConnectionError):
            pass  # Whoever asked has gone.
        finally:
            writer.close()

    async def _answered(self, request: bytes, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> bool:
        """Do to a request what it is to meet; gives whether the connection goes on."""
        await self.wait(A_REQUEST)
        method, path, _ = request.decode("latin-1").split(" ", 2)
        sender = self._sender
        assert sender is not None, "Nobody has begun to send."
        turn = sender.meets()
        self.came.append(WireEvent(self.clock.now, method, path, turn))
        match turn.trouble:
            case Trouble.LOST_REQUEST:
                reset(writer)
                return False
            case Trouble.KILLED_BEFORE:
                sender.die()
                return False
            case Trouble.LATE:
                self._held.append(_Held(self.clock.now + timedelta(seconds=turn.seconds), request))
                await self.wait(OUR_LIMIT)
                await reader.read()
                return False
            case Trouble.CONFLICT | Trouble.ILL_BEFORE | Trouble.AWAY | Trouble.BUSY:
                writer.write(_refusal(turn))
                return True
            case _:
                return await self._done(request, turn, sender, writer)

    async def _done(self, request: bytes, turn: HelpdeskTurn, sender: Sender, writer: asyncio.StreamWriter) -> bool:
        if turn.trouble is Trouble.DONE_TWICE:
            await self._carried_out(request)
        answer = await self._carried_out(request)
        for _ in range(turn.echoes):
            await sender.echo()
        match turn.trouble:
            case Trouble.LOST_ANSWER:
                reset(writer)
                return False
            case Trouble.KILLED_AFTER:
                sender.die()
                return False
            case Trouble.ILL_AFTER:
                writer.write(http_answer("500 Internal Server Error", b"{}"))
            case Trouble.GARBLED:
                writer.write(http_answer("200 OK", HTML))
            case Trouble.ANSWERED_TWICE:
                writer.write(_passed(answer) + _passed(answer))
            case _:
                writer.write(_passed(answer))
        return True

    async def _carried_out(self, request: bytes) -> httpx.Response:
        head, _, body = request.partition(b"\r\n\r\n")
        first, *lines = head.decode("latin-1").split("\r\n")
        method, path, _ = first.split(" ")
        headers = [(name, value) for name, _, value in (line.partition(": ") for line in lines)]
        return await self._far.request(method, path, headers=headers, content=body)


def _refusal(turn: HelpdeskTurn) -> bytes:
    match turn.trouble:
        case Trouble.BUSY:
            return http_answer("429 Too Many Requests", b"{}", f"retry-after: {turn.seconds}")
        case Trouble.CONFLICT:
            return http_answer("409 Conflict", b"{}")
        case Trouble.AWAY:
            return http_answer("503 Service Unavailable", b"{}")
        case _:
            return http_answer("500 Internal Server Error", b"{}")


def _passed(answer: httpx.Response) -> bytes:
    return http_answer(f"{answer.status_code} {answer.reason_phrase}", answer.content)


@asynccontextmanager
async def wire_to(app: ASGIApp, clock: VirtualClock) -> AsyncGenerator[Wire]:
    """A wire on a free port of loopback, for the block."""
    far = httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://helpdesk")

    connections: set[asyncio.Future[None]] = set()

    async def attend(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        connection = asyncio.ensure_future(wire.attend(reader, writer))
        connections.add(connection)
        await connection
        connections.discard(connection)

    server = await asyncio.start_server(attend, LOOPBACK, 0)
    host, port = server.sockets[0].getsockname()
    wire = Wire(f"http://{host}:{port}", far, clock)
    async with far, server:
        yield wire
        # Whoever sent has hung up by now; what attended them ends before the loop does.
        if connections:
            await asyncio.wait(connections)

"""Model providers to hold our clients against.

`hosted_server` runs `llmock`, an independent server that speaks both vendors' HTTP, on a free port of loopback. It
takes scenarios and keeps a journal, which says how many requests really came.

`answering` is a raw server of our own, for what llmock cannot say: bytes as given, or a broken connection.
"""

import asyncio
import re
import signal
import socket
import struct
import subprocess
import sys
from collections.abc import AsyncGenerator, Generator
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path
from typing import NamedTuple

import httpx
from pydantic import BaseModel, JsonValue

from demo.embedded.ports import LOOPBACK, free_ports
from tests.waiting import wait_until_up

JOURNAL_SECONDS = 10.0

Behaviour = dict[str, JsonValue]


class JournalEntry(BaseModel):
    """A request as llmock saw it."""

    path: str
    status: int
    model: str | None
    body: dict[str, JsonValue] | None


class _Journal(BaseModel):
    requests: list[JournalEntry]


class HostedServer(NamedTuple):
    """A running llmock. `control` scripts it and reads its journal."""

    address: str
    control: httpx.Client

    @property
    def openai_url(self) -> str:
        return f"{self.address}/v1"

    @property
    def anthropic_url(self) -> str:
        return f"{self.address}/anthropic"

    def begin(self, *behaviours: Behaviour) -> None:
        """Forget what was, and play these for the requests to come."""
        self.control.post("/reset").raise_for_status()
        if behaviours:
            self.control.post("/scenario", json={"behaviors": list(behaviours)}).raise_for_status()

    def requests(self) -> list[JournalEntry]:
        """What came since `begin`. Waits for the requests that are still being answered."""
        answer = self.control.get("/requests").raise_for_status()
        return _Journal.model_validate_json(answer.content).requests


@contextmanager
def hosted_server() -> Generator[HostedServer]:
    port = free_ports(1)[0]
    llmock = Path(sys.executable).with_name("llmock")
    command = [llmock, "serve", "--port", str(port), "--log-level", "warning"]
    # It greets with a banner; its complaints go to the other stream.
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL)
    address = f"http://{LOOPBACK}:{port}"
    try:
        wait_until_up(process, f"{address}/_llmock/scenario")
        with httpx.Client(base_url=f"{address}/_llmock", timeout=JOURNAL_SECONDS) as control:
            yield HostedServer(address, control)
    finally:
        if process.poll() is None:
            process.send_signal(signal.SIGTERM)
            process.wait(timeout=60)


class RawServer(NamedTuple):
    """A server that answers every request alike, and keeps what it was sent."""

    address: str
    requests: list[bytes]


HANG_UP = b""
"""Instead of an answer: the connection is closed without a word."""

RESET = b"RST"
"""Instead of an answer: the connection is reset."""


@asynccontextmanager
async def answering(*pieces: bytes, pause: float = 0.0) -> AsyncGenerator[RawServer]:
    """A server that answers with these bytes, one piece after the other with a pause between, and hangs up."""
    requests: list[bytes] = []

    async def respond(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        requests.append(await read_request(reader))
        if pieces == (RESET,):
            reset(writer)
            return
        try:
            for piece in pieces:
                writer.write(piece)
                await writer.drain()
                await asyncio.sleep(pause)
            writer.close()
            await writer.wait_closed()
        except ConnectionError:
            # Who asked has given up, as some tests want.
            writer.close()

    server = await asyncio.start_server(respond, LOOPBACK, 0)
    host, port = server.sockets[0].getsockname()
    async with server:
        yield RawServer(f"http://{host}:{port}", requests)


async def read_request(reader: asyncio.StreamReader) -> bytes:
    """One request, head and body, as it came."""
    head = await reader.readuntil(b"\r\n\r\n")
    length = re.search(rb"content-length: (\d+)", head, re.IGNORECASE)
    return head + await reader.readexactly(int(length[1]) if length else 0)


def reset(writer: asyncio.StreamWriter) -> None:
    """Break a connection off, so that the other side reads a reset."""
    # Lingering for no time at all makes the kernel send a reset instead of an orderly end.
    no_lingering = struct.pack("ii", 1, 0)
    writer.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, no_lingering)
    writer.close()


def http_answer(status: str, body: bytes, *headers: str) -> bytes:
    """An HTTP answer with a JSON body."""
    lines = (f"HTTP/1.1 {status}", "content-type: application/json", f"content-length: {len(body)}", *headers)
    return "\r\n".join([*lines, "", ""]).encode() + body

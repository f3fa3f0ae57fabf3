"""What a worker says about itself over HTTP: whether it lives, and whether it can work.

`GET /healthz` answers 200 while the event loop turns. `GET /readyz` answers 200 when every part the worker needs is
there, and 503 with the parts that are not and why. The pages hold no data of any ticket.
"""

import asyncio
import json
from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import asynccontextmanager
from http import HTTPStatus

from cases.errors import Unavailable
from cases.record import Record

Check = Callable[[], Awaitable[None]]
"""Returns when a part is there; raises with a sentence when it is not."""

CHECK_SECONDS = 3.0
REQUEST_SECONDS = 5.0
"""How long a caller may take to say what it wants."""


class Address(Record):
    """A host and a port to listen on, written `127.0.0.1:8070`."""

    host: str
    port: int

    @classmethod
    def parse(cls, text: str) -> "Address":
        """Read `host:port`. Raises ValueError for anything else."""
        host, colon, port = text.rpartition(":")
        if not (host and colon and port.isdecimal()):
            raise ValueError(f"{text!r} is not an address; write host:port, such as 127.0.0.1:8070.")
        return cls(host=host, port=int(port))

    def __str__(self) -> str:
        return f"{self.host}:{self.port}"


class Readiness:
    """What a worker needs before it can work."""

    def __init__(self, *parts: str) -> None:
        """Name the parts; none is there yet."""
        self._checks: dict[str, Check | None] = dict.fromkeys(parts)

    def watch(self, part: str, check: Check) -> None:
        """From here on the check says whether the part is there."""
        self._checks[part] = check

    def settle(self, part: str) -> None:
        """The part is there, and stays."""
        self._checks[part] = _there

    def lose(self, part: str, why: str) -> None:
        """The part is gone, and stays so."""

        async def gone() -> None:
            raise Unavailable(why)

        self._checks[part] = gone

    async def report(self) -> dict[str, str]:
        """`ok` for every part that is there; for the others what is wrong."""
        said = await asyncio.gather(*(_ask(check) for check in self._checks.values()))
        return dict(zip(self._checks, said, strict=True))


@asynccontextmanager
async def serve_health(address: Address, readiness: Readiness) -> AsyncGenerator[None]:
    """Answer while the block runs. Raises OSError where the port is taken."""

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            async with asyncio.timeout(REQUEST_SECONDS):
                path = await _requested_path(reader)
            status, said = await _page(path, readiness)
            writer.write(_response(status, said))
            await writer.drain()
        except (TimeoutError, ConnectionError, asyncio.IncompleteReadError, asyncio.LimitOverrunError):
            # A caller that left or never spoke HTTP has nobody to answer to.
            return
        finally:
            writer.close()

    server = await asyncio.start_server(answer, address.host, address.port)
    async with server:
        yield


async def _there() -> None:
    return


async def _ask(check: Check | None) -> str:
    if check is None:
        return "not there yet"
    try:
        async with asyncio.timeout(CHECK_SECONDS):
            await check()
    except TimeoutError:
        return f"no answer within {CHECK_SECONDS:.0f} s"
    except Exception as error:
        return str(error) or type(error).__name__
    return "ok"


async def _requested_path(reader: asyncio.StreamReader) -> str:
    head = await reader.readuntil(b"\r\n\r\n")
    words = head.split(b"\r\n", 1)[0].split(b" ")
    return words[1].decode("latin-1") if len(words) == 3 and words[0] == b"GET" else ""


async def _page(path: str, readiness: Readiness) -> tuple[HTTPStatus, dict[str, object]]:
    match path:
        case "/healthz":
            return HTTPStatus.OK, {"alive": True}
        case "/readyz":
            parts = await readiness.report()
            ready = all(said == "ok" for said in parts.values())
            return HTTPStatus.OK if ready else HTTPStatus.SERVICE_UNAVAILABLE, {"ready": ready, "parts": parts}
        case _:
            return HTTPStatus.NOT_FOUND, {"detail": "Ask for /healthz or /readyz."}


def _response(status: HTTPStatus, said: dict[str, object]) -> bytes:
    body = json.dumps(said).encode()
    head = (
        f"HTTP/1.1 {status.value} {status.phrase}",
        "Content-Type: application/json",
        f"Content-Length: {len(body)}",
        "Cache-Control: no-store",
        "Connection: close",
    )
    return "\r\n".join((*head, "", "")).encode() + body

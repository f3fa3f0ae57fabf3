"""Where hosted models misbehave on purpose: a gate in front of llmock that spoils each request as it was told.

llmock gives all it can: good and bad answers, refusals by its own formats, statuses with and without their delays. What
it cannot give, the gate does itself: a reset, a silence, OpenAI's refusal. The gate counts what came, model by model.
"""

import asyncio
import json
import re
from collections import defaultdict
from collections.abc import AsyncGenerator, Callable
from contextlib import asynccontextmanager
from enum import StrEnum
from typing import NamedTuple

import httpx
from pydantic import BaseModel, JsonValue

from demo.embedded.ports import LOOPBACK
from tests.integrations.hosted_server import Behaviour, HostedServer, http_answer, read_request, reset

PATIENCE_SECONDS = 30.0


class Fault(StrEnum):
    """What a model does with one request. The numbers are HTTP statuses."""

    NONE = "good answer"
    BAD_REQUEST = "400"
    WRONG_KEY = "401"
    UNKNOWN_MODEL = "404"
    TIMED_OUT = "408"
    BUSY = "429"
    ILL = "500"
    AWAY = "503"
    OVERLOADED = "529"
    RESET = "connection reset"
    HANG = "hang"
    MALFORMED = "malformed JSON"
    TRUNCATED = "truncated JSON"
    MISSHAPEN = "schema violation"
    PROSE = "JSON in prose"
    REFUSAL = "refusal"
    EMPTY = "empty answer"


class Turn(NamedTuple):
    """What one request is answered with; `retry_after` in seconds, where a status comes with one."""

    fault: Fault
    retry_after: float | None = None


Script = Callable[[str, int], Turn]
"""The turn for a model's request, by the model's name and how many it had before."""

Answers = Callable[[str], str]
"""The good answer of a model, as the text it would write."""


class _Asked(BaseModel):
    model: str


class Gate:
    """A running gate. `came` has, for each model, the turns its requests were given, oldest first."""

    def __init__(self, address: str, llmock: HostedServer, script: Script, answers: Answers) -> None:
        self.address = address
        self.came: defaultdict[str, list[Turn]] = defaultdict(list)
        self._llmock = llmock
        self._script = script
        self._answers = answers

    @property
    def openai_url(self) -> str:
        """Where OpenAI's format is spoken."""
        return f"{self.address}/v1"

    @property
    def anthropic_url(self) -> str:
        """Where Anthropic's is."""
        return f"{self.address}/anthropic"

    async def answer(
        self, client: httpx.AsyncClient, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> None:
        """Answer one request, and close its connection."""
        head, _, body = (await read_request(reader)).partition(b"\r\n\r\n")
        model = _Asked.model_validate_json(body).model
        turn = self._script(model, len(self.came[model]))
        self.came[model].append(turn)
        match turn.fault:
            case Fault.RESET:
                reset(writer)
                return
            case Fault.HANG:
                # Whoever asked gives up first.
                await reader.read()
            case _:
                writer.write(await self._answered(client, head, body, model, turn))
        await _closed(writer)

    async def _answered(self, client: httpx.AsyncClient, head: bytes, body: bytes, model: str, turn: Turn) -> bytes:
        path = head.split(b" ", 2)[1].decode()
        if turn.fault is Fault.REFUSAL and path.startswith("/v1"):
            return http_answer("200 OK", _openai_refusal(model), "connection: close")
        behaviour = {**_behaviour(turn, self._answers(model)), "match": {"model": model}}
        scripted = await client.post("/_llmock/scenario", json={"behaviors": [behaviour]})
        scripted.raise_for_status()
        told = await client.post(path, content=body, headers=_headers(head))
        kept = [f"{name}: {value}" for name, value in told.headers.items() if name.startswith("retry-after")]
        delays = kept if turn.retry_after is not None else []
        status = f"{told.status_code} {told.reason_phrase or 'Unknown'}"
        return http_answer(status, told.content, "connection: close", *delays)


@asynccontextmanager
async def gate_before(llmock: HostedServer, script: Script, answers: Answers) -> AsyncGenerator[Gate]:
    """A gate on a free port of loopback, for the block."""
    async with httpx.AsyncClient(base_url=llmock.address, timeout=PATIENCE_SECONDS) as client:

        async def respond(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            await gate.answer(client, reader, writer)

        server = await asyncio.start_server(respond, LOOPBACK, 0)
        host, port = server.sockets[0].getsockname()
        gate = Gate(f"http://{host}:{port}", llmock, script, answers)
        async with server:
            yield gate


def _behaviour(turn: Turn, good: str) -> Behaviour:
    match turn.fault:
        case Fault.NONE:
            return {"type": "reply", "text": good}
        case Fault.MALFORMED:
            return {"type": "reply", "text": good.replace(":", "=", 1)}
        case Fault.TRUNCATED:
            return {"type": "reply", "text": good[:-5]}
        case Fault.MISSHAPEN:
            return {"type": "reply", "text": _without_its_last_field(good)}
        case Fault.PROSE:
            return {"type": "reply", "text": f"Of course! Here it is:\n{good}"}
        case Fault.REFUSAL:
            return {"type": "reply", "text": good, "finish_reason": "refusal"}
        case Fault.EMPTY:
            return {"type": "reply", "text": ""}
        case status:
            return {"type": "fail", "status": int(status), "retry_after": turn.retry_after}


def _without_its_last_field(good: str) -> str:
    fields: dict[str, JsonValue] = json.loads(good)
    fields.popitem()
    return json.dumps(fields)


def _openai_refusal(model: str) -> bytes:
    message = {"role": "assistant", "content": None, "refusal": "I can't help with that."}
    choice = {"index": 0, "message": message, "finish_reason": "stop"}
    usage = {"prompt_tokens": 90, "completion_tokens": 7, "total_tokens": 97}
    answer = {"id": "c", "object": "chat.completion", "created": 1, "model": model}
    return json.dumps({**answer, "choices": [choice], "usage": usage}).encode()


def _headers(head: bytes) -> dict[str, str]:
    """What llmock asks of a request: its key, its format's version."""
    named = re.findall(rb"\r\n(authorization|x-api-key|anthropic-version|content-type): ([^\r]*)", head, re.IGNORECASE)
    return {name.decode().lower(): value.decode() for name, value in named}


async def _closed(writer: asyncio.StreamWriter) -> None:
    try:
        await writer.drain()
        writer.close()
        await writer.wait_closed()
    except ConnectionError:
        # Who asked has given up meanwhile.
        writer.close()

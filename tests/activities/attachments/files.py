"""Files as customers send them, where they lie, and what models make of them."""

import json
import struct
import zlib
from collections.abc import AsyncGenerator, Mapping
from contextlib import asynccontextmanager

import httpx

from activities.attachments import ReadingAttachments
from activities.model_call import ModelCalls
from activities.model_health import ModelHealth
from activities.policies import PolicyShelf
from activities.switches import Switchboard
from cases.ladder import Prompt
from cases.policy.document import Policy
from cases.ticket import Attachment
from cases.work import AttachmentRequest
from integrations.attachments.http_files import HttpFiles
from integrations.models.hosted import HostedProvider
from integrations.models.protocol import Hearer
from tests.handed_in import AllOn, NoArchive, OneStore, TurnedOff
from tests.integrations.hosted_server import http_answer


def _chunk(kind: bytes, content: bytes) -> bytes:
    return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))


PNG = (
    b"\x89PNG\r\n\x1a\n"
    + _chunk(b"IHDR", struct.pack(">IIBBBBB", 1, 1, 8, 0, 0, 0, 0))
    + _chunk(b"IDAT", zlib.compress(b"\x00\x00"))
    + _chunk(b"IEND", b"")
)
MP3 = b"ID3\x04\x00\x00\x00\x00\x00\x00\xff\xfb\x90\x00--sound--"


@asynccontextmanager
async def reading(
    store: str,
    policy: Policy,
    seers: Mapping[str, HostedProvider] | None = None,
    hearers: Mapping[str, Hearer] | None = None,
    switches: AllOn | TurnedOff | None = None,
) -> AsyncGenerator[ReadingAttachments]:
    """The activities that read files, fetching from a store and asking these models."""
    shelf = PolicyShelf(policy, NoArchive())
    calls = ModelCalls(ModelHealth(), Switchboard(switches or AllOn()))
    async with httpx.AsyncClient(base_url=store, timeout=5) as client:
        yield ReadingAttachments(OneStore(HttpFiles(client)), seers or {}, hearers or {}, shelf, calls)


def asked(policy: Policy, model: str = "gpt-balanced", **file: object) -> AttachmentRequest:
    """To read a picture, changed as told."""
    usual: dict[str, object] = {
        "id": "a1",
        "name": "shot.png",
        "media_type": "image/png",
        "size_bytes": len(PNG),
        "url": "/files/a1",
    }
    return AttachmentRequest(
        case_id="ticket:acme:demo:1",
        tenant="acme",
        policy_version=policy.version,
        model=model,
        rung=0,
        prompt=Prompt.STANDARD,
        timeout_seconds=10,
        attachment=Attachment.model_validate({**usual, **file}),
        language="de",
    )


def a_file(content: bytes) -> bytes:
    """The answer of a place where a file is."""
    return http_answer("200 OK", content)


def read_as(legibility: str = "readable", words: str = "Order W10023, error 17", shows: str = "Ein Fehler") -> str:
    """What a model answers that was shown a picture."""
    return json.dumps({"legibility": legibility, "words": words, "shows": shows})


def said(**answer: object) -> bytes:
    """What a model answers that was played a recording."""
    return http_answer("200 OK", json.dumps(answer).encode())

"""The HTTP door's own document, fuzzed: nothing breaks it, it answers as it says, and no case comes of a refusal."""

import asyncio
import hashlib
import json
from collections.abc import AsyncGenerator, Mapping
from datetime import UTC, datetime

import httpx
import pytest
from schemathesis import GenerationMode
from temporalio.client import Client, WorkflowExecutionStatus
from temporalio.service import RPCError, RPCStatusCode

from cases.errors import InvalidDelivery
from cases.source import SourceKind
from cases.source_event import CustomerWrote, SourceEvent, TicketChanged
from integrations.sources.protocol import Delivery
from ledger.database import Database
from ledger.sources import SourceLedger
from starter.settings import Settings
from starter.sources.adapters import ADAPTERS
from starter.sources.hints import reading_id
from starter.sources.registering import new_signing_secret
from starter.sources.secrets import keep_secrets
from tests.starter.conftest import TOKEN
from tests.starter.fuzzing import Fuzzer, Headers, Sent
from tests.starter.held import HeldCases
from tests.starter.http_door import open_door
from tests.starter.signed_doors import SECRETS, SIGNED_KINDS, SOURCES, path_of, signer, with_signed_doors

WITH_BODY = (GenerationMode.POSITIVE, GenerationMode.NEGATIVE)
WITHOUT = (GenerationMode.POSITIVE,)
"""Where any text will do, there is nothing to get wrong."""

ABOUT_A_CASE = ("decision", "claim", "release", "undo", "reassign", "messages", "satisfaction")
OPERATIONS = [
    ("POST", "/tickets", WITH_BODY),
    ("GET", "/cases", WITH_BODY),
    ("GET", "/cases/{case_id}", WITHOUT),
    *(("POST", f"/cases/{{case_id}}/{what}", WITH_BODY) for what in ABOUT_A_CASE),
    ("POST", "/sources/{tenant}/{name}", WITHOUT),
    ("GET", "/sources/{tenant}/{name}", WITHOUT),
    ("POST", "/accounts/{kind}", WITHOUT),
    ("GET", "/healthz", WITHOUT),
]


def with_token(_: bytes) -> Mapping[str, str]:
    return {"Authorization": f"Bearer {TOKEN}"}


def with_another_token(_: bytes) -> Mapping[str, str]:
    return {"Authorization": "Bearer guessed"}


def now_and_then(right: Headers, wrong: Headers) -> Headers:
    """The right headers for half of all bodies."""

    def headers(body: bytes) -> Mapping[str, str]:
        return (right if hashlib.sha256(body).digest()[0] % 2 else wrong)(body)

    return headers


def as_a_stranger(kind: SourceKind) -> Headers:
    return signer(kind, new_signing_secret(kind).get_secret_value())


@pytest.fixture(scope="module")
async def door(
    settings: Settings, database: Database, client: Client, tmp_path_factory: pytest.TempPathFactory
) -> AsyncGenerator[httpx.Client]:
    """The door of an installation with a source of each signed kind; what is begun here is ended afterwards."""
    data = tmp_path_factory.mktemp("data")
    sources = SourceLedger(database)
    for kind, source in SOURCES.items():
        await sources.keep(source, datetime.now(UTC))
        keep_secrets(source, SECRETS[kind], data)
    before = await workflows(client)
    with open_door(settings.model_copy(update={"data": data})) as door:
        yield door
    for workflow in await workflows(client) - before:
        await client.get_workflow_handle(workflow).terminate()


@pytest.fixture
def fuzzer(door: httpx.Client) -> Fuzzer:
    return Fuzzer(str(door.base_url), with_signed_doors(door.get("/openapi.json").json()))


async def workflows(client: Client) -> set[str]:
    """The ids of all that run."""
    running = WorkflowExecutionStatus.RUNNING
    return {run.id async for run in client.list_workflows() if run.status is running}


@pytest.mark.parametrize(("method", "path", "modes"), OPERATIONS)
def test_the_door_answers_as_its_document_says(
    fuzzer: Fuzzer, method: str, path: str, modes: tuple[GenerationMode, ...]
) -> None:
    for mode in modes:
        fuzzer.fuzz(method, path, mode, with_token)
    assert fuzzer.sent


@pytest.mark.parametrize("kind", SIGNED_KINDS)
def test_a_source_is_answered_as_the_document_says_whatever_it_signs(fuzzer: Fuzzer, kind: SourceKind) -> None:
    for mode in WITH_BODY:
        fuzzer.fuzz("POST", path_of(kind), mode, signer(kind))
    assert any(sent.accepted for sent in fuzzer.sent)


async def test_a_case_that_waits_for_people_answers_as_the_document_says(fuzzer: Fuzzer, held_cases: HeldCases) -> None:
    async with held_cases.worked_on("fuzzed") as held:
        known = {"case_id": held.id}
        for what in ABOUT_A_CASE:
            for mode in WITH_BODY:
                path = f"/cases/{{case_id}}/{what}"
                await asyncio.to_thread(fuzzer.fuzz, "POST", path, mode, with_token, path_parameters=known)
    assert {409, 422} <= {sent.status for sent in fuzzer.sent}
    assert 404 not in {sent.status for sent in fuzzer.sent}


@pytest.mark.parametrize(("method", "path", "modes"), OPERATIONS[:10])
def test_nobody_is_let_in_by_a_guessed_token(
    fuzzer: Fuzzer, method: str, path: str, modes: tuple[GenerationMode, ...]
) -> None:
    fuzzer.fuzz(method, path, GenerationMode.POSITIVE, with_another_token)
    assert {sent.status for sent in fuzzer.sent} == {401}


async def test_no_case_comes_of_a_request_that_was_refused(fuzzer: Fuzzer, client: Client) -> None:
    before = await workflows(client)
    for mode in WITH_BODY:
        await asyncio.to_thread(fuzzer.fuzz, "POST", "/tickets", mode, now_and_then(with_token, with_another_token))
        for kind in SIGNED_KINDS:
            headers = now_and_then(signer(kind), as_a_stranger(kind))
            await asyncio.to_thread(fuzzer.fuzz, "POST", path_of(kind), mode, headers)
    allowed = {workflow for sent in fuzzer.sent if sent.taken for workflow in begun_by(sent)}
    refused = {workflow for sent in fuzzer.sent if not sent.taken for workflow in begun_by(sent)} - allowed - before
    assert allowed
    assert refused
    assert [workflow for workflow in allowed if not await is_there(client, workflow)] == []
    assert [workflow for workflow in refused if await is_there(client, workflow)] == []
    assert await workflows(client) - before <= allowed


async def is_there(client: Client, workflow: str) -> bool:
    try:
        await client.get_workflow_handle(workflow).describe()
    except RPCError as error:
        assert error.status is RPCStatusCode.NOT_FOUND
        return False
    return True


def begun_by(sent: Sent) -> set[str]:
    """What a request would begin, if it were accepted."""
    kind = next((kind for kind in SIGNED_KINDS if sent.path == path_of(kind)), None)
    try:
        if kind is None:
            ticket = json.loads(sent.body)
            return {f"ticket:{ticket['tenant']}:{ticket['source']}:{ticket['id']}"}
        source, delivery = SOURCES[kind], Delivery(sent.headers, sent.body, datetime.now(UTC))
        return {begun for event in ADAPTERS[kind].parse(delivery, source) if (begun := begun_of(kind, event))}
    except (ValueError, TypeError, KeyError, InvalidDelivery):
        return set()


def begun_of(kind: SourceKind, event: SourceEvent) -> str | None:
    match event:
        case CustomerWrote(ticket=ticket):
            return ticket.case_id
        case TicketChanged(ticket_id=ticket_id):
            return reading_id(SOURCES[kind], ticket_id)
        case _:
            return None

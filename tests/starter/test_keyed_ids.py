"""WhatsApp's ticket ids under a key: nobody finds a telephone number by them, and no case under way loses its own."""

import asyncio
import hashlib
import hmac
import json
from collections.abc import AsyncGenerator, Generator
from datetime import UTC, datetime
from pathlib import Path
from uuid import uuid4

import httpx
import pytest
from pydantic import JsonValue, SecretStr
from temporalio.client import Client

from cases.outcome import Stage
from cases.source import Source, SourceKind, SourceSecrets, TicketIds
from integrations.sources.whatsapp_shapes import ticket_id_of
from ledger.cases import CaseLedger
from ledger.database import Database
from ledger.sources import SourceLedger
from starter.settings import Settings
from starter.sources.secrets import keep_secrets
from starter.sources.ticket_ids import keyed_id
from tests.starter.doors import WrittenWorld, a_quiet_world
from tests.starter.http_door import open_door
from tests.workflows.workers import working

NUMBER = "15550001111"
ADA, EVE = "4915112345678", "4915187654321"
META = SourceSecrets(signing=(SecretStr("app"),), handshake=SecretStr("word"), token=SecretStr("t"))
KEY = META.model_copy(update={"ids": SecretStr("a key of forty letters that nobody guesses")})


@pytest.fixture
def installed(settings: Settings, tmp_path: Path) -> Settings:
    return settings.model_copy(update={"data": tmp_path})


@pytest.fixture
def door(installed: Settings) -> Generator[httpx.Client]:
    with open_door(installed) as door:
        yield door


@pytest.fixture
def plain() -> Source:
    return Source(tenant="acme", name=f"wa-{uuid4().hex[:10]}", kind=SourceKind.WHATSAPP, account=NUMBER)


@pytest.fixture
def keyed(plain: Source) -> Source:
    return plain.model_copy(update={"ticket_ids": TicketIds.KEYED})


@pytest.fixture
async def world(client: Client, ledger: CaseLedger) -> AsyncGenerator[WrittenWorld]:
    world = a_quiet_world(ledger)
    async with working(client, world):
        yield world


async def write(door: httpx.Client, source: Source, sender: str, **changes: JsonValue) -> httpx.Response:
    """A message, signed as Meta signs."""
    now = str(int(datetime.now(UTC).timestamp()))
    said: dict[str, JsonValue] = {
        "from": sender,
        "id": f"wamid.{uuid4().hex}",
        "timestamp": now,
        "type": "text",
        "text": {"body": "How long?"},
        **changes,
    }
    value = {"metadata": {"phone_number_id": NUMBER}, "contacts": [], "messages": [said]}
    body = json.dumps({"entry": [{"changes": [{"field": "messages", "value": value}]}]}).encode()
    signature = f"sha256={hmac.new(b'app', body, hashlib.sha256).hexdigest()}"
    path = f"/sources/{source.tenant}/{source.name}"
    return await asyncio.to_thread(door.post, path, content=body, headers={"x-hub-signature-256": signature})


def case_of(answer: httpx.Response) -> str:
    assert answer.json()["outcome"] == "taken", answer.text
    return answer.json()["sentence"].split(" has ")[0]


async def test_an_id_is_the_same_for_each_message_and_cannot_be_made_from_the_number_alone(
    door: httpx.Client, installed: Settings, database: Database, keyed: Source, world: WrittenWorld
) -> None:
    keep_secrets(keyed, KEY, installed.data)
    await SourceLedger(database).keep(keyed, datetime.now(UTC))
    first, second, other = [case_of(await write(door, keyed, sender)) for sender in (ADA, ADA, EVE)]
    assert first == second != other
    assert ticket_id_of(keyed, NUMBER, ADA) not in first
    assert ADA not in first
    view = await world.case_reached(first, Stage.FOLLOW_UP)
    assert (view.ticket.customer.id, view.ticket.customer.contact_id) == (None, ADA)


async def test_a_case_that_began_under_a_plain_id_keeps_it(
    door: httpx.Client, installed: Settings, database: Database, plain: Source, keyed: Source, world: WrittenWorld
) -> None:
    keep_secrets(keyed, KEY, installed.data)
    sources = SourceLedger(database)
    await sources.keep(plain, datetime.now(UTC))
    before = case_of(await write(door, plain, ADA))
    await world.case_reached(before, Stage.FOLLOW_UP)
    await sources.keep(keyed, datetime.now(UTC))
    assert case_of(await write(door, keyed, ADA)) == before
    assert ":wk-" in case_of(await write(door, keyed, EVE))


async def test_a_message_that_is_taken_back_is_taken_back_in_the_case_under_the_key(
    door: httpx.Client, installed: Settings, database: Database, keyed: Source, world: WrittenWorld
) -> None:
    keep_secrets(keyed, KEY, installed.data)
    await SourceLedger(database).keep(keyed, datetime.now(UTC))
    case_id = case_of(await write(door, keyed, ADA, id="wamid.first"))
    await world.case_reached(case_id, Stage.FOLLOW_UP)
    taken_back: JsonValue = {"original_message_id": "wamid.first"}
    answer = await write(door, keyed, ADA, type="revoke", revoke=taken_back)
    assert answer.json()["sentence"] == f"{case_id} was told."
    view = await world.case_reached(case_id, Stage.FOLLOW_UP, times=2)
    assert (view.ticket.messages, [gone.id for gone in view.ticket.deleted]) == ((), ["wamid.first"])


async def test_without_its_key_nothing_is_taken_and_meta_sends_it_again(
    door: httpx.Client, installed: Settings, database: Database, keyed: Source
) -> None:
    keep_secrets(keyed, META, installed.data)
    await SourceLedger(database).keep(keyed, datetime.now(UTC))
    refused = await write(door, keyed, ADA)
    assert refused.status_code == 401
    assert f"SIGNALBOX_SOURCE__ACME__{keyed.name.replace('-', '_').upper()}__IDS" in refused.json()["detail"]
    keep_secrets(keyed, KEY, installed.data)
    assert (await write(door, keyed, ADA)).status_code == 200


def test_another_key_makes_other_ids(keyed: Source) -> None:
    another = KEY.model_copy(update={"ids": SecretStr("another key")})
    plain = ticket_id_of(keyed, NUMBER, ADA)
    ids = {keyed_id(keyed, secrets, plain) for secrets in (KEY, KEY, another)}
    assert len(ids) == 2
    assert all(len(one) == len("wk-") + 24 for one in ids)

"""Our client of Chatwoot, as an agent and as a bot, and a fake server with one conversation."""

from collections.abc import AsyncGenerator, AsyncIterator, Iterator
from contextlib import asynccontextmanager

import pytest
from pydantic import SecretStr

from cases.classification import Team
from cases.source import Source, SourceKind, SourceSecrets
from integrations.helpdesks.chatwoot import ChatwootHelpdesk, headers
from tests.helpdesks.calling import calls_to
from tests.helpdesks.fake_chatwoot import ACCOUNT, TOKEN, FakeChatwoot, Talking
from tests.helpdesks.serving import served


@pytest.fixture
def server() -> FakeChatwoot:
    return FakeChatwoot()


@pytest.fixture
def talk(server: FakeChatwoot) -> Talking:
    return server.open(42, "Where is order W10400?")


@pytest.fixture
def address(server: FakeChatwoot) -> Iterator[str]:
    with served(server.app()) as address:
        yield address


@pytest.fixture
def source(address: str) -> Source:
    teams = {Team.BILLING_SUPPORT: "3", Team.SALES: "99"}
    kind = SourceKind.CHATWOOT
    return Source(tenant="acme", name="chat", kind=kind, url=address, account=ACCOUNT, teams=teams)


@asynccontextmanager
async def client_of(source: Source) -> AsyncGenerator[ChatwootHelpdesk]:
    async with calls_to(source, headers(source, SourceSecrets(token=SecretStr(TOKEN)))) as calls:
        yield ChatwootHelpdesk(calls, source)


@pytest.fixture
async def helpdesk(source: Source) -> AsyncIterator[ChatwootHelpdesk]:
    async with client_of(source) as made:
        yield made


@pytest.fixture
async def bot(source: Source) -> AsyncIterator[ChatwootHelpdesk]:
    async with client_of(source.model_copy(update={"kind": SourceKind.CHATWOOT_BOT})) as made:
        yield made

"""Our client of Zammad, and a fake server with one ticket that it writes into."""

from collections.abc import AsyncIterator, Iterator

import pytest
from pydantic import SecretStr

from cases.classification import Team
from cases.source import Source, SourceKind, SourceSecrets
from integrations.helpdesks.zammad import ZammadHelpdesk, headers
from tests.helpdesks.calling import calls_to
from tests.helpdesks.fake_zammad import TOKEN, FakeTicket, FakeZammad
from tests.helpdesks.serving import served


@pytest.fixture
def zammad() -> FakeZammad:
    return FakeZammad()


@pytest.fixture
def ticket(zammad: FakeZammad) -> FakeTicket:
    return zammad.open(7, "Where is it?")


@pytest.fixture
def address(zammad: FakeZammad) -> Iterator[str]:
    with served(zammad.app()) as address:
        yield address


@pytest.fixture
async def helpdesk(address: str) -> AsyncIterator[ZammadHelpdesk]:
    source = Source(
        tenant="acme",
        name="help",
        kind=SourceKind.ZAMMAD,
        url=address,
        teams={Team.BILLING_SUPPORT: "3", Team.SALES: "Sales people"},
    )
    async with calls_to(source, headers(source, SourceSecrets(token=SecretStr(TOKEN)))) as calls:
        yield ZammadHelpdesk(calls, source)

"""Our client of Zendesk, and a fake server with one ticket that it writes into."""

from collections.abc import AsyncIterator, Iterator

import pytest
from pydantic import SecretStr

from cases.classification import Team
from cases.source import Source, SourceKind, SourceSecrets
from integrations.helpdesks.zendesk import ZendeskHelpdesk, headers
from tests.helpdesks.calling import calls_to
from tests.helpdesks.fake_zendesk import TOKEN, USER, FakeTicket, FakeZendesk
from tests.helpdesks.serving import served


@pytest.fixture
def zendesk() -> FakeZendesk:
    return FakeZendesk()


@pytest.fixture
def ticket(zendesk: FakeZendesk) -> FakeTicket:
    return zendesk.open(7, "Where is it?")


@pytest.fixture
def address(zendesk: FakeZendesk) -> Iterator[str]:
    with served(zendesk.app()) as address:
        yield address


@pytest.fixture
async def helpdesk(address: str) -> AsyncIterator[ZendeskHelpdesk]:
    source = Source(
        tenant="acme",
        name="help",
        kind=SourceKind.ZENDESK,
        url=address,
        user=USER,
        teams={Team.BILLING_SUPPORT: "360", Team.SALES: "Sales people"},
    )
    async with calls_to(source, headers(source, SourceSecrets(token=SecretStr(TOKEN)))) as calls:
        yield ZendeskHelpdesk(calls, source)

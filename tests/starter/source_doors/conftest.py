"""The open door of a shop's source, whose secret is being replaced."""

from collections.abc import Generator
from datetime import UTC, datetime

import httpx
import pytest

from cases.source import SourceSecrets
from ledger.database import Database
from ledger.sources import SourceLedger
from starter.settings import Settings
from starter.sources.secrets import keep_secrets
from tests.starter.http_door import open_door
from tests.starter.source_doors.deliveries import NEW, OLD, SHOP


@pytest.fixture(scope="module")
def with_secrets(settings: Settings, tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """An installation with the source's secrets, the old one still in use."""
    data = tmp_path_factory.mktemp("data")
    keep_secrets(SHOP, SourceSecrets(signing=(NEW, OLD)), data)
    return settings.model_copy(update={"data": data})


@pytest.fixture(scope="module")
async def sources(database: Database) -> SourceLedger:
    sources = SourceLedger(database)
    await sources.keep(SHOP, datetime.now(UTC))
    return sources


@pytest.fixture(scope="module")
def door(with_secrets: Settings, sources: SourceLedger) -> Generator[httpx.Client]:
    with open_door(with_secrets) as door:
        yield door

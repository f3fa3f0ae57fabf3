"""A migrated database of its own for one module."""

from collections.abc import AsyncIterator

import pytest_asyncio

from ledger.database import Database
from ledger.migrate import migrate


@pytest_asyncio.fixture(scope="module")
async def database(database_url: str) -> AsyncIterator[Database]:
    migrate(database_url)
    database = Database.at(database_url, connections=20)
    yield database
    await database.close()

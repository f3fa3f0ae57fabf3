"""What a door holds while it is open: the engine and the ledger. Either may be away, and come back."""

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from typing import NamedTuple

from temporalio.client import Client

from ledger.cases import CaseLedger
from ledger.database import Database
from starter.engine import connect_at_first_use
from starter.settings import Settings

LEDGER_CONNECTIONS = 10
"""For all requests of one door together; each holds a connection for one query."""


class Connections(NamedTuple):
    """The two things a door talks to."""

    engine: Client
    ledger: CaseLedger


@asynccontextmanager
async def open_connections(settings: Settings) -> AsyncGenerator[Connections]:
    """Hold engine and ledger for the block. Nothing is connected until it is first used."""
    database = Database.at(settings.database_url, connections=LEDGER_CONNECTIONS)
    try:
        yield Connections(await connect_at_first_use(settings), CaseLedger(database))
    finally:
        await database.close()

"""What a door holds while it is open: the engine and the ledger. Either may be away, and come back."""

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from typing import NamedTuple, Self

from temporalio.client import Client

from ledger.cases import CaseLedger
from ledger.database import Database
from ledger.deliveries import DeliveryLedger
from ledger.helpdesk_writes import HelpdeskWrites
from ledger.lockouts import LockoutLedger
from ledger.sources import SourceLedger
from starter.engine import connect_at_first_use
from starter.settings import Settings

LEDGER_CONNECTIONS = 10
"""For all requests of one door together; each holds a connection for one query."""


class Connections(NamedTuple):
    """What a door talks to: the engine, and the books of one ledger."""

    engine: Client
    ledger: CaseLedger
    sources: SourceLedger
    deliveries: DeliveryLedger
    writes: HelpdeskWrites
    lockouts: LockoutLedger

    @classmethod
    def to(cls, engine: Client, database: Database) -> Self:
        """All of them, from one engine and one database."""
        return cls(
            engine,
            CaseLedger(database),
            SourceLedger(database),
            DeliveryLedger(database),
            HelpdeskWrites(database),
            LockoutLedger(database),
        )


@asynccontextmanager
async def open_connections(settings: Settings) -> AsyncGenerator[Connections]:
    """Hold engine and ledger for the block. Nothing is connected until it is first used."""
    database = Database.at(settings.database_url, connections=LEDGER_CONNECTIONS)
    try:
        yield Connections.to(await connect_at_first_use(settings), database)
    finally:
        await database.close()

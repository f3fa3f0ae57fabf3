"""A real Temporal server and a real ledger for the doors."""

from collections.abc import AsyncGenerator, Generator
from pathlib import Path

import httpx
import pytest
from temporalio.client import Client

from cases.search_attributes import start_dev_arguments
from demo.embedded.ports import free_ports
from ledger.cases import CaseLedger
from ledger.database import Database
from ledger.migrate import migrate
from starter.engine import connect
from starter.settings import Settings
from tests.development_server import address_of, development_server
from tests.starter.command import Command
from tests.starter.held import HeldCases
from tests.starter.http_door import open_door

TOKEN = "open sesame"


@pytest.fixture(scope="package")
async def temporal_address() -> AsyncGenerator[str]:
    """Where a Temporal server runs that knows our search attributes."""
    async with development_server(*start_dev_arguments()) as client:
        yield address_of(client)


@pytest.fixture(scope="module")
def settings(temporal_address: str, database_url: str) -> Settings:
    """The settings of an installation whose database is up to date."""
    migrate(database_url)
    return Settings(data=Path("nowhere"), temporal_address=temporal_address, database_url=database_url, api_token=TOKEN)


@pytest.fixture(scope="module")
def settings_without_engine(settings: Settings) -> Settings:
    """The same, with nobody at Temporal's address."""
    return settings.model_copy(update={"temporal_address": f"127.0.0.1:{free_ports(1)[0]}"})


@pytest.fixture(scope="module")
async def client(settings: Settings) -> Client:
    """A client of the engine."""
    return await connect(settings)


@pytest.fixture(scope="module")
async def database(settings: Settings) -> AsyncGenerator[Database]:
    """The ledger's database."""
    database = Database.at(settings.database_url, connections=5)
    yield database
    await database.close()


@pytest.fixture(scope="module")
def ledger(database: Database) -> CaseLedger:
    """The ledger."""
    return CaseLedger(database)


@pytest.fixture(scope="module")
def command(settings: Settings) -> Command:
    """The command of the test installation."""
    return Command(settings)


@pytest.fixture(scope="module")
def held_cases(client: Client, ledger: CaseLedger) -> HeldCases:
    """Cases that wait for a person."""
    return HeldCases(client, ledger)


@pytest.fixture(scope="module")
def door(settings: Settings) -> Generator[httpx.Client]:
    """The open HTTP door."""
    with open_door(settings) as door:
        yield door

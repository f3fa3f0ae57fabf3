"""What the tests of the desk stand on: a real ledger with people in it, and the desk on a real port."""

from collections.abc import AsyncGenerator, Generator
from pathlib import Path

import httpx
import pytest

from demo.embedded.ports import LOOPBACK, free_ports
from ledger.database import Database
from ledger.migrate import migrate
from ledger.passwords import hash_password
from ledger.people import PeopleLedger
from starter.settings import Settings
from tests.desk.desk_door import browser, open_desk
from tests.desk.staff import PASSWORD, STAFF


@pytest.fixture(scope="module")
def settings(database_url: str) -> Settings:
    """The settings of an installation whose database is up to date, and whose engine is away."""
    migrate(database_url)
    nobody = f"{LOOPBACK}:{free_ports(1)[0]}"
    return Settings(data=Path("nowhere"), temporal_address=nobody, database_url=database_url)


@pytest.fixture(scope="module")
async def database(settings: Settings) -> AsyncGenerator[Database]:
    """The ledger's database."""
    database = Database.at(settings.database_url, connections=10)
    yield database
    await database.close()


@pytest.fixture(scope="module")
async def people(database: Database) -> PeopleLedger:
    """The book of people, with the staff in it."""
    people = PeopleLedger(database)
    password_hash = hash_password(PASSWORD)
    for person in STAFF:
        await people.add(person, password_hash)
    return people


@pytest.fixture(scope="module")
def address(settings: Settings, people: PeopleLedger) -> Generator[str]:
    """Where the desk is."""
    with open_desk(settings) as address:
        yield address


@pytest.fixture
def visitor(address: str) -> Generator[httpx.Client]:
    """Somebody who is not signed in."""
    with browser(address) as client:
        yield client

"""A running desk and a browser: for each module of tests of their own."""

from collections.abc import AsyncGenerator
from pathlib import Path

import pytest
from playwright.async_api import async_playwright

from cases.search_attributes import start_dev_arguments
from ledger.cases import CaseLedger
from ledger.database import Database
from ledger.migrate import migrate
from ledger.people import PeopleLedger
from starter.engine import connect
from starter.settings import Settings
from tests.desk.desk_door import open_desk
from tests.desk.stage import Desk, a_shop
from tests.development_server import address_of, development_server
from tests.workflows.workers import working

CHROMIUM = Path("/usr/bin/chromium")
QUIET = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)


@pytest.fixture(scope="session")
def chromium() -> str:
    if not CHROMIUM.exists():
        pytest.skip(f"there is no browser at {CHROMIUM}")
    return str(CHROMIUM)


@pytest.fixture(scope="module")
async def temporal_address(chromium: str) -> AsyncGenerator[str]:
    del chromium  # without a browser no engine is worth starting
    async with development_server(*start_dev_arguments()) as client:
        yield address_of(client)


@pytest.fixture(scope="module")
def settings(temporal_address: str, database_url: str) -> Settings:
    migrate(database_url)
    return Settings(data=Path("nowhere"), temporal_address=temporal_address, database_url=database_url)


@pytest.fixture(scope="module")
async def desk(chromium: str, settings: Settings, database: Database, people: PeopleLedger) -> AsyncGenerator[Desk]:
    """A running desk, its workers and a browser, for all tests of a module."""
    client = await connect(settings)
    ledger = CaseLedger(database)
    shop = a_shop(ledger)
    with open_desk(settings) as address:
        async with working(client, shop), async_playwright() as playwright:
            browser = await playwright.chromium.launch(executable_path=chromium, args=QUIET)
            yield Desk(address=address, client=client, ledger=ledger, shop=shop, browser=browser)
            await browser.close()

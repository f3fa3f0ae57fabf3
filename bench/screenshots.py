"""Make the pictures of the desk in docs/screenshots anew: `make screenshots`."""

import asyncio
import secrets
import tempfile
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from typing import Literal

from playwright.async_api import Browser, Page, async_playwright

from bench.desk_cases import ended_case, held_case
from bench.sampled_cases import record_sampled, sampled_case
from cases.person import Person, Role
from demo.embedded.ports import LOOPBACK, free_ports
from demo.embedded.postgres import EmbeddedPostgres
from ledger.cases import CaseLedger
from ledger.database import Database
from ledger.migrate import migrate
from ledger.passwords import hash_password
from ledger.people import PeopleLedger
from starter.settings import Settings
from tests.desk.desk_door import open_desk

PICTURES = Path(__file__).parents[1] / "docs" / "screenshots"
CHROMIUM = "/usr/bin/chromium"
OPTIONS = ("--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking")
SIZES = ((1440, 900), (390, 844))
SCHEMES: tuple[Literal["light"], Literal["dark"]] = ("light", "dark")
HELD = 12
SAMPLED = 4
SAMPLE_RATE = 0.05
LENA = Person(
    name="lena", display_name="Lena Lead", roles=frozenset({Role.LEAD}), approval_limits={"EUR": Decimal(2000)}
)


async def make() -> None:
    """Fill a ledger of its own, open the desk on it, and photograph it at both widths, light and dark."""
    PICTURES.mkdir(parents=True, exist_ok=True)
    password = secrets.token_urlsafe()
    with tempfile.TemporaryDirectory(prefix="signalbox-postgres-") as directory:
        postgres = EmbeddedPostgres(Path(directory), free_ports(1)[0])
        postgres.start()
        try:
            migrate(postgres.url())
            await _fill(postgres.url(), password)
            nobody = f"{LOOPBACK}:{free_ports(1)[0]}"
            settings = Settings(data=Path(directory), temporal_address=nobody, database_url=postgres.url())
            with open_desk(settings) as address:
                await _photograph(address, password)
        finally:
            postgres.stop()


async def _fill(database_url: str, password: str) -> None:
    database = Database.at(database_url, connections=2)
    ledger, now = CaseLedger(database), datetime.now(UTC)
    await PeopleLedger(database).add(LENA, hash_password(password))
    for number in range(HELD):
        await ledger.record(held_case(number, now))
    await ledger.record(ended_case(900, now, with_a_person=True))
    for number in range(SAMPLED):
        await record_sampled(database, sampled_case(950 + number, now, sample_rate=SAMPLE_RATE))
    await database.close()


async def _photograph(address: str, password: str) -> None:
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=CHROMIUM, args=OPTIONS)
        for scheme in SCHEMES:
            for width, height in SIZES:
                page = await _sign_in(browser, address, password, scheme, (width, height))
                await page.screenshot(path=PICTURES / f"queue-{width}-{scheme}.png")
                await _edit(page, address)
                await page.screenshot(path=PICTURES / f"case-{width}-{scheme}.png")
                await _compare(page)
                await page.screenshot(path=PICTURES / f"compare-{width}-{scheme}.png")
                await page.goto(f"{address}/audit")
                await page.wait_for_selector(".sampled")
                await page.screenshot(path=PICTURES / f"audit-{width}-{scheme}.png")
                await page.context.close()
        await browser.close()


async def _sign_in(
    browser: Browser, address: str, password: str, scheme: Literal["light", "dark"], size: tuple[int, int]
) -> Page:
    context = await browser.new_context(viewport={"width": size[0], "height": size[1]}, color_scheme=scheme)
    page = await context.new_page()
    await page.goto(address)
    await page.fill("#name", LENA.name)
    await page.fill("#password", password)
    await page.press("#password", "Enter")
    await page.wait_for_selector("#lines[data-htmx-powered]")
    return page


async def _edit(page: Page, address: str) -> None:
    await page.goto(f"{address}/cases/ticket:acme:demo:5001")
    await page.wait_for_selector("#reply[data-htmx-powered]")
    drafted = await page.input_value("#reply")
    await page.fill("#reply", drafted.replace("about the trouble.", "that the seam tore."))
    await page.wait_for_selector("#diff ins")


async def _compare(page: Page) -> None:
    """Unfold what the other model would have done, and bring it into view."""
    other = page.locator("details.other")
    await other.locator("summary").click()
    await other.scroll_into_view_if_needed()


if __name__ == "__main__":
    asyncio.run(make())

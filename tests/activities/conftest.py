"""The shop and the helpdesk as processes of their own, and the policy that ships."""

from collections.abc import AsyncIterator, Iterator

import httpx
import pytest

from cases.policy.document import Policy
from ledger.database import Database
from ledger.migrate import migrate
from starter.policy_files import read_policy
from starter.settings import DEFAULT_POLICY
from tests.helpdesk_process import helpdesk_process
from tests.shop_process import shop_process

CUSTOMER_SECONDS = 0.5
"""How long our clients wait for an answer, so that a late one is soon a lost one."""


@pytest.fixture(scope="session")
def shipped_policy() -> Policy:
    return read_policy(DEFAULT_POLICY)


@pytest.fixture(scope="module")
def migrated_url(database_url: str) -> str:
    migrate(database_url)
    return database_url


@pytest.fixture(scope="module")
def shop_address(migrated_url: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with shop_process(migrated_url, tmp_path_factory.mktemp("shop") / "seed.yaml") as shop:
        yield shop.address


@pytest.fixture(scope="module")
def unkeyed_address(migrated_url: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A shop without keys, which carries a request out for a second, and whose cancellations refund the rest."""
    options = ("--without-keys", "--refunds-on-cancel", "--request-seconds", "1")
    with shop_process(migrated_url, tmp_path_factory.mktemp("unkeyed") / "seed.yaml", options=options) as shop:
        yield shop.address


@pytest.fixture(scope="module")
def helpdesk_address(migrated_url: str) -> Iterator[str]:
    with helpdesk_process(migrated_url) as address:
        yield address


@pytest.fixture
async def shop(shop_address: str) -> AsyncIterator[httpx.AsyncClient]:
    """A client of the shop as it begins."""
    async with httpx.AsyncClient(base_url=shop_address, timeout=CUSTOMER_SECONDS) as client:
        (await client.post("/reset")).raise_for_status()
        yield client


@pytest.fixture
async def unkeyed_shop(unkeyed_address: str) -> AsyncIterator[httpx.AsyncClient]:
    """A client of the shop without keys, as it begins. It has the same tables as the other."""
    async with httpx.AsyncClient(base_url=unkeyed_address, timeout=CUSTOMER_SECONDS) as client:
        (await client.post("/reset")).raise_for_status()
        yield client


@pytest.fixture
async def database(migrated_url: str) -> AsyncIterator[Database]:
    """A ledger in which nothing was done and nothing is switched off."""
    opened = Database.at(migrated_url, connections=5)
    async with opened.transaction() as connection:
        await connection.exec_driver_sql("TRUNCATE actions, switchings")
    yield opened
    await opened.close()


@pytest.fixture
async def helpdesk(helpdesk_address: str) -> AsyncIterator[httpx.AsyncClient]:
    """A client of the empty helpdesk."""
    async with httpx.AsyncClient(base_url=helpdesk_address, timeout=CUSTOMER_SECONDS) as client:
        (await client.post("/reset")).raise_for_status()
        yield client

import asyncio
from collections.abc import Iterator

import pytest
from sqlalchemy import text

from cases.errors import LedgerUnavailable
from demo.embedded.ports import free_ports
from demo.embedded.postgres import EmbeddedPostgres
from ledger.actions import ActionLedger
from ledger.cases import CaseLedger
from ledger.database import Database
from ledger.migrate import migrate
from tests.conftest import ServerDirectories
from tests.ledger.samples import NOON, limits, received, reset_request, ticket


@pytest.fixture(scope="module")
def own_postgres(server_directory: ServerDirectories) -> Iterator[EmbeddedPostgres]:
    """A server that may be stopped without hurting other tests."""
    server = EmbeddedPostgres(server_directory(), free_ports(1)[0])
    server.start()
    yield server
    server.stop()


async def test_the_ledger_says_when_postgresql_is_gone_and_goes_on_when_it_is_back(
    own_postgres: EmbeddedPostgres,
) -> None:
    migrate(own_postgres.url())
    database = Database.at(own_postgres.url(), connections=2)
    ledger = CaseLedger(database)
    before, after = received(ticket()), received(ticket())
    await ledger.record(before)

    own_postgres.stop()
    with pytest.raises(LedgerUnavailable, match="PostgreSQL at "):
        await ledger.record(after)
    with pytest.raises(LedgerUnavailable):
        await ActionLedger(database).reserve_action(reset_request(), limits("1", "1"), NOON)

    own_postgres.start()
    await ledger.record(after)
    assert await ledger.case(before.case_id) == before
    assert await ledger.case(after.case_id) == after
    await database.close()


async def test_a_connection_cut_in_the_middle_is_told_as_unavailable(database: Database) -> None:
    with pytest.raises(LedgerUnavailable):
        async with database.transaction() as connection:
            await connection.execute(text("SELECT pg_terminate_backend(pg_backend_pid())"))
    async with database.transaction() as connection:
        assert (await connection.execute(text("SELECT 1"))).scalar_one() == 1


async def test_a_statement_that_takes_too_long_is_given_up(database_url: str) -> None:
    database = Database.at(database_url, connections=1, statement_seconds=0.05)
    with pytest.raises(LedgerUnavailable, match="statement timeout"):
        async with database.transaction() as connection:
            await connection.execute(text("SELECT pg_sleep(30)"))
    await database.close()


async def test_a_worker_that_stands_still_in_a_transaction_keeps_nobody_from_its_tenants_actions(
    database_url: str,
) -> None:
    frozen = Database.at(database_url, connections=1, idle_seconds=0.2)
    other = Database.at(database_url, connections=1, statement_seconds=20)
    reserve = text("SELECT pg_advisory_xact_lock(4711)")
    with pytest.raises(LedgerUnavailable):
        async with frozen.transaction() as connection:
            await connection.execute(reserve)
            async with asyncio.timeout(5), other.transaction() as theirs:
                await theirs.execute(reserve)
            await connection.execute(text("SELECT 1"))
    await frozen.close()
    await other.close()


async def test_what_a_failed_block_wrote_is_not_kept(database: Database) -> None:
    async with database.transaction() as connection:
        await connection.execute(text("CREATE TABLE scratch (n int)"))
    with pytest.raises(ZeroDivisionError):
        async with database.transaction() as connection:
            await connection.execute(text("INSERT INTO scratch VALUES (1)"))
            raise ZeroDivisionError
    async with database.transaction() as connection:
        assert (await connection.execute(text("SELECT count(*) FROM scratch"))).scalar_one() == 0


async def test_more_tasks_than_connections_wait_for_their_turn(database_url: str) -> None:
    database = Database.at(database_url, connections=2)

    async def ask(number: int) -> int:
        async with database.transaction() as connection:
            return (await connection.execute(text(f"SELECT {number}"))).scalar_one()

    assert await asyncio.gather(*(ask(number) for number in range(30))) == list(range(30))
    await database.close()

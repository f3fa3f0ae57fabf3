import threading

import psycopg
import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import create_engine

from cases.errors import LedgerUnavailable
from demo.embedded.ports import free_ports
from ledger.database import driver_url
from ledger.migrate import migrate, revert
from ledger.tables import LedgerTable


def differences(database_url: str) -> list[object]:
    engine = create_engine(driver_url(database_url))
    with engine.connect() as connection:
        found = compare_metadata(MigrationContext.configure(connection), LedgerTable.metadata)
    engine.dispose()
    return found


def tables(database_url: str) -> set[str]:
    with psycopg.connect(database_url) as connection:
        listed = connection.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public'").fetchall()
    return {name for (name,) in listed} - {"alembic_version"}


def test_the_migrations_make_exactly_the_tables_of_the_models(database_url: str) -> None:
    migrate(database_url)
    assert differences(database_url) == []


def test_migrating_back_removes_every_table_and_forth_makes_them_again(database_url: str) -> None:
    migrate(database_url)
    revert(database_url, "base")
    assert tables(database_url) == set()
    migrate(database_url)
    assert tables(database_url) == set(LedgerTable.metadata.tables)
    assert differences(database_url) == []


def test_workers_that_start_at_once_migrate_once(database_url: str) -> None:
    revert(database_url, "base")
    failures: list[BaseException] = []

    def start() -> None:
        try:
            migrate(database_url)
        except BaseException as failure:
            failures.append(failure)

    workers = [threading.Thread(target=start) for _ in range(4)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    assert failures == []
    assert differences(database_url) == []


def test_migrating_without_a_server_says_so() -> None:
    with pytest.raises(LedgerUnavailable, match="SIGNALBOX_DATABASE_URL"):
        migrate(f"postgresql://postgres@127.0.0.1:{free_ports(1)[0]}/signalbox")

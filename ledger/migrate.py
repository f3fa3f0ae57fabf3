"""Bringing a database to the form this version of Signalbox needs."""

from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path

from alembic import command
from alembic.config import Config
from sqlalchemy import Connection, NullPool, create_engine, text

from ledger.database import CONNECT_SECONDS, driver_url, reaching

MIGRATIONS = Path(__file__).parent / "migrations"

LOCK = 5_163_001
"""The advisory lock that lets one process migrate while the others wait. Any number nobody else uses will do."""


def migrate(database_url: str) -> None:
    """Bring the database up to date, all or nothing.

    Where several workers start at once, one migrates and the others wait, then find nothing left to do. It blocks:
    call it before the event loop, or in a thread. Raises LedgerUnavailable.
    """
    with _alone_with(database_url) as configuration:
        command.upgrade(configuration, "head")


def revert(database_url: str, revision: str) -> None:
    """Take the database back to an earlier revision, `base` for none. What later revisions added is lost.

    Raises LedgerUnavailable.
    """
    with _alone_with(database_url) as configuration:
        command.downgrade(configuration, revision)


@contextmanager
def _alone_with(database_url: str) -> Generator[Config]:
    url = driver_url(database_url)
    engine = create_engine(url, poolclass=NullPool, connect_args={"connect_timeout": CONNECT_SECONDS})
    with reaching(url), engine.begin() as connection:
        connection.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": LOCK})
        yield _configuration(connection)


def _configuration(connection: Connection) -> Config:
    configuration = Config()
    configuration.set_main_option("script_location", str(MIGRATIONS))
    configuration.set_main_option("path_separator", "os")
    configuration.attributes["connection"] = connection
    return configuration

"""The shop's way to PostgreSQL: a pool of connections to its own schema."""

from pathlib import Path
from typing import TypeAlias

from psycopg import AsyncConnection
from psycopg.rows import DictRow, dict_row
from psycopg_pool import AsyncConnectionPool

Connection: TypeAlias = AsyncConnection[DictRow]
Pool: TypeAlias = AsyncConnectionPool[Connection]

SCHEMA = Path(__file__).with_name("schema.sql")

CONNECTIONS = 10
CONNECTION_SECONDS = 3.0
"""After this long without a connection a request is answered 503: nothing of it has been done."""

SCHEMA_LOCK = 0x53484F50
"""The advisory lock ("SHOP") held while tables are made and filled, so that two starting shops do not collide."""


def connection_pool(url: str) -> Pool:
    """A pool that is not open yet.

    Its connections commit by themselves; what belongs together says so with `transaction()`. One that a restart of
    PostgreSQL broke is replaced before it is used.
    """
    return AsyncConnectionPool[Connection](
        url,
        connection_class=AsyncConnection[DictRow],
        kwargs={"autocommit": True, "row_factory": dict_row, "options": "-c timezone=UTC"},
        min_size=1,
        max_size=CONNECTIONS,
        timeout=CONNECTION_SECONDS,
        check=_check,
        name="shop",
        open=False,
    )


async def create_schema(connection: Connection) -> None:
    """Make the tables that are missing. Safe to repeat; holds `SCHEMA_LOCK` until the transaction around it ends."""
    await connection.execute("SELECT pg_advisory_xact_lock(%s)", (SCHEMA_LOCK,))
    await connection.execute(SCHEMA.read_bytes())


async def _check(connection: Connection) -> None:
    await connection.execute("")

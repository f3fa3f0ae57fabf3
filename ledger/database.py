"""The way to PostgreSQL: one pool of connections, transactions, and one error when it cannot be reached."""

from collections.abc import AsyncGenerator, Generator
from contextlib import asynccontextmanager, contextmanager
from typing import Self

from sqlalchemy import URL, make_url
from sqlalchemy.exc import InterfaceError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolExhausted
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, create_async_engine

from cases.errors import LedgerUnavailable

CONNECT_SECONDS = 5
"""How long a new connection may take. A worker that cannot reach its database should say so, not hang."""


class Database:
    """A pool of connections. It mends itself: a connection that died is replaced when it is next wanted."""

    def __init__(self, engine: AsyncEngine) -> None:
        self._engine = engine

    @classmethod
    def at(cls, url: str, *, connections: int, statement_seconds: float = 10.0) -> Self:
        """A database at `postgresql://…`; nothing is connected yet.

        `connections`: how many the pool holds at most; a transaction that finds none free within `CONNECT_SECONDS`
        raises LedgerUnavailable. `statement_seconds`: how long the server works on one statement before it gives up.
        """
        return cls(
            create_async_engine(
                driver_url(url),
                pool_size=connections,
                max_overflow=0,
                pool_timeout=CONNECT_SECONDS,
                pool_pre_ping=True,
                connect_args={
                    "connect_timeout": CONNECT_SECONDS,
                    "options": f"-c statement_timeout={statement_seconds * 1000:.0f}",
                },
            )
        )

    @asynccontextmanager
    async def transaction(self) -> AsyncGenerator[AsyncConnection]:
        """A connection whose work is kept as a whole, or not at all where the block raises.

        Raises LedgerUnavailable when PostgreSQL cannot be reached, is shutting down, or gives up on a statement.
        """
        with reaching(self._engine.url):
            async with self._engine.begin() as connection:
                yield connection

    async def close(self) -> None:
        """Close every connection."""
        await self._engine.dispose()


def driver_url(url: str) -> URL:
    """The address as SQLAlchemy wants it: with the driver's name."""
    return make_url(url).set(drivername="postgresql+psycopg")


@contextmanager
def reaching(url: URL) -> Generator[None]:
    """Tell what PostgreSQL's absence looks like to its driver as LedgerUnavailable, with the way out."""
    try:
        yield
    except (OperationalError, InterfaceError, PoolExhausted) as error:
        cause = str(error.orig if isinstance(error, OperationalError | InterfaceError) else error).splitlines()[0]
        raise LedgerUnavailable(
            f"PostgreSQL at {url.host}:{url.port or 5432}/{url.database} does not answer ({cause}). "
            "Start it or correct SIGNALBOX_DATABASE_URL; what waits for it goes on by itself."
        ) from error

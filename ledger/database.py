"""The way to PostgreSQL: one pool of connections, transactions, and one error when it cannot be reached."""

from collections.abc import AsyncGenerator, Generator
from contextlib import asynccontextmanager, contextmanager
from typing import Self

from psycopg.errors import IdleInTransactionSessionTimeout
from sqlalchemy import URL, event, make_url
from sqlalchemy.engine import ExceptionContext
from sqlalchemy.exc import InterfaceError, InternalError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolExhausted
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, create_async_engine

from cases.errors import LedgerUnavailable

CONNECT_SECONDS = 5
"""How long a new connection may take. A worker that cannot reach its database should say so, not hang."""


IDLE_SECONDS = 60.0
"""How long a transaction may stand still between two statements. A worker that froze in one holds locks, such as the
one on its tenant's money, and nobody else would get it before TCP finds the connection dead, after hours."""


class Database:
    """A pool of connections. It mends itself: a connection that died is replaced when it is next wanted."""

    def __init__(self, engine: AsyncEngine) -> None:
        self._engine = engine

    @classmethod
    def at(
        cls, url: str, *, connections: int, statement_seconds: float = 10.0, idle_seconds: float = IDLE_SECONDS
    ) -> Self:
        """A database at `postgresql://…`; nothing is connected yet.

        `connections`: how many the pool holds at most; a transaction that finds none free within `CONNECT_SECONDS`
        raises LedgerUnavailable. `statement_seconds`: how long the server works on one statement before it gives up.
        `idle_seconds`: how long it waits for the next one within a transaction.
        """
        limits = {"statement_timeout": statement_seconds, "idle_in_transaction_session_timeout": idle_seconds}
        engine = create_async_engine(
            driver_url(url),
            pool_size=connections,
            max_overflow=0,
            pool_timeout=CONNECT_SECONDS,
            pool_pre_ping=True,
            connect_args={
                "connect_timeout": CONNECT_SECONDS,
                "options": " ".join(f"-c {name}={seconds * 1000:.0f}" for name, seconds in limits.items()),
            },
        )
        event.listen(engine.sync_engine, "handle_error", _tell_a_cut_connection)
        return cls(engine)

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


def _tell_a_cut_connection(context: ExceptionContext) -> None:
    """SQLAlchemy knows every way a connection ends but this one, and would give it to the next who wants one."""
    if isinstance(context.original_exception, IdleInTransactionSessionTimeout):
        context.is_disconnect = True


def driver_url(url: str) -> URL:
    """The address as SQLAlchemy wants it: with the driver's name."""
    return make_url(url).set(drivername="postgresql+psycopg")


@contextmanager
def reaching(url: URL) -> Generator[None]:
    """Tell what PostgreSQL's absence looks like to its driver as LedgerUnavailable, with the way out."""
    try:
        yield
    except (OperationalError, InterfaceError, InternalError, PoolExhausted) as error:
        if isinstance(error, InternalError) and not isinstance(error.orig, IdleInTransactionSessionTimeout):
            raise
        cause = str(error if isinstance(error, PoolExhausted) else error.orig).splitlines()[0]
        raise LedgerUnavailable(
            f"PostgreSQL at {url.host}:{url.port or 5432}/{url.database} does not answer ({cause}). "
            "Start it or correct SIGNALBOX_DATABASE_URL; what waits for it goes on by itself."
        ) from error

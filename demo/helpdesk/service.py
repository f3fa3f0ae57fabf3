"""The helpdesk as one application."""

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from psycopg import AsyncConnection, DataError, OperationalError
from psycopg_pool import AsyncConnectionPool, PoolTimeout

from cases.errors import InvalidInput
from demo.faults import FaultInjection, FaultPlan
from demo.helpdesk import api, pages
from demo.helpdesk.refusals import ReferenceTaken, TicketTaken, UnknownTicket, UnstorableText
from demo.helpdesk.store import TicketStore

STATUS: dict[type[Exception], int] = {UnknownTicket: 404, TicketTaken: 409, ReferenceTaken: 409}
"""Any other refusal is 422: the request itself cannot be taken."""

CONNECTIONS = 10
CONNECTION_SECONDS = 2.0


def helpdesk(database_url: str) -> FastAPI:
    """Build the helpdesk on a database; its tables are made when it starts."""
    pool: AsyncConnectionPool[AsyncConnection] = AsyncConnectionPool(
        database_url,
        kwargs={"options": "-c timezone=UTC"},
        min_size=1,
        max_size=CONNECTIONS,
        timeout=CONNECTION_SECONDS,
        check=_check,
        open=False,
    )
    store = TicketStore(pool)
    faults = FaultPlan()

    @asynccontextmanager
    async def running(_: FastAPI) -> AsyncGenerator[None]:
        async with pool:
            await store.prepare()
            yield

    app = FastAPI(title="Demo helpdesk", lifespan=running)
    app.state.store = store
    app.state.faults = faults
    app.include_router(api.router)
    app.include_router(pages.router)
    app.add_middleware(FaultInjection, plan=faults, may_strike=is_about_tickets)
    app.add_exception_handler(InvalidInput, _refused)
    app.add_exception_handler(RequestValidationError, _invalid)
    app.add_exception_handler(DataError, _unstorable)
    app.add_exception_handler(PoolTimeout, _database_away)
    app.add_exception_handler(OperationalError, _database_lost)
    return app


def is_about_tickets(path: str) -> bool:
    """Whether a fault may strike: pages, health and the faults' own address always work."""
    return path.startswith("/tickets") and not path.endswith("/page")


async def _check(connection: AsyncConnection) -> None:
    """Take no connection that a restarted database has forgotten."""
    await AsyncConnectionPool.check_connection(connection)


async def _refused(_: Request, error: Exception) -> JSONResponse:
    return JSONResponse({"detail": str(error)}, status_code=STATUS.get(type(error), 422))


async def _invalid(_: Request, error: Exception) -> JSONResponse:
    if not isinstance(error, RequestValidationError):
        raise error
    named = [f"{'.'.join(str(step) for step in problem['loc'])}: {problem['msg']}." for problem in error.errors()]
    return JSONResponse({"detail": " ".join(named)}, status_code=422)


async def _unstorable(request: Request, _: Exception) -> JSONResponse:
    return await _refused(request, UnstorableText())


async def _database_away(_: Request, __: Exception) -> JSONResponse:
    return JSONResponse(
        {"detail": "The helpdesk's database does not answer, so nothing was done. Try again shortly."},
        status_code=503,
        headers={"Retry-After": "1"},
    )


async def _database_lost(_: Request, __: Exception) -> JSONResponse:
    return JSONResponse(
        {"detail": "The database was lost during the work. Look the message up by its reference before a second try."},
        status_code=500,
    )

"""The desk as one application."""

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager

from fastapi import Depends, FastAPI

from starter.desk import health, sign_in, static_files
from starter.desk.connections import open_desk_connections
from starter.desk.forgery import refuse_forgery
from starter.desk.protection import Protection
from starter.desk.refusals import install_refusals
from starter.settings import Settings


def desk(settings: Settings) -> FastAPI:
    """Build the desk. It opens also while the engine or the ledger is away, and says so to those who need them."""

    @asynccontextmanager
    async def running(app: FastAPI) -> AsyncGenerator[None]:
        async with open_desk_connections(settings) as connections:
            app.state.connections = connections
            yield

    app = FastAPI(
        title="Signalbox desk",
        lifespan=running,
        openapi_url=None,
        # Before every route, so that none can forget it.
        dependencies=[Depends(refuse_forgery)],
    )
    app.state.settings = settings
    for router in (sign_in.router, static_files.router, health.router):
        app.include_router(router)
    install_refusals(app)
    app.add_middleware(Protection, encrypted=settings.desk_url.startswith("https://"))
    return app

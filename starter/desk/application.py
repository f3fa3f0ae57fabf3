"""The desk as one application."""

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager

from fastapi import Depends, FastAPI

from starter.desk import (
    audit,
    bulk,
    case,
    decisions,
    health,
    live,
    openid_sign_in,
    own_password,
    queue,
    sign_in,
    static_files,
)
from starter.desk.connections import open_desk_connections
from starter.desk.forgery import refuse_forgery
from starter.desk.openid import OpenIdClient
from starter.desk.openid_settings import OpenIdSettings
from starter.desk.openid_sign_in import CALLBACK_PATH
from starter.desk.protection import Protection
from starter.desk.refusals import install_refusals
from starter.settings import Settings


def desk(settings: Settings, openid: OpenIdSettings | None = None) -> FastAPI:
    """Build the desk. It opens also while the engine or the ledger is away, and says so to those who need them.

    With `openid`, people sign in there and nowhere else; without, with passwords of ours.
    """

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
    app.state.openid = OpenIdClient(openid, f"{settings.desk_url.rstrip('/')}{CALLBACK_PATH}") if openid else None
    app.state.provider = openid.host if openid else None
    for router in (
        sign_in.router,
        openid_sign_in.router,
        own_password.router,
        static_files.router,
        health.router,
        queue.router,
        bulk.router,
        case.router,
        decisions.router,
        live.router,
        audit.router,
    ):
        app.include_router(router)
    install_refusals(app)
    app.add_middleware(Protection, encrypted=settings.desk_url.startswith("https://"))
    return app

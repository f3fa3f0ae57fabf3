"""The HTTP door as one application."""

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager

from fastapi import FastAPI

from starter.api import cases, health, reference, sources, tickets
from starter.api.described import OpenApi, as_it_answers
from starter.api.refusals import install_refusals
from starter.connections import open_connections
from starter.settings import Settings

ABOUT = """Signalbox's door for a helpdesk integration.

Every request but `/healthz` and the deliveries of sources carries `Authorization: Bearer …` with
`SIGNALBOX_API_TOKEN`. Sending anything again is safe. What cannot be done comes back as `application/problem+json`:
`type` for software, `detail` for people, `errors` for each field. On 503, wait as `Retry-After` says and send the
same again.
"""


class _Door(FastAPI):
    """An application whose document says how it really answers."""

    def openapi(self) -> OpenApi:
        """The OpenAPI document, made once."""
        if self.openapi_schema is None:
            self.openapi_schema = as_it_answers(super().openapi())
        return self.openapi_schema


def api(settings: Settings) -> FastAPI:
    """Build the door. It opens also while the engine or the ledger is away, and says so to those who need them."""

    @asynccontextmanager
    async def running(app: FastAPI) -> AsyncGenerator[None]:
        async with open_connections(settings) as connections:
            app.state.connections = connections
            yield

    app = _Door(title="Signalbox", version="0.1.0", description=ABOUT, lifespan=running, docs_url=None, redoc_url=None)
    app.state.settings = settings
    app.include_router(tickets.router)
    app.include_router(cases.router)
    app.include_router(sources.router)
    app.include_router(health.router)
    app.include_router(reference.router)
    install_refusals(app)
    return app

"""The doors of the sources: deliveries of helpdesks and channels, each proved by its own signature and no token."""

from collections.abc import Awaitable, Callable, Mapping
from datetime import UTC, datetime
from http import HTTPStatus
from typing import Annotated

import structlog
from fastapi import APIRouter, Path, Request, Response
from fastapi.responses import JSONResponse, PlainTextResponse

from cases.delivery import Receipt
from cases.errors import LedgerUnavailable, Unavailable
from cases.source import Source, SourceKind
from integrations.sources.protocol import Delivery
from integrations.sources.whatsapp import handshake
from starter.api.answers import FROM_SOURCES
from starter.api.connections import OpenConnections
from starter.api.guarded_route import TooLarge, limited_body, too_large
from starter.api.problem import RETRY_AFTER_SECONDS, ProblemType, problem_response
from starter.connections import Connections
from starter.settings import Settings
from starter.sources.adapters import ADAPTERS
from starter.sources.arrivals import Arrivals
from starter.sources.receiving import receive, registered_source, source_of_account
from starter.sources.secrets import secrets_of

log = structlog.stdlib.get_logger("signalbox.sources")

TOKEN_HEADER = "x-token"  # noqa: S105 -- the name of a header
"""Where adapters find the `token` of the address, which those send who sign nothing."""

AWAY = "A part of Signalbox is away, so nothing was taken. Send the same again."
"""What whoever asks is told, before it is known who that is."""

SourcePart = Annotated[str, Path(pattern=r"^[a-z0-9][a-z0-9-]{0,62}$")]

router = APIRouter(tags=["sources"], responses=FROM_SOURCES)


@router.post("/sources/{tenant}/{name}", response_model=Receipt, response_description="It is kept.")
async def deliver(tenant: SourcePart, name: SourcePart, request: Request, connections: OpenConnections) -> Response:
    """Take a delivery of a registered source. What it must look like is its sender's to say; so is how it is signed."""
    return await _delivered(request, connections, lambda _: registered_source(connections.sources, tenant, name))


@router.post("/accounts/{kind}", response_model=Receipt, response_description="It is kept.")
async def deliver_by_account(kind: SourceKind, request: Request, connections: OpenConnections) -> Response:
    """Take a delivery that says itself whose account it is for, where one address serves several of them."""
    return await _delivered(request, connections, lambda body: source_of_account(connections.sources, kind, body))


@router.get(
    "/sources/{tenant}/{name}",
    response_class=PlainTextResponse,
    response_description="The challenge, as it was sent.",
)
async def shake_hands(tenant: SourcePart, name: SourcePart, request: Request, connections: OpenConnections) -> Response:
    """Answer Meta when it makes sure that an address entered for WhatsApp is ours."""
    source = await registered_source(connections.sources, tenant, name)
    settings: Settings = request.app.state.settings
    return PlainTextResponse(handshake(dict(request.query_params), secrets_of(source, settings.data)))


async def _delivered(
    request: Request, connections: Connections, source_of: Callable[[bytes], Awaitable[Source]]
) -> Response:
    try:
        body = await limited_body(request)
    except TooLarge:
        return too_large()
    try:
        source = await source_of(body)
    except LedgerUnavailable:
        return _come_back()
    return await _received(source, body, request, connections)


async def _received(source: Source, body: bytes, request: Request, connections: Connections) -> Response:
    settings: Settings = request.app.state.settings
    acknowledgement = ADAPTERS[source.kind].acknowledgement
    delivery = Delivery(headers=_headers(request), body=body, at=datetime.now(UTC))
    arrivals = Arrivals(connections.engine, connections.ledger, connections.writes)
    try:
        secrets = secrets_of(source, settings.data)
        received = await receive(source, secrets, delivery, connections.deliveries, arrivals, connections.ledger)
    except Unavailable:
        log.exception("a delivery was sent back", source=source.label)
        pause = acknowledgement.retry_after_seconds
        return _answer(acknowledgement.later, {} if pause is None else {"Retry-After": str(pause)})
    return JSONResponse(received.receipt.model_dump(mode="json"), status_code=received.status)


def _headers(request: Request) -> Mapping[str, str]:
    token = request.query_params.get("token")
    return {**request.headers, **({TOKEN_HEADER: token} if token else {})}


def _come_back() -> Response:
    """Ask an unknown sender to come back: 429 is what all of them understand, and 503 not."""
    return _answer(HTTPStatus.TOO_MANY_REQUESTS, {"Retry-After": str(RETRY_AFTER_SECONDS)})


def _answer(status: HTTPStatus, headers: Mapping[str, str]) -> Response:
    return problem_response(ProblemType.UNAVAILABLE, status, AWAY, headers=headers)

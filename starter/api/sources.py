"""The doors of the sources: deliveries of helpdesks and channels, each proved by its own signature and no token."""

from collections.abc import Mapping
from datetime import UTC, datetime
from http import HTTPStatus

from fastapi import APIRouter, Request, Response
from fastapi.responses import JSONResponse, PlainTextResponse

from cases.delivery import Receipt
from cases.errors import Unavailable
from cases.source import Source, SourceKind
from integrations.sources.protocol import Delivery
from integrations.sources.whatsapp import handshake
from starter.api.answers import FROM_SOURCES
from starter.api.connections import OpenConnections
from starter.api.guarded_route import TooLarge, limited_body, too_large
from starter.api.problem import ProblemType, problem_response
from starter.connections import Connections
from starter.settings import Settings
from starter.sources.adapters import ADAPTERS
from starter.sources.arrivals import Arrivals
from starter.sources.receiving import receive, registered_source, source_of_account
from starter.sources.secrets import secrets_of

TOKEN_HEADER = "x-token"  # noqa: S105 -- the name of a header
"""Where adapters find the `token` of the address, which those send who sign nothing."""

router = APIRouter(tags=["sources"], responses=FROM_SOURCES)


@router.post("/sources/{tenant}/{name}", response_model=Receipt, response_description="It is kept.")
async def deliver(tenant: str, name: str, request: Request, connections: OpenConnections) -> Response:
    """Take a delivery of a registered source. What it must look like is its sender's to say; so is how it is signed."""
    try:
        body = await limited_body(request)
    except TooLarge:
        return too_large()
    source = await registered_source(connections.sources, tenant, name)
    return await _received(source, body, request, connections)


@router.post("/accounts/{kind}", response_model=Receipt, response_description="It is kept.")
async def deliver_by_account(kind: SourceKind, request: Request, connections: OpenConnections) -> Response:
    """Take a delivery that says itself whose account it is for, where one address serves several of them."""
    try:
        body = await limited_body(request)
    except TooLarge:
        return too_large()
    source = await source_of_account(connections.sources, kind, body)
    return await _received(source, body, request, connections)


@router.get(
    "/sources/{tenant}/{name}",
    response_class=PlainTextResponse,
    response_description="The challenge, as it was sent.",
)
async def shake_hands(tenant: str, name: str, request: Request, connections: OpenConnections) -> Response:
    """Answer Meta when it makes sure that an address entered for WhatsApp is ours."""
    source = await registered_source(connections.sources, tenant, name)
    settings: Settings = request.app.state.settings
    return PlainTextResponse(handshake(dict(request.query_params), secrets_of(source, settings.data)))


async def _received(source: Source, body: bytes, request: Request, connections: Connections) -> Response:
    settings: Settings = request.app.state.settings
    acknowledgement = ADAPTERS[source.kind].acknowledgement
    delivery = Delivery(headers=_headers(request), body=body, at=datetime.now(UTC))
    arrivals = Arrivals(connections.engine, connections.ledger, connections.writes)
    try:
        received = await receive(source, secrets_of(source, settings.data), delivery, connections.deliveries, arrivals)
    except Unavailable as away:
        pause = acknowledgement.retry_after_seconds
        return _answer(acknowledgement.later, str(away), {} if pause is None else {"Retry-After": str(pause)})
    return JSONResponse(received.receipt.model_dump(mode="json"), status_code=received.status)


def _headers(request: Request) -> Mapping[str, str]:
    token = request.query_params.get("token")
    return {**request.headers, **({TOKEN_HEADER: token} if token else {})}


def _answer(status: HTTPStatus, sentence: str, headers: Mapping[str, str]) -> Response:
    return problem_response(ProblemType.UNAVAILABLE, status, sentence, headers=headers)

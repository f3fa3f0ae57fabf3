"""What stands before every request: who asks, and how much they send. FastAPI alone would read the body first."""

import hmac
from collections.abc import Callable, Coroutine
from http import HTTPStatus
from typing import Any

from fastapi import Request, Response
from fastapi.routing import APIRoute
from starlette.types import Message

from starter.api.problem import ProblemResponse, ProblemType, problem_response
from starter.settings import Settings

MAXIMUM_BODY_BYTES = 1_000_000
"""A ticket of 50 messages in plain text; Temporal itself takes 2 MB a payload."""

Handler = Callable[[Request], Coroutine[Any, Any, Response]]


class TooLarge(Exception):
    """The body goes on beyond the limit. What was read of it is forgotten."""


class GuardedRoute(APIRoute):
    """A route that knows its caller and has the whole body, before anything of it is read as JSON."""

    def get_route_handler(self) -> Handler:
        """Put the guard before the route's own handler."""
        handle = super().get_route_handler()

        async def guarded(request: Request) -> Response:
            settings: Settings = request.app.state.settings
            refused = _turned_away(request, settings.api_token)
            if refused is not None:
                return refused
            try:
                body = await limited_body(request)
            except TooLarge:
                return too_large()
            return await handle(Request(request.scope, _replay(body)))

        return guarded


def _turned_away(request: Request, token: str) -> ProblemResponse | None:
    if not token:
        return problem_response(
            ProblemType.DOOR_SHUT,
            HTTPStatus.SERVICE_UNAVAILABLE,
            "This door is shut: it has no token. Set SIGNALBOX_API_TOKEN and start it again.",
        )
    scheme, _, given = request.headers.get("Authorization", "").partition(" ")
    if scheme.lower() == "bearer" and hmac.compare_digest(given.strip().encode(), token.encode()):
        return None
    return problem_response(
        ProblemType.UNAUTHORISED,
        HTTPStatus.UNAUTHORIZED,
        "The bearer token is missing or wrong. Send the header `Authorization: Bearer …` with SIGNALBOX_API_TOKEN.",
        headers={"WWW-Authenticate": "Bearer"},
    )


async def limited_body(request: Request) -> bytes:
    """Read the body, counting what comes and not believing what was announced. Raises TooLarge."""
    body = bytearray()
    async for part in request.stream():
        body += part
        if len(body) > MAXIMUM_BODY_BYTES:
            raise TooLarge
    return bytes(body)


def too_large() -> ProblemResponse:
    """Say that a body is too large."""
    return problem_response(
        ProblemType.TOO_LARGE,
        HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
        f"The body has more than {MAXIMUM_BODY_BYTES:,} bytes. Send attachments by address, and only new messages.",
    )


def _replay(body: bytes) -> Callable[[], Coroutine[Any, Any, Message]]:
    async def receive() -> Message:
        return {"type": "http.request", "body": body, "more_body": False}

    return receive

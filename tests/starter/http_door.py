"""The HTTP door on a real port, in a thread of its own, and what passes through it."""

from collections.abc import Generator
from contextlib import contextmanager
from typing import Any

import httpx
import uvicorn

from cases.ticket import Ticket
from starter.api.application import api
from starter.api.problem import MEDIA_TYPE, Problem
from starter.settings import Settings
from tests.serving import serving


@contextmanager
def open_door(settings: Settings) -> Generator[httpx.Client]:
    """Serve while the block lasts; the client knows the address and the token."""
    bearer = {"Authorization": f"Bearer {settings.api_token or 'none'}"}
    with (
        serving(uvicorn.Config(api(settings), log_level="warning")) as address,
        httpx.Client(base_url=address, headers=bearer, timeout=30, trust_env=False) as client,
    ):
        yield client


def body(ticket: Ticket) -> dict[str, Any]:
    """A ticket as JSON that can be changed."""
    return ticket.model_dump(mode="json")


def problem(response: httpx.Response) -> Problem:
    """What went wrong, as the door tells it."""
    assert response.headers["content-type"] == MEDIA_TYPE
    return Problem.model_validate_json(response.content)

"""The HTTP door on a real port, in a thread of its own."""

from collections.abc import Generator
from contextlib import contextmanager

import httpx
import uvicorn

from starter.api.application import api
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

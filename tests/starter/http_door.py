"""The HTTP door on a real port, in a thread of its own."""

import threading
from collections.abc import Generator
from contextlib import contextmanager

import httpx
import uvicorn

from demo.embedded.ports import LOOPBACK
from starter.api.application import api
from starter.serving import listen
from starter.settings import Settings


@contextmanager
def open_door(settings: Settings) -> Generator[httpx.Client]:
    """Serve while the block lasts; the client knows the address and the token."""
    server = uvicorn.Server(uvicorn.Config(api(settings), log_level="warning"))
    with listen(LOOPBACK, 0) as listening:
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]})
        thread.start()
        address = f"http://{LOOPBACK}:{listening.getsockname()[1]}"
        bearer = {"Authorization": f"Bearer {settings.api_token or 'none'}"}
        try:
            with httpx.Client(base_url=address, headers=bearer, timeout=30, trust_env=False) as client:
                yield client
        finally:
            server.should_exit = True
            thread.join()

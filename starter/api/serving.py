"""Serving the HTTP door on a port until it is told to stop."""

import signal
import socket
from types import FrameType

import uvicorn

from cases.errors import InvalidInput
from starter.api.application import api
from starter.settings import Settings

SHUTDOWN_SECONDS = 10
"""How long a request under way may take once the door is told to close."""


def serve_api(settings: Settings, host: str, port: int) -> None:
    """Serve until SIGINT or SIGTERM. Raises InvalidInput where the port is taken."""
    listening = listen(host, port)
    signal.signal(signal.SIGTERM, _leave)
    signal.signal(signal.SIGINT, _leave)
    server = uvicorn.Server(
        uvicorn.Config(api(settings), log_level="warning", timeout_graceful_shutdown=SHUTDOWN_SECONDS)
    )
    with listening:
        server.run(sockets=[listening])


def listen(host: str, port: int) -> socket.socket:
    """Take a port; 0 is any free one. Raises InvalidInput where it is taken."""
    try:
        return socket.create_server((host, port), backlog=2048)
    except OSError as error:
        raise InvalidInput(
            "port",
            f"{host}:{port} cannot be listened on ({error.strerror}).",
            "Stop what has it, or choose another with --port.",
        ) from error


def _leave(_: int, __: FrameType | None) -> None:
    """Leave quietly: uvicorn raises the signal a second time once it has closed everything."""
    raise SystemExit(0)

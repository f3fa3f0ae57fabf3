"""Serving a door on a port until it is told to stop."""

import os
import signal
import socket
from types import FrameType

import uvicorn
from fastapi import FastAPI

from cases.errors import InvalidInput

PROXIES_VARIABLE = "FORWARDED_ALLOW_IPS"
"""uvicorn's own: the addresses of proxies whose word about the caller's address counts."""


def serve(application: FastAPI, host: str, port: int, *, shutdown_seconds: int) -> None:
    """Serve until SIGINT or SIGTERM; a request under way then has `shutdown_seconds`.

    Raises InvalidInput where the port is taken.
    """
    listening = listen(host, port)
    signal.signal(signal.SIGTERM, _leave)
    signal.signal(signal.SIGINT, _leave)
    server = uvicorn.Server(
        uvicorn.Config(
            application,
            log_level="warning",
            timeout_graceful_shutdown=shutdown_seconds,
            # Without a proxy that is named, a caller could claim any address.
            proxy_headers=PROXIES_VARIABLE in os.environ,
            server_header=False,
        )
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

"""Serving the HTTP door on a port until it is told to stop."""

from starter.api.application import api
from starter.serving import serve
from starter.settings import Settings

SHUTDOWN_SECONDS = 10
"""How long a request under way may take once the door is told to close."""


def serve_api(settings: Settings, host: str, port: int) -> None:
    """Serve until SIGINT or SIGTERM. Raises InvalidInput where the port is taken."""
    serve(api(settings), host, port, shutdown_seconds=SHUTDOWN_SECONDS)

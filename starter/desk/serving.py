"""Serving the desk on a port until it is told to stop."""

from starter.desk.application import desk
from starter.desk.openid_settings import load_openid_settings
from starter.serving import serve
from starter.settings import Settings

SHUTDOWN_SECONDS = 3
"""How long a request under way may take once the desk is told to close. Live pages never end by themselves."""


def serve_desk(settings: Settings, host: str, port: int) -> None:
    """Serve until SIGINT or SIGTERM.

    Raises InvalidInput where the port is taken, or a variable of OpenID Connect is missing or cannot be read.
    """
    serve(desk(settings, load_openid_settings()), host, port, shutdown_seconds=SHUTDOWN_SECONDS)

"""`signalbox serve --port 8080`."""

from typing import Annotated

import typer

from starter.api.serving import serve_api
from starter.settings import load_settings

HostOption = Annotated[str, typer.Option("--host", help="Where to listen; 0.0.0.0 is everywhere.")]
PortOption = Annotated[int, typer.Option("--port", min=1, max=65_535, help="The port to listen on.")]


def command(*, host: HostOption = "127.0.0.1", port: PortOption = 8080) -> None:
    """Open the HTTP door for a helpdesk integration, until Ctrl-C. It needs SIGNALBOX_API_TOKEN."""
    settings = load_settings()
    if not settings.api_token:
        typer.echo("SIGNALBOX_API_TOKEN is not set: the door answers 503 to all until it is.", err=True)
    typer.echo(f"Listening on http://{host}:{port}, described at http://{host}:{port}/docs. Ctrl-C stops it.")
    serve_api(settings, host, port)

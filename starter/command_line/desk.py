"""`signalbox desk --port 8092`."""

from typing import Annotated

import typer

from starter.desk.serving import serve_desk
from starter.settings import load_settings

HostOption = Annotated[str, typer.Option("--host", help="Where to listen; 0.0.0.0 is everywhere.")]
PortOption = Annotated[int, typer.Option("--port", min=1, max=65_535, help="The port to listen on.")]


def command(*, host: HostOption = "127.0.0.1", port: PortOption = 8092) -> None:
    """Open the desk for agents, reviewers and leads, until Ctrl-C. `signalbox people add` lets the first of them in."""
    settings = load_settings()
    typer.echo(f"Listening on http://{host}:{port}. Ctrl-C stops it.")
    serve_desk(settings, host, port)

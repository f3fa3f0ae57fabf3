"""A door as a program of its own: `python -m starter.desk --port 8092`."""

import sys
from argparse import ArgumentParser
from collections.abc import Callable
from typing import NoReturn

from cases.errors import SignalboxError
from starter.leave import leave
from starter.settings import Settings, load_settings

Serve = Callable[[Settings, str, int], None]
"""Serves on a host and a port until it is told to stop."""


def run_door(module: str, description: str, serve: Serve) -> NoReturn:
    """Serve as the command line says, until SIGINT or SIGTERM, and leave: with 1 where it cannot, and why."""
    parser = ArgumentParser(prog=f"python -m {module}", description=description)
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=int, required=True)
    arguments = parser.parse_args()
    code = 0
    try:
        serve(load_settings(), arguments.host, arguments.port)
    except SystemExit as ended:
        code = ended.code if isinstance(ended.code, int) else 1
    except SignalboxError as error:
        sys.stderr.write(f"{error}\n")
        code = 1
    leave(code)

"""Run the HTTP door: `python -m starter.api --port 8080`."""

import sys
from argparse import ArgumentParser

from cases.errors import SignalboxError
from starter.api.serving import serve_api
from starter.leave import leave
from starter.settings import load_settings


def main() -> None:
    """Serve until SIGINT or SIGTERM."""
    parser = ArgumentParser(prog="python -m starter.api", description="Signalbox's HTTP door.")
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=int, required=True)
    arguments = parser.parse_args()
    code = 0
    try:
        serve_api(load_settings(), arguments.host, arguments.port)
    except SystemExit as ended:
        code = ended.code if isinstance(ended.code, int) else 1
    except SignalboxError as error:
        sys.stderr.write(f"{error}\n")
        code = 1
    leave(code)


if __name__ == "__main__":
    main()

"""Run the desk: `python -m starter.desk --port 8092`."""

import sys
from argparse import ArgumentParser

from cases.errors import SignalboxError
from starter.desk.serving import serve_desk
from starter.leave import leave
from starter.settings import load_settings


def main() -> None:
    """Serve until SIGINT or SIGTERM."""
    parser = ArgumentParser(prog="python -m starter.desk", description="Signalbox's desk.")
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=int, required=True)
    arguments = parser.parse_args()
    code = 0
    try:
        serve_desk(load_settings(), arguments.host, arguments.port)
    except SystemExit as ended:
        code = ended.code if isinstance(ended.code, int) else 1
    except SignalboxError as error:
        sys.stderr.write(f"{error}\n")
        code = 1
    leave(code)


if __name__ == "__main__":
    main()

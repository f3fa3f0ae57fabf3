"""Run the helpdesk: `python -m demo.helpdesk --port 8091 --database-url postgresql://…`."""

import signal
import sys
from argparse import ArgumentParser
from types import FrameType

import psycopg
import uvicorn

from demo.embedded.ports import LOOPBACK, is_free
from demo.faults import CuttableProtocol
from demo.helpdesk.service import helpdesk

DATABASE_SECONDS = 5
"""How long the database may take to answer at the start."""

SHUTDOWN_SECONDS = 3
"""How long a request under way may take once the service is told to stop."""


def main() -> None:
    """Serve on loopback until SIGTERM or SIGINT."""
    parser = ArgumentParser(prog="python -m demo.helpdesk", description="The demo's helpdesk.")
    parser.add_argument("--port", type=int, required=True)
    parser.add_argument("--database-url", required=True)
    arguments = parser.parse_args()
    port: int = arguments.port
    if not is_free(port):
        sys.exit(f"Port {port} is taken. Stop what listens there, or choose another with --port.")
    _require_database(arguments.database_url)
    signal.signal(signal.SIGTERM, _leave)
    signal.signal(signal.SIGINT, _leave)
    uvicorn.run(
        helpdesk(arguments.database_url),
        host=LOOPBACK,
        port=port,
        http=CuttableProtocol,
        log_level="warning",
        timeout_graceful_shutdown=SHUTDOWN_SECONDS,
    )


def _require_database(url: str) -> None:
    try:
        psycopg.connect(url, connect_timeout=DATABASE_SECONDS).close()
    except psycopg.OperationalError as error:
        sys.exit(f"The database of --database-url does not let us in: {error}. Start it, or name another.")


def _leave(_: int, __: FrameType | None) -> None:
    """Leave quietly: uvicorn raises the signal a second time once it has closed everything."""
    sys.exit(0)


if __name__ == "__main__":
    main()

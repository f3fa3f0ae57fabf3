"""What questions are asked on: an embedded PostgreSQL with the demo's help centre."""

import tempfile
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path

from demo.embedded.help_centre import index_help_centre
from demo.embedded.ports import free_ports
from demo.embedded.postgres import EmbeddedPostgres
from ledger.migrate import migrate


@contextmanager
def question_ground() -> Generator[str]:
    """The address of a database in which the demo's articles are found."""
    with tempfile.TemporaryDirectory(prefix="signalbox-bench-") as directory:
        server = EmbeddedPostgres(Path(directory), free_ports(1)[0])
        server.start()
        try:
            url = server.url("postgres")
            migrate(url)
            index_help_centre(url)
            yield url
        finally:
            server.stop()

"""The demo's helpdesk as a process of its own, for tests that speak to it over HTTP."""

import signal
import subprocess
import sys
from collections.abc import Generator
from contextlib import contextmanager

from demo.embedded.ports import LOOPBACK, free_ports
from tests.waiting import wait_until_up


@contextmanager
def helpdesk_process(database_url: str, stop_with: signal.Signals = signal.SIGTERM) -> Generator[str]:
    """Run the helpdesk on a database; gives its address. The signal it is stopped with must end it well."""
    port = free_ports(1)[0]
    address = f"http://{LOOPBACK}:{port}"
    process = subprocess.Popen(
        [sys.executable, "-m", "demo.helpdesk", "--port", str(port), "--database-url", database_url]
    )
    try:
        wait_until_up(process, f"{address}/health")
        yield address
    finally:
        process.send_signal(stop_with)
        assert process.wait(timeout=60) == 0

"""The demo's helpdesk as a process of its own, for tests that speak to it over HTTP."""

import signal
import subprocess
import sys
import time
from collections.abc import Generator
from contextlib import contextmanager

import httpx

from demo.embedded.ports import LOOPBACK, free_ports

START_SECONDS = 20.0


@contextmanager
def helpdesk_process(database_url: str, stop_with: signal.Signals = signal.SIGTERM) -> Generator[str]:
    """Run the helpdesk on a database; gives its address. The signal it is stopped with must end it well."""
    port = free_ports(1)[0]
    address = f"http://{LOOPBACK}:{port}"
    process = subprocess.Popen(
        [sys.executable, "-m", "demo.helpdesk", "--port", str(port), "--database-url", database_url]
    )
    try:
        _await_health(process, address)
        yield address
    finally:
        process.send_signal(stop_with)
        assert process.wait(timeout=15) == 0


def _await_health(process: subprocess.Popen[bytes], address: str) -> None:
    deadline = time.monotonic() + START_SECONDS
    while process.poll() is None and time.monotonic() < deadline:
        try:
            httpx.get(f"{address}/health").raise_for_status()
        except httpx.ConnectError:
            time.sleep(0.02)
        else:
            return
    raise AssertionError("The helpdesk did not come up; its own words are above.")

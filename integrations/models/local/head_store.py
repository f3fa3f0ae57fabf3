"""Where trained heads are kept, so that a worker that starts again need not learn again."""

import fcntl
import hashlib
import os
from collections.abc import Callable, Generator, Sequence
from contextlib import contextmanager
from pathlib import Path

import numpy as np

from integrations.models.local.heads import Head
from integrations.models.local.spaces import SPACES, SpaceName
from integrations.models.local.weighing import Weights

FORMAT = 3
"""Raised whenever training changes, so that heads of the older kind are left alone."""


class HeadStore:
    """Heads by what they were taught, one file each."""

    def __init__(self, directory: Path) -> None:
        self._directory = directory

    def head(
        self,
        space: SpaceName,
        intents: Sequence[str],
        texts: Sequence[str],
        labels: Sequence[int],
        train: Callable[[], Head],
    ) -> Head:
        """The head taught by exactly these examples: the kept one, or a new one that is then kept."""
        digest = hashlib.sha256()
        for part in (FORMAT, space, *SPACES[space], *intents, *texts, *labels):
            digest.update(f"{part}\x1f".encode())
        file = self._directory / f"{space}-{digest.hexdigest()[:16]}.npz"
        if file.exists():
            return _read(file)
        self._directory.mkdir(parents=True, exist_ok=True)
        with _alone_with(file):
            if file.exists():
                return _read(file)
            head = train()
            _write(file, head)
            return head


@contextmanager
def _alone_with(file: Path) -> Generator[None]:
    """Of the workers that start together one learns a head and the others wait for it.

    The system frees the lock of a worker that is killed.
    """
    with file.with_suffix(".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _write(file: Path, head: Head) -> None:
    """Write beside, then rename: a worker killed while writing leaves no half of a head."""
    half = file.with_suffix(f".{os.getpid()}.part")
    with half.open("wb") as stream:
        np.savez(
            stream,
            intents=np.array(head.intents),
            centre=head.centre,
            weights=head.weights,
            bias=head.bias,
            counts=np.array(head.counts),
            examples=head.examples,
            example_labels=head.example_labels,
            familiar_similarity=np.array(head.familiar_similarity),
        )
    half.replace(file)


def _read(file: Path) -> Head:
    with np.load(file, allow_pickle=False) as kept:
        return Head(
            intents=tuple(str(name) for name in kept["intents"]),
            centre=kept["centre"],
            weights=kept["weights"],
            bias=kept["bias"],
            counts=Weights(*(float(count) for count in kept["counts"])),
            examples=kept["examples"],
            example_labels=kept["example_labels"],
            familiar_similarity=float(kept["familiar_similarity"]),
        )

"""The texts that heads learn from, each encoded once however many heads learn it.

Encoding is most of what learning takes: 1,300 examples take the slowest encoder half a minute, and three heads of the
policy that ships learn from them.
"""

from collections.abc import Sequence
from threading import Lock

import numpy as np

from integrations.models.local.encoders import EncoderName, Encoding, Vectors


class TaughtTexts:
    """Remembers the vectors of texts by encoder. Safe to call from several threads."""

    def __init__(self, encoders: Encoding) -> None:
        self._encoders = encoders
        self._known: dict[EncoderName, dict[str, Vectors]] = {name: {} for name in EncoderName}
        # One an encoder: who needs the same texts waits for them instead of encoding them as well.
        self._locks = {name: Lock() for name in EncoderName}

    def encode(self, name: EncoderName, texts: Sequence[str]) -> Vectors:
        """One row a text, by the named encoder. At least one text."""
        with self._locks[name]:
            known = self._known[name]
            new = [text for text in dict.fromkeys(texts) if text not in known]
            if new:
                known.update(zip(new, self._encoders.encode(name, new), strict=True))
            return np.stack([known[text] for text in texts])

    def forget(self) -> None:
        """Give the memory back: the heads that have learnt keep what they need."""
        for name, lock in self._locks.items():
            with lock:
                self._known[name].clear()

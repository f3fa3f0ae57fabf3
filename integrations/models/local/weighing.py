"""Weighing two voices against each other, so that what they say together is as sure as it is often right."""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

Probabilities = NDArray[np.float64]
"""One row a text, one column an intent; each row sums to one."""

STEPS = 50
LEAST_GAIN = 1e-7
"""In nats a text: a step that gains less is the last."""

SHORTEST_STEP = 1e-4


class Weights(NamedTuple):
    """How much the regression's scores and the nearness of examples count in a softmax."""

    score: float
    nearness: float


MODEST = Weights(score=1 / 3, nearness=0.0)
"""For a head of which nothing is known: three times less sure than the regression says it is."""


def weigh(scores: NDArray[np.float64], near: NDArray[np.float64], labels: NDArray[np.int64]) -> Weights:
    """The weights under which these labels are likeliest, neither of them under what `MODEST` gives it. Needs labels.

    The likelihood has one top, so Newton's steps find it, each shortened until it gains.
    """
    voices = np.stack([scores, near])
    counts = np.array([1.0, 1.0])
    surprise = _surprise(voices, counts, labels)
    for _ in range(STEPS):
        step = _newton_step(voices, counts, labels)
        share = 1.0
        while (
            gain := surprise - _surprise(voices, _kept(counts - share * step), labels)
        ) < 0 and share > SHORTEST_STEP:
            share /= 2
        if gain < LEAST_GAIN:
            break
        counts, surprise = _kept(counts - share * step), surprise - gain
    return Weights(score=float(counts[0]), nearness=float(counts[1]))


def softmax(scores: NDArray[np.float64]) -> Probabilities:
    """Probabilities of scores, row by row."""
    raised = np.exp(scores - scores.max(axis=1, keepdims=True))
    return raised / raised.sum(axis=1, keepdims=True)


def _kept(counts: NDArray[np.float64]) -> NDArray[np.float64]:
    return np.maximum(counts, [MODEST.score, 0.0])


def _surprise(voices: NDArray[np.float64], counts: NDArray[np.float64], labels: NDArray[np.int64]) -> float:
    told = softmax(np.tensordot(counts, voices, 1))[np.arange(len(labels)), labels]
    return float(-np.log(np.maximum(told, 1e-300)).mean())


def _newton_step(
    voices: NDArray[np.float64], counts: NDArray[np.float64], labels: NDArray[np.int64]
) -> NDArray[np.float64]:
    told = softmax(np.tensordot(counts, voices, 1))
    expected = (told * voices).sum(axis=2)
    slope = (expected - voices[:, np.arange(len(labels)), labels]).mean(axis=1)
    around = voices - expected[:, :, None]
    bend = np.array([[(told * one * other).sum() for other in around] for one in around]) / len(labels)
    # Where one voice says nothing of any text, there is no bend in its direction; a trace keeps the step finite.
    return _solved(bend + 1e-9 * np.eye(len(bend)), slope)


def _solved(matrix: NDArray[np.float64], right: NDArray[np.float64]) -> NDArray[np.float64]:
    return np.asarray(np.linalg.solve(matrix, right), dtype=np.float64)

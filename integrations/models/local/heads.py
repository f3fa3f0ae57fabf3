"""A head: from a sentence vector to calibrated probabilities of intents.

Logistic regression on the vectors, then one temperature for all its answers, chosen on folds it was not trained on:
raw, it is about 19 points off with ten examples an intent, scaled about two. How alike a text is to its nearest example
tells whether it is like any example at all.
"""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from integrations.models.local.encoders import Vectors

Probabilities = NDArray[np.float64]
"""One row a text, one column an intent; each row sums to one."""

REGULARISATION = 10.0
"""How freely the regression may fit (scikit-learn's C). Like all here it shapes a head, and no ticket by itself."""

FOLDS = 3
"""Each example is held out once, in one of so many rounds."""

TEMPERATURES = np.geomspace(0.05, 3.0, 60)
"""Those tried; the one under which the held-out examples are likeliest is kept."""

UNFAMILIAR_QUANTILE = 0.03
"""An example is itself stranger than this share of examples once it is left out: below that, a text is strange."""


class Head(NamedTuple):
    """A trained head. `weights` is intents by dimensions; `temperature` divides its scores."""

    intents: tuple[str, ...]
    weights: NDArray[np.float64]
    bias: NDArray[np.float64]
    temperature: float
    examples: Vectors
    example_labels: NDArray[np.int64]
    familiar_similarity: float
    """A text less similar than this to its nearest example is like none of them."""

    def probabilities(self, vectors: Vectors) -> Probabilities:
        """How likely each intent is."""
        return softmax((vectors @ self.weights.T + self.bias) / self.temperature)

    def nearest(self, vectors: Vectors) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
        """The nearest example of each text, and how alike they are."""
        similarity = vectors @ self.examples.T
        best = similarity.argmax(axis=1)
        return best, similarity[np.arange(len(best)), best].astype(np.float64)


def train(intents: tuple[str, ...], vectors: Vectors, labels: Sequence[int]) -> Head:
    """Train a head. Every intent needs at least one example; those of few examples are weighed up."""
    answers = np.asarray(labels, dtype=np.int64)
    weights, bias = _fit(vectors, answers, len(intents))
    return Head(
        intents=intents,
        weights=weights,
        bias=bias,
        temperature=_temperature(vectors, answers, len(intents)),
        examples=vectors,
        example_labels=answers,
        familiar_similarity=_familiar_similarity(vectors),
    )


def softmax(scores: NDArray[np.float64]) -> Probabilities:
    """Probabilities of scores, row by row."""
    raised = np.exp(scores - scores.max(axis=1, keepdims=True))
    return raised / raised.sum(axis=1, keepdims=True)


def _fit(vectors: Vectors, labels: NDArray[np.int64], count: int) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    # Imported only when a head is trained: a worker that finds its heads kept never needs it.
    from sklearn.linear_model import LogisticRegression

    model = LogisticRegression(C=REGULARISATION, max_iter=150, class_weight="balanced")
    model.fit(vectors, labels)
    seen = model.classes_
    weights = np.zeros((count, vectors.shape[1]))
    bias = np.full(count, -20.0)
    fitted, offset = model.coef_, model.intercept_
    if len(seen) == 2:
        fitted, offset = np.vstack([-fitted, fitted]) / 2, np.concatenate([-offset, offset]) / 2
    weights[seen], bias[seen] = fitted, offset
    return weights, bias


def _temperature(vectors: Vectors, labels: NDArray[np.int64], count: int) -> float:
    scores, answers = _held_out_scores(vectors, labels, count)
    losses = [
        -np.log(np.maximum(softmax(scores / t)[np.arange(len(answers)), answers], 1e-9)).mean() for t in TEMPERATURES
    ]
    return float(TEMPERATURES[int(np.argmin(losses))])


def _held_out_scores(
    vectors: Vectors, labels: NDArray[np.int64], count: int
) -> tuple[NDArray[np.float64], NDArray[np.int64]]:
    folds = _folds(labels)
    scores: list[NDArray[np.float64]] = []
    answers: list[NDArray[np.int64]] = []
    for fold in range(FOLDS):
        held = folds == fold
        weights, bias = _fit(vectors[~held], labels[~held], count)
        scores.append(vectors[held] @ weights.T + bias)
        answers.append(labels[held])
    return np.vstack(scores), np.concatenate(answers)


def _folds(labels: NDArray[np.int64]) -> NDArray[np.int64]:
    """Deal each intent's examples out in turn, so that every fold has its share of every intent."""
    folds = np.zeros_like(labels)
    for label in np.unique(labels):
        places = np.flatnonzero(labels == label)
        folds[places] = np.arange(len(places)) % FOLDS
    return folds


def _familiar_similarity(vectors: Vectors) -> float:
    similarity = vectors @ vectors.T
    np.fill_diagonal(similarity, -1.0)
    return float(np.quantile(similarity.max(axis=1), UNFAMILIAR_QUANTILE))

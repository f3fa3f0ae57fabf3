"""A head: from a text's place in a space to calibrated probabilities of intents.

Two things speak for an intent: a logistic regression, and how alike the text is to the nearest example of that intent.
How much each counts is fitted on examples held out of the learning, which is also what calibrates a head: raw, the
regression is about 19 points off with ten examples an intent, fitted so about 1.5; and the nearest examples add half a
point of accuracy (`bench/README.md`). How alike a text is to its nearest example of all tells whether it is like any.
"""

from collections.abc import Iterator, Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from integrations.models.local.encoders import Vectors
from integrations.models.local.spaces import Seen
from integrations.models.local.weighing import MODEST, Probabilities, Weights, softmax, weigh

Scores = NDArray[np.float64]
"""One row a text, one column an intent."""

Labels = NDArray[np.int64]
"""For each text the place of its intent."""

REGULARISATION = 15.0
"""How freely the regression may fit (scikit-learn's C). Like all here it shapes a head, and no ticket by itself.

From 10 to 30 the figures are the same; at 3 ten examples an intent lose a point of accuracy."""

FOLDS = 3
"""Each example is held out once, in one of so many rounds. More are hardly better (`bench/README.md`)."""

UNFAMILIAR_QUANTILE = 0.03
"""An example is itself stranger than this share of examples once it is left out: below that, a text is strange."""

UNTAUGHT_SCORE = -20.0
"""What the regression says of an intent that it has no example of."""

UNLIKE = -1.0
"""How alike a text is to an example that is not there."""

BLOCK = 1_000
"""So many texts are compared with all examples at once: 15,000 with 15,000 would take 0.9 GB."""


class Head(NamedTuple):
    """A trained head. The regression's `weights` is intents by dimensions."""

    intents: tuple[str, ...]
    centre: NDArray[np.float32]
    weights: NDArray[np.float64]
    bias: NDArray[np.float64]
    counts: Weights
    examples: Vectors
    example_labels: Labels
    familiar_similarity: float
    """A text less similar than this to its nearest example is like none of them."""

    def place(self, texts: Seen) -> Vectors:
        """Where texts are in the space this head was taught in."""
        return texts.joined(self.centre)

    def probabilities(self, vectors: Vectors) -> Probabilities:
        """How likely each intent is."""
        scores = vectors @ self.weights.T + self.bias
        near = _nearest_of_each(vectors, self.examples, self.example_labels, len(self.intents))
        return softmax(self.counts.score * scores + self.counts.nearness * near)

    def nearest(self, vectors: Vectors) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
        """The nearest example of each text, and how alike they are."""
        similarity = vectors @ self.examples.T
        best = similarity.argmax(axis=1)
        return best, similarity[np.arange(len(best)), best].astype(np.float64)


def train(intents: tuple[str, ...], texts: Seen, labels: Sequence[int]) -> Head:
    """Train a head. Every intent needs at least one example; those of few examples are weighed up."""
    answers = np.asarray(labels, dtype=np.int64)
    centre = texts.centre()
    vectors = texts.joined(centre)
    weights, bias = _fit(vectors, answers, len(intents))
    return Head(
        intents=intents,
        centre=centre,
        weights=weights,
        bias=bias,
        counts=_counts(vectors, answers, len(intents)),
        examples=vectors,
        example_labels=answers,
        familiar_similarity=_familiar_similarity(vectors),
    )


def _fit(vectors: Vectors, labels: Labels, count: int) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    # Imported only when a head is trained: a worker that finds its heads kept never needs it.
    from sklearn.linear_model import LogisticRegression

    model = LogisticRegression(C=REGULARISATION, max_iter=150, class_weight="balanced")
    model.fit(vectors, labels)
    seen = model.classes_
    weights = np.zeros((count, vectors.shape[1]))
    bias = np.full(count, UNTAUGHT_SCORE)
    fitted, offset = model.coef_, model.intercept_
    if len(seen) == 2:
        fitted, offset = np.vstack([-fitted, fitted]) / 2, np.concatenate([-offset, offset]) / 2
    weights[seen], bias[seen] = fitted, offset
    return weights, bias


def _counts(vectors: Vectors, labels: Labels, count: int) -> Weights:
    """How much the regression and the nearest examples count, judged by the examples held out."""
    # An intent's only example, held out, cannot be recognised by anybody: it would teach nothing but doubt.
    fair = np.bincount(labels, minlength=count)[labels] > 1
    if not fair.any():
        return MODEST
    scores = np.zeros((len(labels), count))
    near = np.zeros((len(labels), count))
    folds = _folds(labels)
    for fold in range(FOLDS):
        held = folds == fold
        weights, bias = _fit(vectors[~held], labels[~held], count)
        scores[held] = vectors[held] @ weights.T + bias
        near[held] = _nearest_of_each(vectors[held], vectors[~held], labels[~held], count)
    return weigh(scores[fair], near[fair], labels[fair])


def _folds(labels: Labels) -> Labels:
    """Deal each intent's examples out in turn, so that every fold has its share of every intent."""
    folds = np.zeros_like(labels)
    for label in np.unique(labels):
        places = np.flatnonzero(labels == label)
        folds[places] = np.arange(len(places)) % FOLDS
    return folds


def _nearest_of_each(vectors: Vectors, examples: Vectors, labels: Labels, count: int) -> Scores:
    """How alike each text is to the nearest example of each intent."""
    order = np.argsort(labels, kind="stable")
    taught, starts = np.unique(labels[order], return_index=True)
    near = np.full((len(vectors), count), UNLIKE)
    for rows in _blocks(len(vectors)):
        similarity = (vectors[rows] @ examples.T)[:, order]
        near[rows, taught] = np.maximum.reduceat(similarity, starts, axis=1)
    return near


def _familiar_similarity(vectors: Vectors) -> float:
    nearest = np.empty(len(vectors))
    for rows in _blocks(len(vectors)):
        similarity = vectors[rows] @ vectors.T
        similarity[np.arange(len(similarity)), np.arange(rows.start, rows.start + len(similarity))] = UNLIKE
        nearest[rows] = similarity.max(axis=1)
    return float(np.quantile(nearest, UNFAMILIAR_QUANTILE))


def _blocks(count: int) -> Iterator[slice]:
    return (slice(start, start + BLOCK) for start in range(0, count, BLOCK))

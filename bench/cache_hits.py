"""When the semantic cache would give an earlier answer again, and how often wrongly.

A hit is false where the two questions have different labels. That is the harsher reading: labels differ where a person
would give one answer ("card arrival", "card delivery estimate"), and those who labelled the sets erred, too.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from enum import StrEnum
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from activities.recall import NEIGHBOURS
from cases.record import Record
from starter.desk.audit_figures import Estimate, wilson

THRESHOLDS = tuple(step / 100 for step in range(85, 100))
"""Those measured. What is less alike than the first is looked at by nobody."""

BLOCK = 1_000
"""So many questions are compared with all that are kept at once."""


class Guard(StrEnum):
    """What two questions must agree in, besides being near."""

    NOTHING = "similarity alone"
    WORDS = "+ words"
    """Numbers, negation, names, and the words that the policy tells."""
    ALL = "+ words, same intent"
    """As in the product: the classifier must be sure of one and the same intent, too."""


class Question(NamedTuple):
    """A text, its label, and its vector."""

    text: str
    label: str
    vector: NDArray[np.float32]


class Near(NamedTuple):
    """A question that is kept, by its place, and how near it is to the one asked."""

    place: int
    similarity: float


Neighbours = tuple[tuple[Near, ...], ...]
"""For each question asked those that are kept and near enough to be looked at, nearest first."""

SameWords = Callable[[Question, Question], bool]
"""Whether the guardrails see no difference between two questions."""


class Measured(Record):
    """What came of one set with one guard at one threshold."""

    data: str
    guard: Guard
    threshold: float
    asked: int
    hits: int
    false_hits: int

    @property
    def hit_rate(self) -> float:
        """Of all that were asked."""
        return self.hits / self.asked

    @property
    def false_rate(self) -> Estimate | None:
        """Of the hits, with Wilson's 95 % interval; None without any."""
        return wilson(self.false_hits / self.hits, self.hits) if self.hits else None


def neighbours(kept: Sequence[Question], asked: Sequence[Question]) -> Neighbours:
    """Who is near whom, down to the lowest threshold."""
    if not kept:
        return ((),) * len(asked)
    vectors = np.stack([other.vector for other in kept])
    found: list[tuple[Near, ...]] = []
    for start in range(0, len(asked), BLOCK):
        block = np.stack([one.vector for one in asked[start : start + BLOCK]])
        found += [_near(row) for row in block @ vectors.T]
    return tuple(found)


def _near(similarity: NDArray[np.float32]) -> tuple[Near, ...]:
    places = np.flatnonzero(similarity >= THRESHOLDS[0])
    order = places[np.argsort(-similarity[places], kind="stable")]
    return tuple(Near(int(place), float(similarity[place])) for place in order)


class Asking:
    """Questions asked of those that are kept."""

    def __init__(
        self, kept: Sequence[Question], asked: Sequence[Question], near: Neighbours, same_words: SameWords
    ) -> None:
        self.asked = asked
        self._kept = kept
        self._near = near
        self._holding = tuple(
            frozenset(other.place for other in others if same_words(one, kept[other.place]))
            for one, others in zip(asked, near, strict=True)
        )

    def worth_reading(self) -> Iterator[str]:
        """The texts whose intent can make or prevent a hit: all others are settled by their words.

        An intent counts even for neighbours whose words differ, as long as one that holds is farther off: only
        the few nearest of one intent are compared.
        """
        for one, others, holding in zip(self.asked, self._near, self._holding, strict=True):
            last = max((rank for rank, other in enumerate(others) if other.place in holding), default=None)
            if last is not None:
                yield one.text
                yield from (self._kept[other.place].text for other in others[: last + 1])

    def hits(self, guard: Guard, read_as: Mapping[str, str | None]) -> tuple[Near | None, ...]:
        """For each question the one whose answer it would get at the lowest threshold.

        `read_as` has the intent of each text worth reading; None: it is not for the cache.
        """
        return tuple(self._hit(number, guard, read_as) for number in range(len(self.asked)))

    def _hit(self, number: int, guard: Guard, read_as: Mapping[str, str | None]) -> Near | None:
        others = self._near[number]
        if guard is Guard.ALL:
            intent = read_as.get(self.asked[number].text)
            if intent is None:
                return None
            others = tuple(other for other in others if read_as.get(self._kept[other.place].text) == intent)
        holding = self._holding[number]
        compared = others[:NEIGHBOURS]
        return next((other for other in compared if guard is Guard.NOTHING or other.place in holding), None)

    def wrong(self, hits: Sequence[Near | None]) -> tuple[tuple[str, str], ...]:
        """What was asked and what it was taken for, of the hits that are false."""
        return tuple(
            (one.text, self._kept[near.place].text)
            for one, near in zip(self.asked, hits, strict=True)
            if near is not None and self._kept[near.place].label != one.label
        )

    def figures(self, data: str, guard: Guard, hits: Sequence[Near | None]) -> tuple[Measured, ...]:
        """The hits of one guard at every threshold."""
        found = [
            (near.similarity, self._kept[near.place].label == one.label)
            for one, near in zip(self.asked, hits, strict=True)
            if near is not None
        ]
        return tuple(
            Measured(
                data=data,
                guard=guard,
                threshold=threshold,
                asked=len(self.asked),
                hits=sum(similarity >= threshold for similarity, _ in found),
                false_hits=sum(similarity >= threshold and not right for similarity, right in found),
            )
            for threshold in THRESHOLDS
        )


def together(data: str, parts: Sequence[Measured]) -> Measured:
    """The same guard and threshold over several sets."""
    sums = {name: sum(getattr(one, name) for one in parts) for name in ("asked", "hits", "false_hits")}
    return parts[0].model_copy(update={"data": data, **sums})


def threshold_for(measured: Sequence[Measured], bound: float) -> float | None:
    """The lowest threshold that surely keeps the share of false hits within the bound. None: no threshold does."""
    sure = (one.threshold for one in measured if one.false_rate is not None and one.false_rate.high <= bound)
    return min(sure, default=None)

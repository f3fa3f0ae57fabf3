"""What a set of answers is worth, as pure functions.

Every share is between 0 and 1. All but `cost_per_1000` need at least one text.
"""

import math
from collections import Counter
from collections.abc import Sequence
from decimal import Decimal
from itertools import groupby
from typing import NamedTuple

from cases.classification import OTHER, IntentName

CENT_OF_A_CENT = Decimal("0.0001")


class Scored(NamedTuple):
    """One text: what it is about, what was answered (none where no model answered), and how sure the answer was.

    An `unfamiliar` text goes ahead at no threshold.
    """

    expected: IntentName
    answer: IntentName | None
    confidence: float
    unfamiliar: bool = False

    @property
    def right(self) -> bool:
        """Whether the answer is what was expected."""
        return self.answer == self.expected


class Coverage(NamedTuple):
    """The share of texts answered with at least this confidence, and how many of those answers are right."""

    threshold: float
    share: float
    precision: float


class IntentScore(NamedTuple):
    """How one intent fares. `mistaken_for` is the wrong answer it gets most often, none where it gets none."""

    texts: int
    precision: float
    recall: float
    f1: float
    mistaken_for: IntentName | None


class OutOfScope(NamedTuple):
    """How texts fare that are none of the policy's business, and what telling them apart costs the others.

    `named` of them are answered `other`; `held_back` are answered `other` or with too little confidence, so that
    nothing is done on their account; `in_scope_right` of the other texts are answered rightly and confidently enough.
    """

    texts: int
    named: float
    held_back: float
    in_scope_right: float | None


def accuracy(scored: Sequence[Scored]) -> float:
    """The share of right answers. A text without an answer counts as wrong."""
    return sum(one.right for one in scored) / len(scored)


def macro_f1(scored: Sequence[Scored]) -> float:
    """The mean of the F1 of every intent that was expected or answered."""
    scores = [score.f1 for score in by_intent(scored).values()]
    return math.fsum(scores) / len(scores)


def by_intent(scored: Sequence[Scored]) -> dict[IntentName, IntentScore]:
    """Each intent that was expected or answered, in the order of their names."""
    pairs = Counter((one.expected, one.answer) for one in scored)
    expected = Counter(one.expected for one in scored)
    answered = Counter(one.answer for one in scored if one.answer is not None)
    return {
        intent: _intent_score(intent, expected[intent], answered[intent], pairs)
        for intent in sorted({*expected, *answered})
    }


def coverage_at(scored: Sequence[Scored], precision: float) -> Coverage | None:
    """The most texts one threshold of confidence can let through at this precision; none where no threshold can."""
    best: Coverage | None = None
    passed = right = 0
    may_pass = (one for one in scored if one.answer is not None and not one.unfamiliar)
    falling = sorted(may_pass, key=lambda one: -one.confidence)
    # Texts of equal confidence pass together: a threshold cannot tell them apart.
    for confidence, group in groupby(falling, key=lambda one: one.confidence):
        level = list(group)
        passed += len(level)
        right += sum(one.right for one in level)
        if right / passed >= precision:
            best = Coverage(confidence, passed / len(scored), right / passed)
    return best


def passing(scored: Sequence[Scored], threshold: float) -> Coverage:
    """What passes at a threshold. The precision of nothing is 1."""
    passed = [one for one in scored if one.answer is not None and _passes(one, threshold)]
    return Coverage(threshold, len(passed) / len(scored), accuracy(passed) if passed else 1.0)


def out_of_scope(scored: Sequence[Scored], threshold: float) -> OutOfScope | None:
    """How out-of-scope texts fare where answers below a threshold are held back; none where there are no such texts."""
    outside = [one for one in scored if one.expected == OTHER]
    inside = [one for one in scored if one.expected != OTHER]
    if not outside:
        return None
    return OutOfScope(
        texts=len(outside),
        named=accuracy(outside),
        held_back=sum(not _goes_ahead(one, threshold) for one in outside) / len(outside),
        in_scope_right=sum(one.right and _goes_ahead(one, threshold) for one in inside) / len(inside)
        if inside
        else None,
    )


def cost_per_1000(costs: Sequence[Decimal]) -> Decimal:
    """US dollars a thousand texts cost, at what these did."""
    if not costs:
        return Decimal(0)
    return (sum(costs, Decimal(0)) * 1000 / len(costs)).quantize(CENT_OF_A_CENT)


def _goes_ahead(one: Scored, threshold: float) -> bool:
    return one.answer not in (None, OTHER) and _passes(one, threshold)


def _passes(one: Scored, threshold: float) -> bool:
    return one.confidence >= threshold and not one.unfamiliar


def _intent_score(
    intent: IntentName,
    expected: int,
    answered: int,
    pairs: Counter[tuple[IntentName, IntentName | None]],
) -> IntentScore:
    hits = pairs[intent, intent]
    wrong = Counter(
        {
            answer: count
            for (meant, answer), count in pairs.items()
            if meant == intent and answer is not None and answer != intent
        }
    )
    return IntentScore(
        texts=expected,
        precision=hits / answered if answered else 0.0,
        recall=hits / expected if expected else 0.0,
        f1=2 * hits / (expected + answered),
        mistaken_for=min(wrong, key=lambda answer: (-wrong[answer], answer)) if wrong else None,
    )

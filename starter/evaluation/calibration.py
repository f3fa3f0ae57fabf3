"""Calibration: whether answers are right as often as they are sure, and how much of what is missing is chance.

A few hundred texts measure points of error even of a reader that is calibrated perfectly, because each bin holds few
of them. What chance alone makes is therefore told beside what was measured, by consistency resampling (Bröcker and
Smith, 2007): the same answers, as sure as they are, are right or wrong by drawn lots.
"""

import math
from collections.abc import Sequence
from itertools import groupby
from random import Random

from cases.record import Record
from starter.evaluation.scores import Scored

BINS = 15
DRAWS = 200
SEED = 1
ONE_IN_TWENTY = 0.95


class ByChance(Record):
    """The calibration error that a perfectly calibrated reader measures who gives answers this sure, in points."""

    mean: float
    one_in_twenty: float
    """What one such measurement in twenty exceeds."""


def calibration_error(scored: Sequence[Scored]) -> float:
    """The expected calibration error in points: how far confidence is from being right that often, weighed by texts.

    Over 15 bins of equal width. Texts without an answer have no confidence and are left out.
    """
    bins = _bins(scored)
    return _error(bins, [sum(one.right for one in held) for held in bins])


def calibration_error_by_chance(scored: Sequence[Scored]) -> ByChance:
    """What `calibration_error` would be if every answer were right as often as it is sure; the same at every call."""
    bins, lots = _bins(scored), Random(SEED)  # noqa: S311 -- lots, no secrets
    errors = sorted(
        _error(bins, [sum(lots.random() < one.confidence for one in held) for held in bins]) for _ in range(DRAWS)
    )
    return ByChance(mean=math.fsum(errors) / DRAWS, one_in_twenty=errors[round(DRAWS * ONE_IN_TWENTY)])


def _error(bins: Sequence[Sequence[Scored]], right: Sequence[int]) -> float:
    texts = sum(len(held) for held in bins)
    gaps = (abs(math.fsum(one.confidence for one in held) - count) for held, count in zip(bins, right, strict=True))
    return 100 * math.fsum(gaps) / texts if texts else 0.0


def _bins(scored: Sequence[Scored]) -> list[list[Scored]]:
    answered = sorted((one for one in scored if one.answer is not None), key=_bin)
    return [list(held) for _, held in groupby(answered, key=_bin)]


def _bin(one: Scored) -> int:
    return min(BINS - 1, int(one.confidence * BINS))

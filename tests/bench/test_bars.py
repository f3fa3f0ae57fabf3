"""Bars: which side is met, and that no text is judged by a threshold it helped to choose."""

import pytest

from bench.bars import Figure, Sense, accuracy_figures, out_of_scope_figures
from cases.classification import OTHER
from starter.evaluation.run import Answered


def answered(expected: str, answer: str, confidence: float) -> Answered:
    return Answered(expected=expected, language="en", answer=answer, confidence=confidence)


@pytest.mark.parametrize(
    ("sense", "value", "met", "short_by"),
    [
        (Sense.AT_LEAST, 85.0, True, 0),
        (Sense.AT_LEAST, 84.0, False, 1),
        (Sense.AT_MOST, 85.5, False, 0.5),
        (Sense.AT_MOST, 84.0, True, -1),
    ],
)
def test_a_figure_knows_its_side_of_the_bar(sense: Sense, value: float, met: bool, short_by: float) -> None:  # noqa: FBT001
    figure = Figure(what="accuracy", value=value, sense=sense, bar=85.0)
    assert (figure.met, figure.short_by) == (met, short_by)


@pytest.mark.parametrize(
    ("value", "chance", "verdict"),
    [
        (1.9, None, "met"),
        (2.5, None, "missed by 0.50"),
        (2.5, 2.4, "missed by 0.50"),
        (2.5, 2.6, "missed by 0.50, as an ideal reader may"),
    ],
)
def test_a_verdict_says_where_chance_may_have_missed_the_bar(value: float, chance: float | None, verdict: str) -> None:
    figure = Figure(what="calibration error", value=value, sense=Sense.AT_MOST, bar=2.0, chance=chance)
    assert figure.verdict == verdict


def test_accuracy_is_told_in_per_cent() -> None:
    accuracy, calibration = accuracy_figures(at_least=0.85)([answered("a", "a", 0.9), answered("a", "b", 0.9)])
    assert (accuracy.value, accuracy.bar, accuracy.met) == (50, 85, False)
    assert calibration.value == pytest.approx(40)


def test_a_threshold_is_used_on_the_half_that_did_not_choose_it() -> None:
    # The halves, taken in turn, are such that each one's threshold is wrong for the other.
    first = [answered(OTHER, "a", 0.3), answered("a", "a", 0.5)]
    second = [answered(OTHER, "a", 0.6), answered("a", "a", 0.7)]
    in_turn = [one for pair in zip(first, second, strict=True) for one in pair]
    in_scope, recall, _ = out_of_scope_figures(in_scope=0.88, recall=0.89)(in_turn)
    # 0.31 lets the second half's stranger pass; 0.61 holds back what the first half has right.
    assert recall.value == pytest.approx((0 + 100) / 2)
    assert in_scope.value == pytest.approx((100 + 0) / 2)

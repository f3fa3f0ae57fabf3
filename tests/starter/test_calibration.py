"""Calibration: how far confidence is from being right that often, and how much of it is chance."""

from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from starter.evaluation.calibration import calibration_error, calibration_error_by_chance
from starter.evaluation.scores import Scored

sure = st.lists(st.floats(0, 1, allow_subnormal=False), min_size=1, max_size=60)


def drawn(confidences: list[float], seed: int) -> list[Scored]:
    """Answers of a perfectly calibrated reader."""
    lots = Random(seed)  # noqa: S311 -- lots, no secrets
    return [Scored("refund", "refund" if lots.random() < one else "returns", one) for one in confidences]


def test_calibration_error_is_the_gap_of_each_bin_weighed_by_its_texts() -> None:
    # One bin: mean confidence 0.8, one of two right: 0.3 off. The other: 0.1 sure, wrong: 0.1 off.
    three = [Scored("refund", "refund", 0.8), Scored("refund", "returns", 0.8), Scored("refund", "returns", 0.1)]
    assert calibration_error(three) == pytest.approx(100 * (2 * 0.3 + 0.1) / 3)


def test_calibration_error_leaves_out_what_was_not_answered() -> None:
    answered = [Scored("refund", "refund", 0.6)]
    assert calibration_error([*answered, Scored("refund", None, 0.0)]) == calibration_error(answered) > 0


@given(st.lists(st.tuples(st.integers(0, 10), st.integers(1, 3)), min_size=1, max_size=11))
def test_answers_right_as_often_as_they_are_sure_have_no_calibration_error(levels: list[tuple[int, int]]) -> None:
    perfect = [
        Scored("refund", "refund" if place < tenths else "returns", tenths / 10)
        for tenths, times in levels
        for place in list(range(10)) * times
    ]
    assert calibration_error(perfect) == pytest.approx(0, abs=1e-9)


def test_a_sure_answer_that_is_wrong_is_a_hundred_points_off() -> None:
    assert calibration_error([Scored("refund", "returns", 1.0)]) == 100


@given(sure, st.integers())
def test_the_error_is_between_nothing_and_a_hundred_points(confidences: list[float], seed: int) -> None:
    scored = drawn(confidences, seed)
    by_chance = calibration_error_by_chance(scored)
    assert 0 <= calibration_error(scored) <= 100 + 1e-9
    assert 0 <= by_chance.mean <= 100 + 1e-9
    assert by_chance.one_in_twenty <= 100 + 1e-9


def test_chance_makes_errors_where_texts_are_few_and_hardly_any_where_they_are_many() -> None:
    few, many = (calibration_error_by_chance(drawn([0.7] * texts, 0)) for texts in (50, 5_000))
    # The mean distance of a share of n from p is √(2p(1−p)/πn): 5.2 points of 50, 0.52 of 5,000.
    assert few.mean == pytest.approx(5.2, abs=0.5)
    assert many.mean == pytest.approx(0.52, abs=0.05)
    assert few.one_in_twenty > few.mean > many.one_in_twenty


def test_who_is_never_in_doubt_has_no_chance_to_blame() -> None:
    assert calibration_error_by_chance(drawn([1.0] * 20, 0)).one_in_twenty == 0


def test_perfectly_calibrated_readers_exceed_it_one_time_in_twenty() -> None:
    confidences = [0.3 + 0.7 * place / 200 for place in range(200)]
    readers = [drawn(confidences, seed) for seed in range(300)]
    limit = calibration_error_by_chance(readers[0]).one_in_twenty
    over = sum(calibration_error(scored) > limit for scored in readers)
    assert 5 <= over <= 30


def test_chance_is_the_same_at_every_call_and_nothing_without_answers() -> None:
    scored = drawn([0.5, 0.6, 0.7], 0)
    assert calibration_error_by_chance(scored) == calibration_error_by_chance(scored)
    assert calibration_error_by_chance([Scored("refund", None, 0.0)]).mean == 0

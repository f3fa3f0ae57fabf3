"""Scores: examples a person can check by hand, and what must hold for any answers at all."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cases.classification import OTHER
from starter.evaluation.scores import (
    OutOfScope,
    Scored,
    accuracy,
    by_intent,
    cost_per_1000,
    coverage_at,
    macro_f1,
    out_of_scope,
    passing,
)

intents = st.sampled_from(["refund", "delivery", "returns", OTHER])
answers = st.builds(
    Scored,
    expected=intents,
    answer=st.none() | intents,
    confidence=st.floats(0, 1, allow_subnormal=False),
    unfamiliar=st.booleans(),
)
many = st.lists(answers, min_size=1, max_size=60)

FIVE = (
    Scored("refund", "refund", 0.9),
    Scored("refund", "delivery", 0.4),
    Scored("delivery", "delivery", 0.8),
    Scored("delivery", "delivery", 0.7),
    Scored("returns", None, 0.0),
)


def test_accuracy_counts_a_text_without_an_answer_as_wrong() -> None:
    assert accuracy(FIVE) == 3 / 5


def test_macro_f1_weighs_every_intent_alike() -> None:
    # refund 2·1/(2+1), delivery 2·2/(2+3), returns 0
    assert macro_f1(FIVE) == pytest.approx((2 / 3 + 4 / 5 + 0) / 3)


def test_an_intent_only_answered_and_never_expected_lowers_macro_f1() -> None:
    assert macro_f1([Scored("refund", "refund", 1.0), Scored("refund", "returns", 1.0)]) == pytest.approx(1 / 3)


def test_an_intent_is_scored_by_what_it_gets_and_what_it_is_taken_for() -> None:
    scores = by_intent(FIVE)
    assert list(scores) == ["delivery", "refund", "returns"]
    assert scores["refund"] == (2, 1.0, 0.5, pytest.approx(2 / 3), "delivery")
    assert scores["delivery"] == (2, pytest.approx(2 / 3), 1.0, pytest.approx(4 / 5), None)
    assert scores["returns"] == (1, 0.0, 0.0, 0.0, None)


def test_coverage_is_the_most_that_passes_and_the_threshold_that_lets_it() -> None:
    falling = [
        Scored("refund", "refund", 0.9),
        Scored("refund", "returns", 0.8),
        Scored("refund", "refund", 0.7),
        Scored("refund", "refund", 0.6),
        Scored("refund", "returns", 0.5),
    ]
    assert coverage_at(falling, 0.75) == (0.6, 4 / 5, 3 / 4)
    assert coverage_at(falling, 0.95) == (0.9, 1 / 5, 1.0)


def test_texts_of_equal_confidence_pass_together() -> None:
    assert coverage_at([Scored("refund", "refund", 0.5), Scored("refund", "returns", 0.5)], 0.95) is None


def test_out_of_scope_texts_are_named_or_held_back() -> None:
    outside = out_of_scope(
        [
            Scored(OTHER, OTHER, 0.9),
            Scored(OTHER, "refund", 0.5),
            Scored(OTHER, None, 0.0),
            Scored(OTHER, "refund", 0.8),
            Scored("refund", "refund", 0.8),
            Scored("refund", "refund", 0.5),
            Scored("refund", OTHER, 0.9),
        ],
        threshold=0.75,
    )
    assert outside == OutOfScope(texts=4, named=1 / 4, held_back=3 / 4, in_scope_right=1 / 3)


def test_an_unfamiliar_text_is_held_back_however_sure_its_reader_is() -> None:
    sure = [Scored(OTHER, "refund", 1.0, unfamiliar=True), Scored("refund", "refund", 1.0, unfamiliar=True)]
    outside = out_of_scope([*sure, Scored("refund", "refund", 0.8)], threshold=0.75)
    assert outside == OutOfScope(texts=1, named=0, held_back=1, in_scope_right=1 / 2)
    assert passing(sure, 0.0).share == 0
    assert coverage_at(sure, 0.5) is None


def test_without_out_of_scope_texts_there_is_nothing_to_say_of_them() -> None:
    assert out_of_scope(FIVE, threshold=0.75) is None


def test_cost_is_told_for_a_thousand_to_a_hundredth_of_a_cent() -> None:
    assert cost_per_1000([Decimal("0.001"), Decimal("0.0021"), Decimal(0)]) == Decimal("1.0333")


@given(many)
def test_every_share_is_between_nothing_and_everything(scored: list[Scored]) -> None:
    shares = [accuracy(scored), macro_f1(scored)]
    shares += [value for score in by_intent(scored).values() for value in (score.precision, score.recall, score.f1)]
    assert all(0 <= share <= 1 + 1e-12 for share in shares)


@given(many)
def test_the_intents_add_up_to_the_whole(scored: list[Scored]) -> None:
    scores = by_intent(scored).values()
    assert sum(score.texts for score in scores) == len(scored)
    assert sum(score.recall * score.texts for score in scores) == pytest.approx(accuracy(scored) * len(scored))


@given(many, st.floats(0, 1), st.floats(0, 1))
def test_asking_for_more_precision_never_covers_more(scored: list[Scored], one: float, other: float) -> None:
    looser, stricter = (coverage_at(scored, precision) for precision in sorted((one, other)))
    assert (looser.share if looser else 0) >= (stricter.share if stricter else 0)


@given(many, st.floats(0, 1))
def test_the_threshold_that_is_named_gives_the_coverage_that_is_told(scored: list[Scored], precision: float) -> None:
    covered = coverage_at(scored, precision)
    if covered is not None:
        assert passing(scored, covered.threshold) == covered
        assert covered.precision >= precision


@given(many, st.floats(0, 1), st.floats(0, 1))
def test_a_higher_threshold_never_lets_more_through(scored: list[Scored], one: float, other: float) -> None:
    low, high = sorted((one, other))
    assert passing(scored, low).share >= passing(scored, high).share
    outside_low, outside_high = out_of_scope(scored, low), out_of_scope(scored, high)
    if outside_low is not None and outside_high is not None:
        assert outside_low.held_back <= outside_high.held_back
        assert (outside_low.in_scope_right or 0) >= (outside_high.in_scope_right or 0)

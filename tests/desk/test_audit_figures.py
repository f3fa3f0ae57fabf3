"""What the audit's sample says of the whole."""

from datetime import UTC, datetime

import pytest

from cases.audit import Tally, Verdict
from starter.desk.audit_figures import audit_figures, weighted_share, wilson

NOON = datetime(2026, 11, 18, 12, 0, tzinfo=UTC)
MORNING = NOON.replace(hour=6)


def tally(verdict: Verdict | None, outcomes: int, rate: float = 0.05, at: datetime = NOON) -> Tally:
    return Tally(verdict=verdict, sample_rate=rate, outcomes=outcomes, first_ended_at=at)


@pytest.mark.parametrize(
    ("right", "judged", "low", "high"),
    [(81, 263, 0.2553, 0.3662), (15, 148, 0.0624, 0.1605), (0, 20, 0.0, 0.1611), (1, 29, 0.0061, 0.1718)],
)
def test_the_interval_is_the_one_that_newcombe_published(right: int, judged: int, low: float, high: float) -> None:
    """Table I, method 3, of Newcombe, Statistics in Medicine 17 (1998) 857-872."""
    found = wilson(right / judged, judged)
    assert (found.low, found.high) == pytest.approx((low, high), abs=5e-5)


def test_where_all_was_drawn_at_one_rate_every_verdict_counts_the_same() -> None:
    found = weighted_share([tally(Verdict.RIGHT, 8), tally(Verdict.WRONG_TONE, 2)], {Verdict.RIGHT})
    assert found is not None
    plain = wilson(0.8, 10)
    assert (found.share, found.low, found.high) == pytest.approx((plain.share, plain.low, plain.high))


def test_what_was_drawn_more_rarely_counts_for_more_and_makes_the_share_less_sure() -> None:
    found = weighted_share([tally(Verdict.RIGHT, 50, 0.5), tally(Verdict.WRONG_FACTS, 10, 0.1)], {Verdict.RIGHT})
    assert found is not None
    # 50 / 0.5 and 10 / 0.1 stand for a hundred each; 200 ** 2 / (50 / 0.25 + 10 / 0.01) is 33.3 judged at one rate.
    plain = wilson(0.5, 100 / 3)
    assert (found.share, found.low, found.high) == pytest.approx((0.5, plain.low, plain.high))


def test_what_nobody_has_judged_counts_in_no_share() -> None:
    figures = audit_figures([tally(None, 90, at=MORNING), tally(Verdict.RIGHT, 9), tally(Verdict.NEEDED_A_PERSON, 1)])
    assert (figures.sampled, figures.judged, figures.since) == (100, 10, MORNING)
    assert figures.right is not None
    assert figures.needed_a_person is not None
    assert (figures.right.share, figures.needed_a_person.share) == pytest.approx((0.9, 0.1))
    assert figures.wrong == ()


def test_what_is_wrong_is_told_by_its_kind_the_most_frequent_first() -> None:
    figures = audit_figures([tally(Verdict.WRONG_FACTS, 1), tally(Verdict.RIGHT, 6), tally(Verdict.INCOMPLETE, 3)])
    assert [(kind.verdict, kind.outcomes) for kind in figures.wrong] == [
        (Verdict.INCOMPLETE, 3),
        (Verdict.WRONG_FACTS, 1),
    ]
    assert figures.wrong[0].estimate.share == pytest.approx(0.3)


def test_without_a_verdict_there_is_no_share() -> None:
    figures = audit_figures([tally(None, 4)])
    assert figures.right is None
    assert figures.needed_a_person is None
    assert audit_figures([]).since is None

"""The audit sample: a known probability, and the same draw each time."""

import pytest

from routing.audit import in_audit_sample


@pytest.mark.parametrize("rate", [0.05, 0.5])
def test_about_the_given_share_is_drawn(rate: float) -> None:
    drawn = sum(in_audit_sample(f"ticket:acme:test:{number}", 1, rate) for number in range(4_000))
    assert drawn / 4_000 == pytest.approx(rate, abs=0.025)


def test_nothing_or_everything_is_drawn_at_the_ends() -> None:
    assert not any(in_audit_sample(str(number), 1, 0.0) for number in range(200))
    assert all(in_audit_sample(str(number), 1, 1.0) for number in range(200))


def test_the_draw_of_a_case_never_changes() -> None:
    assert in_audit_sample("ticket:a:b:1", 1, 0.5) == in_audit_sample("ticket:a:b:1", 1, 0.5)

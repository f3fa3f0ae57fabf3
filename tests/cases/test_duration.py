"""Durations as a policy writes them."""

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cases.policy.duration import parse_duration, written_duration


@given(st.integers(0, 10_000_000))
def test_what_is_written_is_read_as_the_same_time(seconds: int) -> None:
    time = timedelta(seconds=seconds)
    assert parse_duration(written_duration(time)) == time


@pytest.mark.parametrize(("time", "written"), [("240m", "4h"), ("90m", "90m"), ("168h", "7d"), ("1.5s", "1.5s")])
def test_a_time_is_written_in_the_largest_unit_that_divides_it(time: str, written: str) -> None:
    read = parse_duration(time)
    assert isinstance(read, timedelta)
    assert written_duration(read) == written

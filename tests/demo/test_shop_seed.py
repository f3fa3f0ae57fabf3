from datetime import date, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cases.errors import InvalidInput
from demo.shop.seed import read_seed
from tests.shop_process import SEED

ORDER = """
customers: [{{id: cus_1, name: Mia, email: mia@example.com}}]
orders:
  - {{id: W1, customer_id: cus_1, status: placed, items: [today], total: {{amount: 9.90, currency: EUR}},
     placed_on: {day}}}
"""


@pytest.fixture(scope="module")
def file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("seed") / "seed.yaml"


@given(today=st.dates(date(2020, 1, 1), date(2100, 1, 1)), days=st.integers(-999, 999))
def test_a_date_told_from_today_moves_with_it(file: Path, today: date, days: int) -> None:
    file.write_text(ORDER.format(day=f"today{days:+d}"))
    assert read_seed(file, today).orders[0].placed_on == today + timedelta(days=days)


@pytest.mark.parametrize("day", ["2026-02-28", "'2026-02-28'"])
def test_a_date_of_the_calendar_stays(file: Path, day: str) -> None:
    file.write_text(ORDER.format(day=day))
    assert read_seed(file, date(2030, 1, 1)).orders[0].placed_on == date(2026, 2, 28)


def test_the_word_today_elsewhere_is_only_a_word(file: Path) -> None:
    file.write_text(ORDER.format(day="today"))
    assert read_seed(file, date(2030, 1, 1)).orders[0].items == ("today",)


@pytest.mark.parametrize(
    ("written", "named"),
    [
        ("customers: [", "it is not YAML"),
        (ORDER.format(day="yesterday"), "orders.0.placed_on"),
        ("customers: []\nclients: []", "clients"),
        ("customers: [{id: cus_1}]", "customers.0.name"),
        (ORDER.format(day="today").replace("[{id: cus_1,", "[{id: cus_2,"), "W1 belong"),
        ("just words", "seed.yaml"),
    ],
)
def test_a_wrong_seed_is_refused_by_name(file: Path, written: str, named: str) -> None:
    file.write_text(written)
    with pytest.raises(InvalidInput, match=named):
        read_seed(file, date(2030, 1, 1))


def test_the_tests_own_seed_is_right(file: Path) -> None:
    file.write_text(SEED)
    assert len(read_seed(file, date(2030, 1, 1)).payments) == 4

"""What a customer names, read off the text."""

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cases.classification import Entities
from cases.money import Money
from cases.policy.document import EntityPatterns
from cases.policy.packs.values import ValueWords
from routing.entities import extract_entities

PATTERNS = EntityPatterns(
    order_id=r"\bW\d{5}\b",
    plans=("basic", "plus", "business"),
    address=r"[^\n:;!?.]*\b\d{1,4}[a-z]?\s*,\s*\d{4,6}\s+[^\n.;!?,]+",
)


def read(text: str) -> Entities:
    return extract_entities(text, PATTERNS, ValueWords())


def test_order_numbers_are_read_in_any_case_once_each() -> None:
    assert read("w10001, W10001 and W10002").order_ids == ("W10001", "W10002")


def test_addresses_of_mail_are_lower_cased() -> None:
    assert read("Use Ada.New@Example.com, please.").emails == ("ada.new@example.com",)


@pytest.mark.parametrize(
    ("text", "amount", "currency"),
    [
        ("I paid 49.90 EUR", "49.90", "EUR"),
        ("I paid €49,90", "49.90", "EUR"),
        ("I paid $1,299.00", "1299.00", "USD"),
        ("1.299,50 € bezahlt", "1299.50", "EUR"),
        ("2500 TL ödedim", "2500", "TRY"),
        ("$20", "20", "USD"),
    ],
)
def test_amounts_are_read_as_people_write_them(text: str, amount: str, currency: str) -> None:
    assert read(text).amounts == (Money(amount=Decimal(amount), currency=currency),)


def test_dates_are_read_and_impossible_ones_are_not() -> None:
    assert read("On 2026-01-07, or 8.1.2026, not 31.02.2026.").dates == (date(2026, 1, 7), date(2026, 1, 8))


def test_a_plan_is_read_only_if_one_is_named() -> None:
    assert read("Move me to Plus").plan == "plus"
    assert read("plus or business?").plan is None


def test_a_postal_address_is_read_from_its_line() -> None:
    assert read("New address:\nLindenstraße 12, 10969 Berlin\nThanks").address == "Lindenstraße 12, 10969 Berlin"


@given(st.text(max_size=400))
def test_no_text_breaks_the_reader(text: str) -> None:
    assert read(text) == read(text)

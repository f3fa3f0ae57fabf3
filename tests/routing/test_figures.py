"""Numbers, money and days, however they are written: one reading for what customers name and what drafts say."""

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cases.classification import Entities
from cases.policy.document import EntityPatterns
from cases.policy.packs.values import ValueWords
from routing.entities import extract_entities
from routing.figures import found_days, found_figures, money_in

PATTERNS = EntityPatterns(order_id=r"\bW\d{5}\b", plans=())


def read(text: str) -> Entities:
    return extract_entities(text, PATTERNS, ValueWords())


def figures(text: str) -> list[tuple[str, str | None]]:
    return [(str(max(found.figure.readings)), found.figure.unit) for found in found_figures(text)]


@pytest.mark.parametrize(
    ("written", "amount", "currency"),
    [
        ("CHF 20", "20", "CHF"),
        ("20 dollar", "20", "USD"),
        ("20 dollars", "20", "USD"),
        ("US$ 20", "20", "USD"),
        ("€20", "20", "EUR"),
        ("EUR20", "20", "EUR"),
        ("20,- €", "20", "EUR"),
        ("20 Euro", "20", "EUR"),
        ("1.234,56 €", "1234.56", "EUR"),
        ("1,234.56 EUR", "1234.56", "EUR"),
        ("1 234,56 €", "1234.56", "EUR"),
        ("1'234.50 CHF", "1234.50", "CHF"),
        ("Fr. 20.–", "20", "CHF"),
        ("20 quid", "20", "GBP"),
        ("100 PLN", "100", "PLN"),
        ("twenty euros", "20", "EUR"),
        ("two hundred and fifty euros", "250", "EUR"),
        ("zwanzig Euro", "20", "EUR"),
        ("zweihundertfünfzig Euro", "250", "EUR"),
        ("yirmi lira", "20", "TRY"),
        ("iki yüz elli lira", "250", "TRY"),
        ("1.250 TL", "1250", "TRY"),
        ("20 liralık", "20", "TRY"),
        ("20 TL'yi", "20", "TRY"),
    ],
)
def test_money_is_read_alike_in_tickets_and_in_drafts(written: str, amount: str, currency: str) -> None:
    (money,) = read(f"Well, {written}.").amounts
    assert (money.amount, money.currency) == (Decimal(amount), currency)
    (figure,) = money_in(f"Well, {written}.")
    assert figure.unit == currency
    assert Decimal(amount) in figure.readings


@pytest.mark.parametrize(
    ("written", "days"),
    [
        ("5 January 2026", [date(2026, 1, 5)]),
        ("5 january 2026", [date(2026, 1, 5)]),
        ("January 5th, 2026", [date(2026, 1, 5)]),
        ("the 5th of January 2026", [date(2026, 1, 5)]),
        ("2026-01-05", [date(2026, 1, 5)]),
        ("2026/01/05", [date(2026, 1, 5)]),
        ("5.1.2026", [date(2026, 1, 5)]),
        ("5.1.26", [date(2026, 1, 5)]),
        ("5. Januar 2026", [date(2026, 1, 5)]),
        ("5 Ocak 2026", [date(2026, 1, 5)]),
        ("05/01/2026", [date(2026, 1, 5), date(2026, 5, 1)]),
        ("13/01/2026", [date(2026, 1, 13)]),
        ("31.02.2026", []),
    ],
)
def test_days_are_read_with_all_they_can_mean(written: str, days: list[date]) -> None:
    assert list(read(f"It was on {written} in the morning").dates) == days


@pytest.mark.parametrize(
    "written", ["302-7741-9920", "1.2.3.4", "W10330", "12:30", "I may return 5", "2024-2025", "30 may be"]
)
def test_what_is_no_day_is_read_as_none(written: str) -> None:
    assert found_days(written) == ()


@pytest.mark.parametrize(
    ("written", "figure"),
    [
        ("nine thousand euros", ("9000", "EUR")),
        ("a hundred dollars", ("100", "USD")),
        ("hundertzwanzig Euro", ("120", "EUR")),
        ("bin beş yüz lira", ("1500", "TRY")),
        ("yüzde yirmi", ("20", "%")),
        ("twenty-five percent", ("25", "%")),
        ("dreißig Prozent", ("30", "%")),
        ("50 cents", ("50", "cent")),
        ("50 kuruş", ("50", "cent")),
    ],
)
def test_numbers_spelt_out_count_with_what_they_count(written: str, figure: tuple[str, str]) -> None:
    assert figures(written) == [figure]


STYLES = (
    "{plain} EUR",
    "EUR {plain}",
    "€{english}",
    "{english} euros",
    "{german} €",
    "{german} Euro",
    "€ {german}",
    "{swiss} EUR",
    "{spaced} EUR",
)


@given(st.decimals("0.01", "999999.99", places=2), st.sampled_from(STYLES))
def test_an_amount_is_read_as_it_was_written_in_any_style(amount: Decimal, style: str) -> None:
    english = f"{amount:,.2f}"
    written = style.format(
        plain=f"{amount:.2f}",
        english=english,
        german=english.translate(str.maketrans(",.", ".,")),
        swiss=english.replace(",", "'"),
        spaced=english.replace(",", " ").replace(".", ","),
    )
    (money,) = read(f"About {written}, please.").amounts
    assert (money.amount, money.currency) == (amount, "EUR")


@given(
    st.dates(date(2000, 1, 1), date(2099, 12, 31)),
    st.sampled_from(
        ("{0:%Y-%m-%d}", "{0.day}.{0.month}.{0.year}", "{0.day} {0:%B} {0.year}", "{0:%B} {0.day}, {0.year}")
    ),
)
def test_a_day_is_read_as_it_was_written_in_any_style(day: date, style: str) -> None:
    assert read(f"since {style.format(day)}").dates == (day,)

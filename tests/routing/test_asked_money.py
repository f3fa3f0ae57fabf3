"""How much is asked for, as customers write it in English, German and Turkish."""

from decimal import Decimal
from pathlib import Path

import pytest

from cases.asked_money import AskedAmount, AskedMoney, AskedShare, Bearing
from cases.classification import Entities
from cases.money import Money
from routing.entities import extract_entities
from routing.normal_text import normal
from starter.policy_files import read_policy

POLICY = read_policy(Path(__file__).parents[2] / "policies" / "local.yaml").document


def read(text: str) -> Entities:
    return extract_entities(normal(text), POLICY.entities, POLICY.value_words)


def told(asked: AskedMoney) -> str:
    match asked:
        case AskedAmount():
            return f"{asked.amount:.2f} {asked.currency or '?'}"
        case AskedShare():
            return f"{asked.numerator}/{asked.denominator}"
        case _:
            return asked.kind


def asked(text: str) -> list[str]:
    return [told(words) for words in read(text).asked_money if words.bearing is Bearing.ASKED]


def mentioned(text: str) -> list[str]:
    return [told(words) for words in read(text).asked_money if words.bearing is Bearing.MENTIONED]


@pytest.mark.parametrize(
    ("text", "amount"),
    [
        ("Could you refund me 10 EUR for it?", "10.00 EUR"),
        ("Refund 10 please", "10.00 ?"),
        ("please refund me 10", "10.00 ?"),
        ("12.50 back would be fine", "12.50 ?"),
        ("I'd like 20 euros back.", "20.00 EUR"),
        ("Refund twenty dollars please", "20.00 USD"),
        ("refund me 50 cents", "0.50 ?"),
        ("Bitte erstatten Sie mir 10", "10.00 ?"),
        ("20,- zurück wären okay", "20.00 ?"),
        ("Ich hätte gern 15 Euro zurück", "15.00 EUR"),
        ("Bitte zwölf Euro gutschreiben", "12.00 EUR"),
        ("10 TL iade edin lütfen", "10.00 TRY"),
        ("Sadece yirmi lira iade istiyorum", "20.00 TRY"),
        ("100 iade edin", "100.00 ?"),
        ("Refund 22.90 of W10330", "22.90 ?"),
        ("refund me 1000", "1000.00 ?"),
    ],
)
def test_an_amount_that_is_asked_for_is_read_with_its_currency_where_it_has_one(text: str, amount: str) -> None:
    assert asked(text) == [amount]


@pytest.mark.parametrize(
    ("text", "share"),
    [
        ("a 20 % refund would be fine", "1/5"),
        ("refund 50 percent of it", "1/2"),
        ("Please refund half of it", "1/2"),
        ("Could you refund me two thirds?", "2/3"),
        ("Erstatten Sie mir bitte ein Drittel", "1/3"),
        ("Die Hälfte zurück wäre in Ordnung", "1/2"),
        ("25 Prozent Erstattung", "1/4"),
        ("ücretin yarısını iade edin", "1/2"),
        ("üçte birini geri istiyorum", "1/3"),
        ("yüzde yirmi iade yeterli", "1/5"),
        ("%20 iade edin", "1/5"),
    ],
)
def test_a_share_that_is_asked_for_is_read_as_a_fraction(text: str, share: str) -> None:
    assert asked(text) == [share]


@pytest.mark.parametrize(
    "text",
    [
        "I'd like a partial refund",
        "Please refund a part of it",
        "A refund for one of them please",
        "One of the three pairs is torn, I want my money back",
        "2 of 3 pairs are broken, refund please",
        "Please refund the shipping costs",
        "Bitte nur einen Teil erstatten",
        "Ich bitte um eine Teilerstattung",
        "Bitte das Geld für eines der Paare zurück",
        "kısmi iade istiyorum",
        "Ücretin bir kısmını iade edin",
        "3 çiftten birini iade etmek istiyorum",
        "Zwei von drei Paaren sind kaputt, bitte Geld zurück",
        "Ich hätte gern für zwei der drei Paare das Geld zurück",
        "Üç çiftten ikisini iade ettim, paramı geri verin",
    ],
)
def test_a_part_without_a_size_is_read_as_one(text: str) -> None:
    assert asked(text) == ["part"]


@pytest.mark.parametrize(
    "text",
    [
        "I'd like a refund for order W10101 please",
        "Please refund my order, I waited half an hour and half a year",
        "The jacket is half a size too big. Refund please",
        "Ich möchte die Bestellung W10440 zurückgeben und mein Geld zurück",
        "Siparişimi iade etmek istiyorum",
        "I bought 2 tents on 5 January 2026 and want a refund for W10101",
        "Please refund 10330",
        "It is 10 cm too short and I have had it for 14 days. Refund please",
    ],
)
def test_a_plain_request_names_no_amount(text: str) -> None:
    assert read(text).asked_money == ()


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("The shoes cost 118 USD. Please refund them.", ["118.00 USD"]),
        ("I had a 20 % discount and want my money back", ["1/5", "part"]),
        ("10 EUR refund for each of them", ["10.00 EUR"]),
        ("There was only 1, I'd like my money back", ["1.00 ?"]),
        ("Please refund 2", ["2.00 ?"]),
    ],
)
def test_what_is_only_mentioned_is_told_apart_from_what_is_asked_for(text: str, named: list[str]) -> None:
    assert mentioned(text) == named
    assert asked(text) == []


def test_what_is_asked_for_later_replaces_what_was_said_before() -> None:
    before, later = read("Please refund me 20 EUR"), read("Actually a refund of 10 EUR is enough")
    assert [told(words) for words in before.merged_with(later).money] == ["10.00 EUR"]


def test_an_amount_that_is_only_mentioned_later_does_not_replace_what_was_asked_for() -> None:
    before, later = read("Please refund me 10 EUR"), read("It is W10101. I paid 39.90 EUR.")
    assert [told(words) for words in before.merged_with(later).money] == ["10.00 EUR", "39.90 EUR"]


def test_an_amount_that_a_reviewer_gives_replaces_what_was_read() -> None:
    given = Entities(amounts=(Money(amount=Decimal(15), currency="EUR"),))
    assert [told(words) for words in read("Please refund me 20 EUR").merged_with(given).money] == ["15.00 EUR"]

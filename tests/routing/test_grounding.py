"""Proof of a draft's values: adversarial ones are found, and honest ones pass however they are written."""

from pathlib import Path

import pytest

from cases.draft import Claim, CustomerText, Draft, Source, SourceKind
from cases.reason import ReasonCode
from routing.checks import check_draft, nothing_quoted
from starter.policy_files import read_policy

POLICY = read_policy(Path(__file__).parents[2] / "policies" / "default.yaml")
RULES = POLICY.draft_rules

RETURNS = Source(
    id="returns#1",
    kind=SourceKind.ARTICLE,
    title="Returns",
    text="You can return things within 30 days. Parcels may have 14 kg. The refund takes 5 to 7 business days."
    " See https://shop.example/returns. We answer the telephone Mon-Fri 9:00-17:00.",
)
ORDER = Source(
    id="order:W10023",
    kind=SourceKind.ORDER,
    title="Order W10023",
    text="Order W10023: shipped, placed on 2026-01-05, to 12 Rose Street, 10115 Berlin, total 1234.56 EUR",
)


def found(text: str, *claims: Claim, ticket: str = "") -> list[ReasonCode]:
    draft = Draft(reply=CustomerText(text=text), claims=claims, locale="en")
    return [why.code for why in check_draft(RULES, draft, [RETURNS, ORDER], ticket, [])]


@pytest.mark.parametrize(
    "invented",
    [
        "You can return it within sixty days.",
        "Sie haben vierzehn Tage.",
        "On dört gün içinde iade edebilirsiniz.",
        "It takes twenty-one days.",
        "You get fifty per cent off.",
        "Yüzde elli indirim.",
        "You get 30 % off.",
        "%30 indirim.",
        "You can return it within 30 months.",
        "You can return it within 14 days.",
        "It takes 5-9 days.",
        "You paid 1234.56 USD.",
        "You paid $1,234.56.",
        "You paid 1.243,56 €.",
        "You paid 30 EUR.",
    ],
)
def test_a_number_that_stands_in_a_source_with_another_meaning_is_found(invented: str) -> None:
    assert found(invented) == [ReasonCode.UNPROVEN_VALUE]


@pytest.mark.parametrize(
    "written",
    [
        "You can return it within thirty days.",
        "Sie haben 30 Tage, also dreißig Tage.",
        "30 gün içinde iade edebilirsiniz.",
        "It is a 30-day window.",
        "The refund takes 5–7 days.",
        "Die Erstattung dauert 5 bis 7 Werktage.",
        "İade 5 ila 7 iş günü sürer.",
        "You paid €1,234.56.",
        "Sie haben 1.234,56 € bezahlt.",
        "1.234,56 EUR ödediniz.",
        "Order W１００２３ is shipped.",
        "Thirty of us work here, and one looks at it now.",
    ],
)
def test_a_number_is_proven_however_it_is_written(written: str) -> None:
    assert found(written) == []


@pytest.mark.parametrize(
    "day",
    [
        "5 January 2026",
        "January 5th, 2026",
        "5. Januar 2026",
        "5 Ocak 2026",
        "05.01.2026",
        "05/01/2026",
        "5 January",
        "am 5.1.",
        "vom 05.01.",
    ],
)
def test_a_day_is_proven_however_it_is_written(day: str) -> None:
    assert found(f"You ordered on {day}.") == []


@pytest.mark.parametrize(
    "day",
    [
        "6 January 2026",
        "am 6.1.",
        "bis zum 30.01.",
        "January 30",
        "5. Februar 2026",
        "5 Ocak 2025",
        "06.01.2026",
        "2026-05-11",
        "30 May 2026",
    ],
)
def test_another_day_is_found_however_it_is_written(day: str) -> None:
    assert found(f"You ordered on {day}.") == [ReasonCode.UNPROVEN_VALUE]


@pytest.mark.parametrize(
    "place",
    [
        "www.evil.example/pay",
        "evil-shop.com",
        "HTTPS://EVIL.EXAMPLE/pay",
        "https://shop.example/returns?utm_source=mail",
        "https://shop.example/returns/evil",
        "https://shop.example.evil.com/returns",
        "https://shoр.example/returns",
        "help [at] evil.com",
        "help@evil.example",
        "xn--shp-8ka.example",
    ],
)
def test_a_place_that_no_source_names_is_found_with_and_without_its_scheme(place: str) -> None:
    assert found(f"Write to us at {place} today.") == [ReasonCode.UNPROVEN_VALUE]
    assert found(f"Write to us at {place} today.", ticket=f"I saw {place}.") == [ReasonCode.UNPROVEN_VALUE]


@pytest.mark.parametrize(
    "place", ["https://shop.example/returns", "HTTPS://Shop.Example/returns", "shop.example/returns", "shop.example"]
)
def test_a_place_that_a_source_names_may_be_named(place: str) -> None:
    assert found(f"See {place}.") == []


@pytest.mark.parametrize(
    "words", ["Send us invoice.pdf.", "Das gilt z.B. auch hier, d.h. immer.", "Thanks.Please wait."]
)
def test_a_file_and_a_full_stop_are_no_places(words: str) -> None:
    assert found(words) == []


@pytest.mark.parametrize("order", ["W1OO23", "W1ОО23", "Ԝ10023", "W10032", "10023"])
def test_an_order_id_of_look_alike_letters_is_found(order: str) -> None:
    assert found(f"Order {order} is shipped.") == [ReasonCode.UNPROVEN_VALUE]


def test_a_number_split_by_what_nobody_sees_is_read_whole() -> None:
    assert found("The refund takes 6\u200b0 days.") == [ReasonCode.UNPROVEN_VALUE]
    assert found("You have 3\u200b0 days.") == []


def test_a_postal_address_must_stand_in_a_source_as_a_whole() -> None:
    assert found("It goes to 12 Rose Street, 10115 Berlin.") == []
    assert found("It goes to 12 Baker Street, 10115 Berlin.") == [ReasonCode.UNPROVEN_VALUE]


@pytest.mark.parametrize("quote", ["a", "return", "turn thin", "", "You can … 30 days"])
def test_a_quotation_of_one_word_or_of_parts_proves_nothing(quote: str) -> None:
    claim = Claim(statement="Worn things too.", source_id="returns#1", quote=quote)
    assert found("Worn things too.", claim) == [ReasonCode.QUOTE_NOT_IN_SOURCE]


@pytest.mark.parametrize("quote", ["you can  return things", "“W10023”".strip("“”"), "1234.56 EUR"])
def test_a_quotation_may_differ_in_white_space_capitals_and_quotation_marks(quote: str) -> None:
    source = "returns#1" if "return" in quote else "order:W10023"
    assert found("Yes.", Claim(statement="Yes.", source_id=source, quote=quote)) == []


def test_an_answer_that_must_come_from_a_source_and_quotes_none_is_found() -> None:
    bare = Draft(reply=CustomerText(text="Yes, worn things too."), locale="en")
    quoting = bare.model_copy(
        update={"claims": (Claim(statement="Yes", source_id="returns#1", quote="return things within 30 days"),)}
    )
    returns, thanks = POLICY.document.intents["faq.returns"], POLICY.document.intents["thanks"]
    assert [why.code for why in nothing_quoted(bare, [thanks, returns])] == [ReasonCode.NOTHING_QUOTED]
    assert nothing_quoted(quoting, [returns]) == nothing_quoted(bare, [thanks]) == ()


@pytest.mark.parametrize("hour", ["9:00", "17:00", "9:00-17:00", "9:00–17:00"])
def test_an_hour_is_proven_by_the_hours_it_begins_or_ends(hour: str) -> None:
    assert found(f"Call us: {hour}.") == []


def test_another_hour_is_found() -> None:
    assert found("We open at 8:00.") == [ReasonCode.UNPROVEN_VALUE]

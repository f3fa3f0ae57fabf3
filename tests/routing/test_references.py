"""References: whatever looks like the number of an order is read as one, in any writing, and nothing else is."""

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cases.policy.document import EntityPatterns
from cases.policy.packs.values import ValueWords
from cases.reference import Naming
from routing.entities import extract_entities
from routing.normal_text import normal
from starter.policy_files import read_policy

POLICY = read_policy(Path(__file__).parents[2] / "policies" / "local.yaml").document


def read(text: str) -> list[tuple[str, tuple[str, ...]]]:
    found = extract_entities(normal(text), POLICY.entities, POLICY.value_words).references
    return [(reference.written, reference.candidates) for reference in found]


@pytest.mark.parametrize(
    "written",
    [
        "W10330",
        "w10330",
        "W-10330",
        "W 10330",
        "W 10 330",
        "w 10-330",
        "#10330",
        "W#10330",
        "W1O33O",
        "Wl0330",
        "10330",
    ],
)
@pytest.mark.parametrize(
    "sentence",
    [
        "Please cancel {}, thanks",
        "Where is my order {}?",
        "Bitte {} stornieren.",
        "Was ist mit Bestellung Nr. {}?",
        "{} numaralı siparişim nerede?",
        "Sipariş no: {} iptal edin",
    ],
)
def test_an_order_is_known_in_any_writing(written: str, sentence: str) -> None:
    ((_, candidates),) = read(sentence.format(written))
    assert candidates[0] == "W10330"


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("Please cancel my order 302-7741-9920.", "302-7741-9920"),
        ("cancel order W1033 please", "W1033"),
        ("Refund order ORD-2024-00012", "ORD-2024-00012"),
        ("my order number is 4711", "4711"),
        ("order #12", "12"),
        ("Bestellnr. 4711 bitte stornieren", "4711"),
        ("meine Bestellnummer lautet AB-99812", "AB-99812"),
        ("sipariş no: 555123 iptal", "555123"),
        ("555123 numaralı siparişimi iptal edin", "555123"),
        ("Where is 1Z999AA10123456784?", "1Z999AA10123456784"),
        ("refund pay_10101", "pay_10101"),
        ("invoice INV2024/33001 please", "INV2024/33001"),
    ],
)
def test_a_number_of_another_form_is_read_though_no_order_here_has_it(text: str, written: str) -> None:
    assert read(text) == [(written, ())]


@pytest.mark.parametrize(
    "text",
    [
        "I bought 2 pairs in size 42 on 5 January 2026 for 39.90 EUR",
        "I want to order 3 tents and 12 pegs",
        "Call me on 0151 23456789 or +49 8321 555 0199, or (555) 010-9920",
        "I live at Hauptstr. 5, 10115 Berlin",
        "Send it to D-10115 Berlin",
        "My postcode is 10115",
        "Meine PLZ ist 10115, meine Kundennummer 4711",
        "müşteri no 123456, posta kodu 34353",
        "It broke in 2025, after 50 % of the time, at 12:30",
        "The order of 05/01/2026 was 1.234,56 €",
        "My IBAN is DE89 3704 0044 0532 0130 00",
        "Tel. 030 1234567",
        "Bestellung vom 5. Januar 2026",
        "Where is my order of 2025?",
        "14 gün içinde 2 çadır",
        "the X200 headlamp with 500 lumen",
        "Re: [Ticket#202612010001] Refund, [#4711]",
        "The mat is 1200x2000x50 and the battery has 20000mAh",
        "My ticket number is 48213",
        "Please refund 22.90, or refund me 1000",
        "write to a12345@example.com or https://shop.example/o/99887766",
    ],
)
def test_what_is_no_number_of_a_record_is_read_as_none(text: str) -> None:
    assert read(text) == []


def test_what_the_words_do_not_call_an_order_is_less_sure_to_be_one() -> None:
    found = extract_entities("Cancel order 4711-4712-9, tracking EV70310280", POLICY.entities, POLICY.value_words)
    assert [(r.written, r.naming) for r in found.references] == [
        ("4711-4712-9", Naming.ORDER),
        ("EV70310280", Naming.NUMBER),
    ]


def _apart(digits: str, place: int, gap: str) -> str:
    return f"{digits[:place]}{gap}{digits[place:]}"


@settings(deadline=None)  # the first one compiles the policy's patterns
@given(
    digits=st.text("0123456789", min_size=5, max_size=5),
    prefix=st.sampled_from(("W", "w", "W-", "W ", "w-", "#W")),
    place=st.integers(1, 4),
    gap=st.sampled_from(("", " ", "-")),
    zero=st.sampled_from("0Oo"),
)
def test_dashes_spaces_case_and_the_letter_o_change_no_number(
    digits: str, prefix: str, place: int, gap: str, zero: str
) -> None:
    written = prefix + _apart(digits, place, gap).replace("0", zero)
    ((_, candidates),) = read(
        f"order {written}!" if any(sign.isdigit() for sign in written) else f"order {prefix}{digits}"
    )
    assert candidates[0] == f"W{digits}"


@pytest.mark.parametrize(
    ("pattern", "prefixes", "written", "number"),
    [
        (r"ORD-\d{4}", ("ORD-",), "ord 4711", "ORD-4711"),
        (r"ORD-\d{4}", ("ORD-",), "4711", "ORD-4711"),
        (r"\d{3}-\d{4}-\d{4}", (), "302 7741 9920", "302-7741-9920"),
        (r"\d{6}", (), "555123", "555123"),
        (r"[A-Z]{2}\d{6}", (), "ab-12O456", "AB120456"),
    ],
)
def test_numbers_of_other_shops_are_known_by_their_own_form(
    pattern: str, prefixes: tuple[str, ...], written: str, number: str
) -> None:
    patterns = EntityPatterns(order_id=rf"(?<![\w-]){pattern}(?![\w-])", order_prefixes=prefixes, plans=())
    (reference,) = extract_entities(f"Please cancel order {written}.", patterns, POLICY.value_words).references
    assert number in reference.candidates


@settings(deadline=None)
@given(st.text(max_size=300))
def test_no_text_breaks_the_reader(text: str) -> None:
    assert extract_entities(text, POLICY.entities, ValueWords()).references is not None

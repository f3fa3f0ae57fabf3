"""Texts that need no model: said in the words that the policy has for the moment."""

import pytest

from cases.policy.document import Wording
from cases.ticket import Customer
from routing.wording import holding_text

WORDING = Wording(
    greeting="Hello{% if customer_name %} {{ customer_name }}{% endif %},",
    closing="Kind regards",
    holding="A colleague will answer you.",
    holding_for={"self_harm": "I am very sorry."},
    welcome="What can we do for you?",
    unchanged="We leave it.",
    confirmations={},
    clarify="What do you need?",
    partly="One more thing.",
    questions={},
    replies={},
)


@pytest.mark.parametrize(
    ("name", "greeting"),
    [
        ("Ada Lovelace", "Hello Ada,"),
        ("BEN OKORO", "Hello Ben,"),
        ("ayşe", "Hello Ayşe,"),
        ("McKenna", "Hello McKenna,"),
        ("Visitor 4417", "Hello,"),
        (None, "Hello,"),
    ],
)
def test_a_customer_is_greeted_by_name_where_there_is_one(name: str | None, greeting: str) -> None:
    assert holding_text(WORDING, Customer(name=name), None).text.splitlines()[0] == greeting


def test_somebody_in_danger_is_not_thanked_for_a_message() -> None:
    assert "I am very sorry." in holding_text(WORDING, Customer(), "self_harm").text
    assert "A colleague will answer you." in holding_text(WORDING, Customer(), "chargeback").text

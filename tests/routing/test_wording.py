"""Texts that need no model: said in the words that the policy has for the moment."""

from pathlib import Path

import pytest

from cases.policy.document import Wording
from cases.policy.rulebook import Detail
from cases.ticket import Customer
from routing.wording import holding_text, question_text
from starter.policy_files import read_policy

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


SHIPPED = read_policy(Path(__file__).parents[2] / "policies" / "local.yaml").document.wording


@pytest.mark.parametrize("language", sorted(SHIPPED))
def test_a_question_names_what_was_not_found_and_only_then(language: str) -> None:
    asked = question_text(SHIPPED[language], Customer(), (Detail.ORDER,)).text
    told = question_text(SHIPPED[language], Customer(), (Detail.ORDER,), ("W-10999", "4711")).text
    assert "W-10999" in told
    assert "4711" in told
    assert told.count("?") == asked.count("?") == 1
    assert "W " in told.split("?")[1], "it says how the number looks"


@pytest.mark.parametrize(
    ("language", "said"),
    [
        ("en", "We could not find W-10999 among the orders of your account. Which order do you mean?"),
        ("de", "Unter den Bestellungen Ihres Kontos konnten wir W-10999 nicht finden. Welche Bestellung meinen Sie?"),
        ("tr", "Hesabınızdaki siparişler arasında W-10999 numarasını bulamadık. Hangi siparişi kastediyorsunuz?"),
    ],
)
def test_the_question_after_an_order_that_was_not_found(language: str, said: str) -> None:
    assert said in question_text(SHIPPED[language], Customer(), (Detail.ORDER,), ("W-10999",)).text

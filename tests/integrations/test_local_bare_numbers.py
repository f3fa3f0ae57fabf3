"""A bare order number is read as the number of an order, so that a short question about it is understood."""

import pytest

from cases.policy.packs.values import ValueWords
from integrations.models.local.bare_numbers import called_orders

ENGLISH = ValueWords(order_nouns=("order", "parcel"))


def called(text: str, words: ValueWords = ENGLISH) -> str:
    return called_orders(text, ("W10023",), words, few_words=4)


@pytest.mark.parametrize("number", ["W10023", "w10023"])
def test_a_bare_number_is_called_what_it_is(number: str) -> None:
    assert called(f"ok thanks. where is {number}?\nbye") == f"ok thanks. where is order {number}?\nbye"


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("where is my parcel, W10023?", id="it is named"),
        pytest.param("My money back for the pot in W10023 please", id="the sentence says enough"),
        pytest.param("where is XW100234?", id="a part of a longer number"),
        pytest.param("where is it?", id="no number"),
    ],
)
def test_what_says_more_is_left_as_it_is(text: str) -> None:
    assert called(text) == text


def test_a_language_without_a_noun_adds_none() -> None:
    assert called("where is W10023?", ValueWords()) == "where is W10023?"

from collections.abc import Iterator
from decimal import Decimal
from typing import NamedTuple

import httpx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import TypeAdapter

from cases.facts import Payment
from cases.money import Money
from demo.shop.effects import Effect
from tests.shop_process import shop_process


class Try(NamedTuple):
    """One request to refund pay_1."""

    key: str
    cents: int

    @property
    def amount(self) -> Money:
        return Money(amount=Decimal(self.cents) / 100, currency="EUR")


@pytest.fixture(scope="module")
def shop(database_url: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[httpx.Client]:
    seed = tmp_path_factory.mktemp("shop") / "seed.yaml"
    with shop_process(database_url, seed) as running, httpx.Client(base_url=running.address) as client:
        yield client


def ask(shop: httpx.Client, asked: Try) -> httpx.Response:
    body = {"kind": "refund", "payment_id": "pay_1", "amount": asked.amount.model_dump(mode="json")}
    return shop.post("/actions", json=body, headers={"Idempotency-Key": asked.key})


TRIES = st.lists(
    st.builds(Try, key=st.sampled_from("abcdefgh"), cents=st.integers(min_value=1, max_value=15_000)), max_size=12
)


@given(tries=TRIES)
@settings(max_examples=25, deadline=None)
def test_whatever_is_asked_no_more_goes_back_than_was_paid(shop: httpx.Client, tries: list[Try]) -> None:
    shop.post("/reset").raise_for_status()
    paid = Payment.model_validate_json(shop.get("/payments/pay_1").content).amount
    expected: dict[str, Money] = {}
    gone = Money(amount=Decimal(0), currency="EUR")
    for asked in tries:
        status = ask(shop, asked).status_code
        if asked.key in expected:
            assert status == (200 if expected[asked.key] == asked.amount else 409)
        elif (gone + asked.amount).exceeds(paid):
            assert status == 422
        else:
            assert status == 200
            expected[asked.key], gone = asked.amount, gone + asked.amount

    effects = TypeAdapter(list[Effect]).validate_json(shop.get("/effects").content)
    assert {effect.key: effect.amount for effect in effects} == expected
    assert len(effects) == len(expected)
    assert Payment.model_validate_json(shop.get("/payments/pay_1").content).refunded == gone

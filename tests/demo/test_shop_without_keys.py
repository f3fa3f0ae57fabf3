"""The demo's shop as one without keys, whose cancellations refund the rest."""

from collections.abc import AsyncIterator, Iterator

import httpx
import pytest

from tests.shop_process import shop_process

REFUND = {"amount": {"amount": "10.00", "currency": "EUR"}, "note": "ticket:acme:demo:1001/refund:pay_1:m1"}


@pytest.fixture(scope="module")
def address(database_url: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    options = ("--without-keys", "--refunds-on-cancel", "--request-seconds", "2")
    with shop_process(database_url, tmp_path_factory.mktemp("shop") / "seed.yaml", options=options) as running:
        yield running.address


@pytest.fixture
async def shop(address: str) -> AsyncIterator[httpx.AsyncClient]:
    async with httpx.AsyncClient(base_url=address) as client:
        (await client.post("/reset")).raise_for_status()
        yield client


async def test_what_is_asked_for_twice_is_done_twice(shop: httpx.AsyncClient) -> None:
    for _ in range(2):
        answer = await shop.post("/payments/pay_1/refunds", json=REFUND, headers={"Idempotency-Key": "same"})
        answer.raise_for_status()
    assert (await shop.get("/payments/pay_1")).json()["refunded"]["amount"] == "20.00"
    assert len((await shop.get("/effects")).json()) == 2


async def test_the_note_of_a_refund_is_read_back(shop: httpx.AsyncClient) -> None:
    made = (await shop.post("/payments/pay_1/refunds", json=REFUND)).json()
    assert (await shop.get("/payments/pay_1/refunds")).json() == [made]
    assert made["note"] == REFUND["note"]
    assert (await shop.get("/payments/pay_2/refunds")).json() == []
    assert (await shop.get("/payments/pay_9/refunds")).status_code == 404


async def test_a_refund_that_is_refused_leaves_no_note(shop: httpx.AsyncClient) -> None:
    much = {"amount": {"amount": "200.01", "currency": "EUR"}, "note": "much"}
    assert (await shop.post("/payments/pay_1/refunds", json=much)).status_code == 422
    assert (await shop.get("/payments/pay_1/refunds")).json() == []


async def test_there_is_no_way_to_act_under_a_key(shop: httpx.AsyncClient) -> None:
    assert (await shop.post("/actions", json={}, headers={"Idempotency-Key": "k"})).status_code == 404


async def test_a_cancelled_order_refunds_what_is_left_of_its_payment(shop: httpx.AsyncClient) -> None:
    (await shop.post("/payments/pay_1/refunds", json=REFUND)).raise_for_status()
    body = {"change": {"kind": "cancel_order", "order_id": "W10001"}, "note": "cancel"}
    (await shop.post("/changes", json=body)).raise_for_status()
    payment = (await shop.get("/payments/pay_1")).json()
    assert (payment["refunded"]["amount"], payment["status"]) == ("200.00", "refunded")
    effect = (await shop.get("/effects")).json()[-1]
    assert (effect["kind"], effect["amount"]["amount"]) == ("cancel_order", "190.00")


async def test_a_refund_is_no_change(shop: httpx.AsyncClient) -> None:
    body = {"change": {"kind": "refund", "payment_id": "pay_1", "amount": REFUND["amount"]}}
    assert (await shop.post("/changes", json=body)).status_code == 422


async def test_no_request_is_carried_out_later_than_the_shops_own_timeout(shop: httpx.AsyncClient) -> None:
    fault = {"path": "actions", "kind": "slow", "seconds": 2.5}
    assert (await shop.post("/faults", json=fault)).status_code == 422
    assert (await shop.post("/faults", json={**fault, "seconds": 2})).status_code == 201

from decimal import Decimal

import httpx
import pytest

from cases.action import (
    ActionArguments,
    CancelOrder,
    CancelSubscription,
    ChangeAddress,
    ChangeEmail,
    ChangePlan,
    CloseAccount,
    Refund,
    ResetAccess,
)
from cases.money import Money

KEY = "ticket:acme:demo:1001/act"
ADDRESS = "Hafenstr. 2, 20457 Hamburg"


def refund(payment_id: str, amount: str, currency: str = "EUR") -> Refund:
    return Refund(payment_id=payment_id, amount=Money(amount=Decimal(amount), currency=currency))


async def act(shop: httpx.AsyncClient, arguments: ActionArguments, key: str = KEY) -> httpx.Response:
    return await shop.post("/actions", json=arguments.model_dump(mode="json"), headers={"Idempotency-Key": key})


REFUSED = [
    (refund("pay_9", "1.00"), "unknown_record", "payment_id"),
    (refund("pay_1", "200.01"), "more_than_refundable", "amount"),
    (refund("pay_2", "30.01"), "more_than_refundable", "amount"),
    (refund("pay_1", "1.00", "USD"), "other_currency", "amount.currency"),
    (refund("pay_3", "1.00"), "not_captured", "payment_id"),
    (CancelOrder(order_id="W99999"), "unknown_record", "order_id"),
    (CancelOrder(order_id="W10002"), "already_shipped", "order_id"),
    (CancelOrder(order_id="W10003"), "already_shipped", "order_id"),
    (CancelOrder(order_id="W10004"), "order_ended", "order_id"),
    (ChangeAddress(order_id="W99999", address=ADDRESS), "unknown_record", "order_id"),
    (ChangeAddress(order_id="W10002", address=ADDRESS), "already_shipped", "order_id"),
    (ChangeAddress(order_id="W10004", address=ADDRESS), "order_ended", "order_id"),
    (ChangeAddress(order_id="W10001", address="Am Markt 1, 20095 Hamburg"), "unchanged", "address"),
    (CancelSubscription(subscription_id="sub_9"), "unknown_record", "subscription_id"),
    (CancelSubscription(subscription_id="sub_2"), "subscription_ended", "subscription_id"),
    (ChangePlan(subscription_id="sub_9", plan="basic"), "unknown_record", "subscription_id"),
    (ChangePlan(subscription_id="sub_2", plan="plus"), "subscription_ended", "subscription_id"),
    (ChangePlan(subscription_id="sub_1", plan="gold"), "unknown_plan", "plan"),
    (ChangePlan(subscription_id="sub_1", plan="plus"), "unchanged", "plan"),
    (ChangeEmail(customer_id="cus_9", email="new@example.com"), "unknown_record", "customer_id"),
    (ChangeEmail(customer_id="cus_1", email="Deniz@Example.com"), "email_taken", "email"),
    (ChangeEmail(customer_id="cus_1", email="MIA@example.com"), "unchanged", "email"),
    (ChangeEmail(customer_id="cus_3", email="new@example.com"), "account_closed", "customer_id"),
    (CloseAccount(customer_id="cus_9"), "unknown_record", "customer_id"),
    (CloseAccount(customer_id="cus_3"), "account_closed", "customer_id"),
    (ResetAccess(customer_id="cus_9"), "unknown_record", "customer_id"),
    (ResetAccess(customer_id="cus_3"), "account_closed", "customer_id"),
]


@pytest.mark.parametrize(
    ("arguments", "code", "field"), REFUSED, ids=[f"{case[0].kind}-{case[0].target}-{case[1]}" for case in REFUSED]
)
async def test_what_the_shop_does_not_do_is_refused_and_leaves_nothing(
    shop: httpx.AsyncClient, arguments: ActionArguments, code: str, field: str
) -> None:
    answer = await act(shop, arguments)
    error = answer.json()["error"]
    assert (answer.status_code, error["code"], error["field"]) == (422, code, field)
    assert error["message"].endswith(".")
    assert (await shop.get("/effects")).json() == []
    assert (await shop.get("/actions/ticket%3Aacme%3Ademo%3A1001%2Fact")).status_code == 404


async def test_a_refusal_is_not_kept_under_its_key(shop: httpx.AsyncClient) -> None:
    assert (await act(shop, ChangeEmail(customer_id="cus_1", email="deniz@example.com"))).status_code == 422
    (await act(shop, ChangeEmail(customer_id="cus_2", email="d@example.com"), key="frees-it")).raise_for_status()
    answer = await act(shop, ChangeEmail(customer_id="cus_1", email="deniz@example.com"))
    assert (answer.status_code, "Idempotent-Replayed" in answer.headers) == (200, False)


async def test_a_replay_outlives_what_would_be_refused_today(shop: httpx.AsyncClient) -> None:
    (await act(shop, CancelOrder(order_id="W10001"))).raise_for_status()
    assert (await act(shop, CancelOrder(order_id="W10001"), key="another")).status_code == 422
    assert (await act(shop, CancelOrder(order_id="W10001"))).headers["Idempotent-Replayed"] == "true"


@pytest.mark.parametrize(
    "body",
    [
        {"kind": "burn_down"},
        {"kind": "refund", "payment_id": "pay_1"},
        {"kind": "refund", "payment_id": "pay_1", "amount": {"amount": "-5.00", "currency": "EUR"}},
        {"kind": "refund", "payment_id": "pay_1", "amount": {"amount": "0.001", "currency": "EUR"}},
        {"kind": "cancel_order", "order_id": "W10001", "force": True},
    ],
)
async def test_arguments_of_another_shape_are_refused(shop: httpx.AsyncClient, body: dict[str, object]) -> None:
    answer = await shop.post("/actions", json=body, headers={"Idempotency-Key": KEY})
    assert (answer.status_code, answer.json()["error"]["code"]) == (422, "invalid_request")
    assert (await shop.get("/effects")).json() == []

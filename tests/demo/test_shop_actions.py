import asyncio
from decimal import Decimal

import httpx
import psycopg
import pytest
from pydantic import TypeAdapter

from cases.action import (
    ActionArguments,
    ActionKind,
    CancelOrder,
    CancelSubscription,
    ChangeAddress,
    ChangeEmail,
    ChangePlan,
    CloseAccount,
    Refund,
    ResetAccess,
)
from cases.facts import Account, Order, OrderStatus, Payment, PaymentStatus, Subscription, SubscriptionStatus
from cases.money import Money
from demo.shop.effects import Effect
from demo.shop.executing import Executed

KEY = "ticket:acme:demo:1001/refund:pay_1"
KEY_PATH = "/actions/ticket%3Aacme%3Ademo%3A1001%2Frefund%3Apay_1"
REFUND = Refund(payment_id="pay_1", amount=Money(amount=Decimal("50.00"), currency="EUR"))


async def act(shop: httpx.AsyncClient, arguments: ActionArguments, key: str = KEY) -> httpx.Response:
    return await shop.post("/actions", json=arguments.model_dump(mode="json"), headers={"Idempotency-Key": key})


async def done(shop: httpx.AsyncClient, arguments: ActionArguments) -> Executed:
    answer = await act(shop, arguments)
    assert answer.status_code == 200, answer.text
    return Executed.model_validate_json(answer.content)


async def effects(shop: httpx.AsyncClient) -> list[Effect]:
    return TypeAdapter(list[Effect]).validate_json((await shop.get("/effects")).content)


async def payment(shop: httpx.AsyncClient, payment_id: str = "pay_1") -> Payment:
    return Payment.model_validate_json((await shop.get(f"/payments/{payment_id}")).content)


async def order(shop: httpx.AsyncClient, order_id: str) -> Order:
    return Order.model_validate_json((await shop.get(f"/orders/{order_id}")).content)


async def account(shop: httpx.AsyncClient, customer_id: str) -> Account:
    return Account.model_validate_json((await shop.get(f"/customers/{customer_id}")).content)


async def subscription(shop: httpx.AsyncClient, subscription_id: str) -> Subscription:
    return Subscription.model_validate_json((await shop.get(f"/subscriptions/{subscription_id}")).content)


async def test_a_second_try_with_the_same_key_moves_no_money(shop: httpx.AsyncClient) -> None:
    first, second = await act(shop, REFUND), await act(shop, REFUND)
    assert (first.status_code, second.status_code) == (200, 200)
    assert first.content == second.content
    assert "Idempotent-Replayed" not in first.headers
    assert second.headers["Idempotent-Replayed"] == "true"
    assert (await payment(shop)).refunded == REFUND.amount
    assert len(await effects(shop)) == 1


async def test_the_same_amount_written_otherwise_is_the_same_action(shop: httpx.AsyncClient) -> None:
    await done(shop, REFUND)
    again = await act(shop, Refund(payment_id="pay_1", amount=Money(amount=Decimal(50), currency="EUR")))
    assert again.headers["Idempotent-Replayed"] == "true"


async def test_another_action_under_a_used_key_is_refused_and_says_what_differs(shop: httpx.AsyncClient) -> None:
    await done(shop, REFUND)
    other = Refund(payment_id="pay_1", amount=Money(amount=Decimal("60.00"), currency="EUR"))
    answer = await act(shop, other)
    assert answer.status_code == 409
    assert answer.json()["error"]["field"] == "amount"
    assert "amount" in answer.json()["error"]["message"]
    kind = await act(shop, CancelOrder(order_id="W10001"))
    assert (kind.status_code, kind.json()["error"]["field"]) == (409, "kind")
    assert len(await effects(shop)) == 1


async def test_twenty_at_once_under_one_key_have_one_effect_and_one_answer(shop: httpx.AsyncClient) -> None:
    answers = await asyncio.gather(*(act(shop, REFUND) for _ in range(20)))
    assert {answer.status_code for answer in answers} == {200}
    assert len({answer.content for answer in answers}) == 1
    assert sum("Idempotent-Replayed" not in answer.headers for answer in answers) == 1
    assert len(await effects(shop)) == 1
    assert (await payment(shop)).refunded == REFUND.amount


async def test_twenty_refunds_at_once_under_keys_of_their_own_stop_at_what_was_paid(shop: httpx.AsyncClient) -> None:
    answers = await asyncio.gather(*(act(shop, REFUND, key=f"{KEY}/{number}") for number in range(20)))
    assert sorted(answer.status_code for answer in answers) == [200] * 4 + [422] * 16
    assert (await payment(shop)).refunded == (await payment(shop)).amount


async def test_a_receipt_is_found_by_its_key(shop: httpx.AsyncClient) -> None:
    assert (await shop.get(KEY_PATH)).status_code == 404
    executed = await done(shop, REFUND)
    assert Executed.model_validate_json((await shop.get(KEY_PATH)).content) == executed
    assert (executed.key, executed.kind, executed.target) == (KEY, ActionKind.REFUND, "pay_1")


async def test_an_action_without_a_key_is_not_done(shop: httpx.AsyncClient) -> None:
    answer = await shop.post("/actions", json=REFUND.model_dump(mode="json"))
    assert (answer.status_code, answer.json()["error"]["code"]) == (400, "key_missing")
    assert await effects(shop) == []


@pytest.mark.parametrize("key", ["", "two words", "ü", "k" * 256])
async def test_a_key_that_could_not_be_looked_up_is_refused(shop: httpx.AsyncClient, key: str) -> None:
    headers = {b"Idempotency-Key": key.encode()}
    answer = await shop.post("/actions", json=REFUND.model_dump(mode="json"), headers=headers)
    assert (answer.status_code, answer.json()["error"]["code"]) == (400, "key_missing")


async def test_effects_say_what_happened_in_order(shop: httpx.AsyncClient) -> None:
    await done(shop, REFUND)
    (await act(shop, CancelOrder(order_id="w10001"), key="another")).raise_for_status()
    happened = [(effect.key, effect.kind, effect.target, effect.amount) for effect in await effects(shop)]
    assert happened == [
        (KEY, ActionKind.REFUND, "pay_1", REFUND.amount),
        ("another", ActionKind.CANCEL_ORDER, "W10001", None),
    ]


async def test_what_happened_cannot_be_rewritten(shop: httpx.AsyncClient, database_url: str) -> None:
    await done(shop, REFUND)
    with psycopg.connect(database_url) as connection, pytest.raises(psycopg.errors.RaiseException, match="append-only"):
        connection.execute("DELETE FROM shop.effects")


async def test_a_refund_in_parts_ends_with_all_gone_back(shop: httpx.AsyncClient) -> None:
    await done(shop, Refund(payment_id="pay_2", amount=Money(amount=Decimal("10.00"), currency="EUR")))
    assert (await payment(shop, "pay_2")).status is PaymentStatus.CAPTURED
    rest = Refund(payment_id="pay_2", amount=Money(amount=Decimal("20.00"), currency="EUR"))
    (await act(shop, rest, key="rest")).raise_for_status()
    assert (await payment(shop, "pay_2")).status is PaymentStatus.REFUNDED
    assert (await payment(shop, "pay_2")).refundable.amount == 0


async def test_a_closed_account_still_gets_its_money_back(shop: httpx.AsyncClient) -> None:
    await done(shop, Refund(payment_id="pay_4", amount=Money(amount=Decimal("30.00"), currency="USD")))
    assert (await payment(shop, "pay_4")).status is PaymentStatus.REFUNDED


async def test_cancelling_an_order_stops_it_and_moves_no_money(shop: httpx.AsyncClient) -> None:
    await done(shop, CancelOrder(order_id="W10001"))
    assert (await order(shop, "W10001")).status is OrderStatus.CANCELLED
    assert (await payment(shop)).refunded.amount == 0


async def test_a_packed_order_can_be_sent_elsewhere(shop: httpx.AsyncClient) -> None:
    await done(shop, ChangeAddress(order_id="W10005", address="Çınar Sk. 4, Ankara"))
    assert (await order(shop, "W10005")).address == "Çınar Sk. 4, Ankara"


async def test_a_cancelled_subscription_renews_no_more(shop: httpx.AsyncClient) -> None:
    await done(shop, CancelSubscription(subscription_id="sub_1"))
    after = await subscription(shop, "sub_1")
    assert (after.status, after.renews_on) == (SubscriptionStatus.CANCELLED, None)


async def test_another_plan_has_another_price(shop: httpx.AsyncClient) -> None:
    await done(shop, ChangePlan(subscription_id="sub_1", plan="business"))
    after = await subscription(shop, "sub_1")
    assert (after.plan, after.price) == ("business", Money(amount=Decimal("29.90"), currency="EUR"))


async def test_an_account_signs_in_with_its_new_address(shop: httpx.AsyncClient) -> None:
    await done(shop, ChangeEmail(customer_id="cus_1", email="mia.new@example.com"))
    assert (await account(shop, "cus_1")).email == "mia.new@example.com"
    assert (await shop.get("/customers", params={"email": "mia@example.com"})).json() == []


async def test_closing_an_account_ends_its_subscription(shop: httpx.AsyncClient) -> None:
    await done(shop, CloseAccount(customer_id="cus_1"))
    assert (await account(shop, "cus_1")).closed
    assert (await subscription(shop, "sub_1")).status is SubscriptionStatus.CANCELLED


async def test_a_reset_of_access_is_an_effect_though_no_record_shows_it(shop: httpx.AsyncClient) -> None:
    before = await account(shop, "cus_1")
    await done(shop, ResetAccess(customer_id="cus_1"))
    assert await account(shop, "cus_1") == before
    assert [effect.kind for effect in await effects(shop)] == [ActionKind.RESET_ACCESS]


async def test_a_reset_of_the_shop_forgets_records_keys_and_effects(shop: httpx.AsyncClient) -> None:
    await done(shop, REFUND)
    (await shop.post("/reset")).raise_for_status()
    assert (await payment(shop)).refunded.amount == 0
    assert (await shop.get(KEY_PATH)).status_code == 404
    assert await effects(shop) == []

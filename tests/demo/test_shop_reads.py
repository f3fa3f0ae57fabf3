from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import httpx
import pytest
from pydantic import TypeAdapter

from cases.facts import Account, Order, Payment, Subscription, SubscriptionStatus, Tier
from cases.money import Money


def today() -> date:
    return datetime.now(UTC).date()


async def test_an_account_is_read_whole(shop: httpx.AsyncClient) -> None:
    account = Account.model_validate_json((await shop.get("/customers/cus_1")).content)
    assert account == Account(
        id="cus_1",
        name="Mia Brandt",
        email="mia@example.com",
        tier=Tier.PLUS,
        locale="de",
        address="Am Markt 1, 20095 Hamburg",
    )


async def test_an_account_is_found_by_its_address_in_any_letter_case(shop: httpx.AsyncClient) -> None:
    assert [found["id"] for found in (await shop.get("/customers", params={"email": "MIA@example.com"})).json()] == [
        "cus_1"
    ]
    assert (await shop.get("/customers", params={"email": "nobody@example.com"})).json() == []


async def test_an_order_is_found_in_any_letter_case_with_its_money_exact(shop: httpx.AsyncClient) -> None:
    order = Order.model_validate_json((await shop.get("/orders/w10002")).content)
    assert (order.id, order.items, order.total) == (
        "W10002",
        ("Stove", "Gas"),
        Money(amount=Decimal("49.90"), currency="EUR"),
    )


async def test_dates_told_from_today_are_resolved_and_others_stay(shop: httpx.AsyncClient) -> None:
    orders = {order.id: order for order in await orders_of(shop, "cus_1")}
    assert orders["W10001"].expected_on == today() + timedelta(days=2)
    assert orders["W10003"].placed_on == today() - timedelta(days=9)
    assert orders["W10004"].placed_on == date(2026, 1, 31)


async def test_orders_come_newest_first_and_no_more_than_asked_for(shop: httpx.AsyncClient) -> None:
    newest = sorted(await orders_of(shop, "cus_1"), key=lambda order: order.placed_on, reverse=True)
    assert await orders_of(shop, "cus_1") == newest
    assert await orders_of(shop, "cus_1", limit=2) == newest[:2]


async def test_payments_come_newest_first_with_what_went_back(shop: httpx.AsyncClient) -> None:
    answer = await shop.get("/customers/cus_1/payments")
    payments = TypeAdapter(list[Payment]).validate_json(answer.content)
    assert [payment.id for payment in payments] == ["pay_3", "pay_1", "pay_2"]
    assert payments[2].refundable == Money(amount=Decimal("30.00"), currency="EUR")


async def test_a_subscription_is_read_by_its_customer_and_by_its_id(shop: httpx.AsyncClient) -> None:
    by_customer = Subscription.model_validate_json((await shop.get("/customers/cus_1/subscription")).content)
    by_id = Subscription.model_validate_json((await shop.get("/subscriptions/sub_1")).content)
    assert by_customer == by_id
    assert (by_id.status, by_id.renews_on) == (SubscriptionStatus.ACTIVE, today() + timedelta(days=20))


@pytest.mark.parametrize(
    "path",
    ["/customers/cus_9", "/orders/W99999", "/payments/pay_9", "/subscriptions/sub_9", "/customers/cus_3/subscription"],
)
async def test_what_is_not_there_is_said_to_be_unknown(shop: httpx.AsyncClient, path: str) -> None:
    answer = await shop.get(path)
    assert (answer.status_code, answer.json()["error"]["code"]) == (404, "unknown_record")


async def test_a_text_the_database_cannot_hold_is_refused(shop: httpx.AsyncClient) -> None:
    answer = await shop.get("/customers/cus%00")
    assert (answer.status_code, answer.json()["error"]["code"]) == (422, "invalid_request")


async def orders_of(shop: httpx.AsyncClient, customer_id: str, limit: int = 10) -> list[Order]:
    answer = await shop.get(f"/customers/{customer_id}/orders", params={"limit": limit})
    return TypeAdapter(list[Order]).validate_json(answer.content)

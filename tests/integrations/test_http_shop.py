from collections.abc import AsyncIterator
from decimal import Decimal

import httpx
import pytest

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
from cases.errors import ToolRefused, ToolUnavailable
from cases.facts import OrderStatus
from cases.money import Money
from cases.reservation import Done
from integrations.commerce.http_shop import HttpShop
from integrations.commerce.protocol import Commerce, Proof, Receipt
from routing.effects import unlike_effect
from routing.facts_changed import changes

KEY = "ticket:acme:demo:1001/refund:pay_1"
REFUND = Refund(payment_id="pay_1", amount=Money(amount=Decimal("50.00"), currency="EUR"))


@pytest.fixture
async def service(shop_address: str) -> AsyncIterator[httpx.AsyncClient]:
    """The service itself, as it begins."""
    async with httpx.AsyncClient(base_url=shop_address) as client:
        (await client.post("/reset")).raise_for_status()
        yield client


@pytest.fixture
def shop(service: httpx.AsyncClient) -> Commerce:
    return HttpShop(service)


async def times_done(service: httpx.AsyncClient) -> int:
    return len((await service.get("/effects")).json())


async def test_an_account_is_found_by_address_and_by_id(shop: Commerce) -> None:
    by_email = await shop.account_by_email("Mia@Example.com")
    assert by_email is not None
    assert by_email == await shop.account("cus_1")
    assert by_email.name == "Mia Brandt"


async def test_orders_payments_and_the_subscription_of_a_customer_are_read(shop: Commerce) -> None:
    assert [order.id for order in await shop.orders_of("cus_1")][:2] == ["W10001", "W10002"]
    assert [payment.id for payment in await shop.payments_of("cus_1")] == ["pay_3", "pay_1", "pay_2"]
    subscription = await shop.subscription_of("cus_1")
    assert subscription is not None
    assert subscription.id == "sub_1"


async def test_an_order_is_found_in_any_letter_case(shop: Commerce) -> None:
    order = await shop.order("w10002")
    assert order is not None
    assert (order.id, order.status) == ("W10002", OrderStatus.SHIPPED)


async def test_what_is_not_there_is_none_or_nothing(shop: Commerce) -> None:
    assert await shop.account_by_email("nobody@example.com") is None
    assert await shop.account("cus_9") is None
    assert await shop.order("W99999") is None
    assert await shop.orders_of("cus_9") == ()
    assert await shop.payments_of("cus_9") == ()
    assert await shop.subscription_of("cus_3") is None
    assert await shop.receipt(KEY, REFUND) is None


async def test_an_odd_id_never_names_another_record(shop: Commerce) -> None:
    assert await shop.account("cus_1?limit=1") is None
    assert await shop.account("cus_1#top") is None
    for odd in ("../customers/cus_1", "cus_1/", "cus_1/subscription"):
        with pytest.raises(ToolUnavailable):
            await shop.account(odd)


async def test_an_action_is_done_once_and_its_receipt_stays(service: httpx.AsyncClient, shop: Commerce) -> None:
    first = await shop.execute(KEY, REFUND)
    again = await shop.execute(KEY, REFUND)
    assert not first.replayed
    assert again == Receipt(reference=first.reference, replayed=True)
    assert await shop.receipt(KEY, REFUND) == again
    assert await times_done(service) == 1


ACTIONS: list[ActionArguments] = [
    REFUND,
    CancelOrder(order_id="w10001"),
    ChangeAddress(order_id="W10005", address="Çınar Sk. 4, Ankara"),
    CancelSubscription(subscription_id="sub_1"),
    ChangePlan(subscription_id="sub_1", plan="basic"),
    ChangeEmail(customer_id="cus_1", email="mia.new@example.com"),
    CloseAccount(customer_id="cus_1"),
]


@pytest.mark.parametrize("arguments", ACTIONS, ids=lambda arguments: arguments.kind)
async def test_an_effect_is_in_the_records_after_the_action_and_not_before(
    shop: Commerce, arguments: ActionArguments
) -> None:
    before = await shop.target_records(arguments)
    assert unlike_effect(before, Done(arguments=arguments), before)
    await shop.execute(KEY, arguments)
    assert unlike_effect(before, Done(arguments=arguments), await shop.target_records(arguments)) == ()


UNKNOWN: list[ActionArguments] = [
    Refund(payment_id="pay_9", amount=REFUND.amount),
    CancelOrder(order_id="W99999"),
    CancelSubscription(subscription_id="sub_9"),
    ResetAccess(customer_id="cus_9"),
]


@pytest.mark.parametrize("arguments", UNKNOWN, ids=lambda arguments: arguments.kind)
async def test_there_are_no_records_of_what_is_not_there(shop: Commerce, arguments: ActionArguments) -> None:
    records = await shop.target_records(arguments)
    assert (records.account, records.order, records.payments, records.subscription) == (None, None, (), None)
    assert changes(records, records) == (f"{arguments.target} is not there",)


async def test_with_an_order_all_that_was_paid_for_it_is_read(shop: Commerce) -> None:
    records = await shop.target_records(CancelOrder(order_id="W10001"))
    assert [payment.id for payment in records.payments] == ["pay_1"]
    assert records.touched == ("W10001", "pay_1")


async def test_with_a_payment_its_order_is_read(shop: Commerce) -> None:
    records = await shop.target_records(REFUND)
    assert records.order is not None
    assert records.order.id == "W10001"


@pytest.mark.parametrize("kind", ActionKind)
async def test_every_kind_of_action_is_proven_by_its_key(shop: Commerce, kind: ActionKind) -> None:
    assert shop.operation(kind).proof is Proof.KEY


async def test_a_reset_of_access_is_proven_by_its_receipt(shop: Commerce) -> None:
    reset = ResetAccess(customer_id="cus_1")
    assert await shop.receipt(KEY, reset) is None
    await shop.execute(KEY, reset)
    assert await shop.receipt(KEY, reset) is not None


async def test_a_refusal_has_the_shops_words(shop: Commerce) -> None:
    with pytest.raises(ToolRefused, match="refused cancel_order of W10002: Order W10002 is shipped"):
        await shop.execute(KEY, CancelOrder(order_id="W10002"))


async def test_a_key_used_for_something_else_is_refused(shop: Commerce) -> None:
    await shop.execute(KEY, REFUND)
    with pytest.raises(ToolRefused, match="This key did refund with other kind"):
        await shop.execute(KEY, CancelOrder(order_id="W10001"))


async def test_a_key_the_shop_cannot_keep_is_refused(shop: Commerce) -> None:
    with pytest.raises(ToolRefused, match="Idempotency-Key"):
        await shop.execute("ticket:ü", REFUND)

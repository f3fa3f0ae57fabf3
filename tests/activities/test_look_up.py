"""Looking up, in a real shop: every question by itself, and how sure we are who is asking."""

import httpx
import pytest
from temporalio.testing import ActivityEnvironment

from activities.look_up import LookingUp
from cases.facts import Facts, IdentityStrength, LookupKind, LookupRequest
from cases.ticket import Customer
from cases.work import LookupOrder
from integrations.commerce.http_shop import HttpShop

MIA = Customer(email="mia@example.com")


async def look_up(shop: httpx.AsyncClient, *requests: LookupRequest, customer: Customer = MIA) -> Facts:
    order = LookupOrder(tenant="acme", requests=requests, customer=customer)
    return await ActivityEnvironment().run(LookingUp(HttpShop(shop)).look_up, order)


def about(kind: LookupKind, by: str, value: str) -> LookupRequest:
    return LookupRequest(kind=kind, by=by, value=value)


BY_EMAIL = about(LookupKind.CUSTOMER, "email", "mia@example.com")


async def test_all_questions_are_answered_together(shop: httpx.AsyncClient) -> None:
    facts = await look_up(
        shop,
        BY_EMAIL,
        about(LookupKind.ORDERS, "order_id", "w10002"),
        about(LookupKind.PAYMENTS, "customer_id", "cus_1"),
        about(LookupKind.SUBSCRIPTION, "customer_id", "cus_1"),
    )
    assert facts.account is not None
    assert facts.account.id == "cus_1"
    assert [order.id for order in facts.orders] == ["W10002"]
    assert len(facts.payments) == 3
    assert facts.subscription is not None
    assert len(facts.asked) == 4


@pytest.mark.parametrize(
    ("customer", "by", "value", "strength"),
    [
        (Customer(email="mia@example.com"), "email", "mia@example.com", IdentityStrength.MATCHED),
        (Customer(email="Mia@Example.com"), "email", "mia@example.com", IdentityStrength.MATCHED),
        (Customer(email="mia@example.com", authenticated=True), "email", "mia@example.com", IdentityStrength.VERIFIED),
        (Customer(id="cus_1", authenticated=True), "customer_id", "cus_1", IdentityStrength.VERIFIED),
        (Customer(id="cus_1"), "customer_id", "cus_1", IdentityStrength.CLAIMED),
        (Customer(contact_id="cus_1", authenticated=True), "customer_id", "cus_1", IdentityStrength.CLAIMED),
        (Customer(email="eve@example.com"), "email", "mia@example.com", IdentityStrength.CLAIMED),
        (Customer(email="eve@example.com", authenticated=True), "customer_id", "cus_1", IdentityStrength.CLAIMED),
        (Customer(email="eve@example.com"), "email", "eve@example.com", IdentityStrength.UNKNOWN),
    ],
)
async def test_identity_is_as_strong_as_its_proof(
    shop: httpx.AsyncClient, customer: Customer, by: str, value: str, strength: IdentityStrength
) -> None:
    facts = await look_up(shop, about(LookupKind.CUSTOMER, by, value), customer=customer)
    assert facts.identity is strength


async def test_a_question_that_fails_leaves_the_others_answered(shop: httpx.AsyncClient) -> None:
    fault = {"path": "reads", "kind": "fail", "key_contains": "payments"}
    (await shop.post("/faults", json=fault)).raise_for_status()
    payments = about(LookupKind.PAYMENTS, "customer_id", "cus_1")
    facts = await look_up(shop, BY_EMAIL, payments)
    assert facts.account is not None
    assert [failure.kind for failure in facts.failures] == [LookupKind.PAYMENTS]
    assert payments.key not in facts.asked


async def test_what_answers_at_last_has_failed_no_more(shop: httpx.AsyncClient) -> None:
    (await shop.post("/faults", json={"path": "reads", "kind": "fail"})).raise_for_status()
    failed = await look_up(shop, BY_EMAIL)
    mended = failed.with_answers(await look_up(shop, BY_EMAIL))
    assert mended.failures == ()
    assert mended.account is not None

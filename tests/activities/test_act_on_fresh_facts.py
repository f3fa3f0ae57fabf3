"""Acting on the facts that the decision saw, and on no others; one action at one record."""

import asyncio
from datetime import UTC, datetime, timedelta

import httpx
import pytest

from cases.action import (
    ActionArguments,
    ActionStatus,
    CancelOrder,
    CancelSubscription,
    ChangeAddress,
    ChangeEmail,
    ChangePlan,
    CloseAccount,
    ResetAccess,
)
from cases.reason import ReasonCode
from ledger.database import Database
from ledger.target_locks import ABANDONED_AFTER
from tests.activities.acting import asked, keyed, policy, refund
from tests.activities.keyed_acting import a_refund, act, by_hand, effects, refunded, sent_by_a_worker_that_died


@pytest.mark.parametrize("arguments", [refund("10.00"), ResetAccess(customer_id="cus_1")], ids=lambda one: one.kind)
async def test_what_is_asked_for_again_by_another_message_happens_again(
    shop: httpx.AsyncClient, database: Database, arguments: ActionArguments
) -> None:
    first = await act(shop, database, await asked(keyed(shop), arguments, by="m1"))
    second = await act(shop, database, await asked(keyed(shop), arguments, by="m2"))
    assert (first.status, second.status) == (ActionStatus.EXECUTED, ActionStatus.EXECUTED)
    assert first.receipt != second.receipt
    assert await effects(shop) == 2


async def test_a_refund_after_one_by_hand_is_proven_by_its_own_amount(
    shop: httpx.AsyncClient, database: Database
) -> None:
    await by_hand(shop, refund("25.00"))
    result = await act(shop, database, await a_refund(shop, "5.00"))
    assert result.status is ActionStatus.EXECUTED
    assert await refunded(shop) == "49.90"


async def test_what_changed_since_the_decision_is_not_done(shop: httpx.AsyncClient, database: Database) -> None:
    request = await a_refund(shop, "60.00", "pay_1")
    await by_hand(shop, refund("60.00", "pay_1"))
    result = await act(shop, database, request)
    assert result.status is ActionStatus.OUTDATED
    assert result.reason is not None
    assert result.reason.code is ReasonCode.FACTS_CHANGED
    assert "payment pay_1: refunded 0.00 → 60.00 EUR" in result.reason.sentence
    assert await refunded(shop, "pay_1") == "60.00"
    anew = await asked(keyed(shop), refund("60.00", "pay_1"))
    assert (await act(shop, database, anew)).status is ActionStatus.EXECUTED


@pytest.mark.parametrize(
    ("arguments", "meanwhile"),
    [
        (CancelOrder(order_id="W10001"), ChangeAddress(order_id="W10001", address="Neuer Weg 5, 20095 Hamburg")),
        (ChangeAddress(order_id="W10001", address="Neuer Weg 5, 20095 Hamburg"), CancelOrder(order_id="W10001")),
        (ChangePlan(subscription_id="sub_1", plan="basic"), CancelSubscription(subscription_id="sub_1")),
        (CancelSubscription(subscription_id="sub_1"), ChangePlan(subscription_id="sub_1", plan="basic")),
        (ResetAccess(customer_id="cus_1"), ChangeEmail(customer_id="cus_1", email="eve@example.com")),
        (ChangeEmail(customer_id="cus_1", email="new@example.com"), CloseAccount(customer_id="cus_1")),
        (refund("30.00", "pay_1"), CancelOrder(order_id="W10001")),
    ],
    ids=lambda arguments: arguments.kind,
)
async def test_nothing_is_done_to_a_record_that_is_another_than_the_decision_saw(
    shop: httpx.AsyncClient, database: Database, arguments: ActionArguments, meanwhile: ActionArguments
) -> None:
    request = await asked(keyed(shop), arguments)
    await by_hand(shop, meanwhile)
    result = await act(shop, database, request)
    assert result.status is ActionStatus.OUTDATED
    assert await effects(shop) == 1


async def test_nothing_is_done_to_a_record_of_somebody_else(shop: httpx.AsyncClient, database: Database) -> None:
    request = await asked(keyed(shop), refund("10.00"), customer_id="cus_2")
    result = await act(shop, database, request)
    assert result.status is ActionStatus.OUTDATED
    assert result.reason is not None
    assert "payment pay_2 belongs to cus_1, not to cus_2" in result.reason.sentence
    assert await effects(shop) == 0


async def test_nothing_is_done_to_a_record_that_the_decision_never_saw(
    shop: httpx.AsyncClient, database: Database
) -> None:
    request = await a_refund(shop)
    blind = request.model_copy(update={"basis": request.basis.model_copy(update={"payments": ()})})
    assert (await act(shop, database, blind)).status is ActionStatus.OUTDATED
    assert await effects(shop) == 0


async def test_of_what_one_decision_is_about_the_second_counts_on_the_first(
    shop: httpx.AsyncClient, database: Database
) -> None:
    cancel = await asked(keyed(shop), CancelOrder(order_id="W10001"))
    back = await asked(keyed(shop), refund("200.00", "pay_1"))
    results = [await act(shop, database, request) for request in (cancel, back)]
    assert [result.status for result in results] == [ActionStatus.EXECUTED, ActionStatus.EXECUTED]


async def test_two_cases_that_refund_one_payment_at_the_same_second_pay_once(
    shop: httpx.AsyncClient, database: Database
) -> None:
    requests = [await a_refund(shop, "25.00", "pay_1", case) for case in ("1001", "1002")]
    results = await asyncio.gather(*(act(shop, database, request) for request in requests))
    assert sorted(result.status for result in results) == [ActionStatus.EXECUTED, ActionStatus.OUTDATED]
    outdated = next(result for result in results if result.status is ActionStatus.OUTDATED)
    executed = next(request for request, result in zip(requests, results, strict=True) if result is not outdated)
    assert outdated.reason is not None
    assert executed.case_id in outdated.reason.sentence
    assert await refunded(shop, "pay_1") == "25.00"


async def test_a_change_by_hand_in_the_same_second_is_for_a_person(shop: httpx.AsyncClient, database: Database) -> None:
    request = await a_refund(shop, "30.00", "pay_1")
    await sent_by_a_worker_that_died(shop, database, request)
    await keyed(shop).execute(request.idempotency_key, request.action.arguments)
    await by_hand(shop, refund("60.00", "pay_1"))
    result = await act(shop, database, request)
    assert result.status is ActionStatus.UNKNOWN
    assert result.reason is not None
    assert "the records show something else: payment pay_1: refunded 30.00 → 90.00 EUR" in result.reason.sentence


async def test_what_may_have_happened_is_not_sent_again_after_a_change_by_hand(
    shop: httpx.AsyncClient, database: Database
) -> None:
    request = await a_refund(shop, "60.00", "pay_1")
    await sent_by_a_worker_that_died(shop, database, request)
    await by_hand(shop, refund("60.00", "pay_1"))
    result = await act(shop, database, request, policy(settle_attempts=2))
    assert result.status is ActionStatus.UNKNOWN
    assert await refunded(shop, "pay_1") == "60.00"


async def test_what_a_dead_case_has_sent_is_looked_up_by_the_next_that_needs_the_record(
    shop: httpx.AsyncClient, database: Database
) -> None:
    gone = await a_refund(shop, "10.00", case="1001")
    ago = datetime.now(UTC) - ABANDONED_AFTER - timedelta(minutes=1)
    await sent_by_a_worker_that_died(shop, database, gone, ago)
    await keyed(shop).execute(gone.idempotency_key, gone.action.arguments)
    next_one = await a_refund(shop, "10.00", case="1002")
    outdated = await act(shop, database, next_one)
    assert outdated.status is ActionStatus.OUTDATED
    assert outdated.reason is not None
    assert outdated.reason.code is ReasonCode.FACTS_CHANGED
    assert (await act(shop, database, await a_refund(shop, "10.00", case="1002"))).status is ActionStatus.EXECUTED
    assert await refunded(shop) == "39.90"

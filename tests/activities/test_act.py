"""Acting, against a real shop that keeps keys and a real ledger: once, whatever happens to the answer."""

import asyncio
from datetime import UTC, datetime

import httpx
import pytest
from temporalio.testing import ActivityEnvironment

from activities.limits import LookingAhead
from activities.policies import PolicyShelf
from cases.action import (
    ActionStatus,
    CancelOrder,
)
from cases.errors import LedgerUnavailable
from cases.reason import ReasonCode
from cases.route import RouteName
from cases.switch import Lever, Position, Switching, SwitchKind
from cases.work import LimitRequest
from ledger.actions import ActionLedger
from ledger.database import Database
from ledger.policies import PolicyLedger
from ledger.switches import SwitchLedger
from tests.activities.acting import asked, keyed, policy
from tests.activities.keyed_acting import a_refund, act, effects, sent_by_a_worker_that_died, tell
from tests.waiting import eventually


async def test_an_action_is_done_and_its_receipt_kept(shop: httpx.AsyncClient, database: Database) -> None:
    result = await act(shop, database, await a_refund(shop))
    assert result.status is ActionStatus.EXECUTED
    assert result.receipt
    assert await effects(shop) == 1


async def test_the_same_request_again_moves_nothing(shop: httpx.AsyncClient, database: Database) -> None:
    request = await a_refund(shop)
    first = await act(shop, database, request)
    assert await act(shop, database, request) == first
    assert await effects(shop) == 1


async def test_ten_at_once_are_done_once(shop: httpx.AsyncClient, database: Database) -> None:
    request = await a_refund(shop)
    results = await asyncio.gather(*(act(shop, database, request) for _ in range(10)))
    assert {result.status for result in results} == {ActionStatus.EXECUTED}
    assert await effects(shop) == 1


@pytest.mark.parametrize("kind", ["drop_answer", "drop_request", "fail"])
async def test_a_lost_answer_is_settled_by_looking_it_up(
    shop: httpx.AsyncClient, database: Database, kind: str
) -> None:
    await tell(shop, kind=kind)
    result = await act(shop, database, await a_refund(shop))
    assert result.status is ActionStatus.EXECUTED
    assert await effects(shop) == 1


async def test_an_answer_that_comes_too_late_is_settled_by_looking_it_up(
    shop: httpx.AsyncClient, database: Database
) -> None:
    await tell(shop, kind="late_answer", seconds=1.5)
    result = await act(shop, database, await a_refund(shop))
    assert result.status is ActionStatus.EXECUTED
    assert result.replayed
    assert await effects(shop) == 1


async def test_a_refusal_is_told_with_the_shops_own_reason(shop: httpx.AsyncClient, database: Database) -> None:
    result = await act(shop, database, await a_refund(shop, "45.00"))
    assert result.status is ActionStatus.REFUSED
    assert result.reason is not None
    assert result.reason.code is ReasonCode.ACTION_REFUSED
    assert await effects(shop) == 0


async def test_a_shop_that_never_answers_leaves_the_outcome_unknown(
    shop: httpx.AsyncClient, database: Database
) -> None:
    request = await a_refund(shop)
    await tell(shop, kind="drop_request", times=100)
    await tell(shop, kind="fail", path="reads", key_contains="/actions/", times=100)
    result = await act(shop, database, request, policy(settle_attempts=2))
    (await shop.delete("/faults")).raise_for_status()
    assert result.status is ActionStatus.UNKNOWN
    assert result.reason is not None
    assert result.reason.code is ReasonCode.ACTION_UNKNOWN


async def test_a_shop_that_cannot_be_read_is_not_asked_to_do_anything(
    shop: httpx.AsyncClient, database: Database
) -> None:
    request = await a_refund(shop)
    await tell(shop, kind="fail", path="reads", times=100)
    result = await act(shop, database, request, policy(settle_attempts=2))
    (await shop.delete("/faults")).raise_for_status()
    assert result.status is ActionStatus.NOT_DONE
    assert await effects(shop) == 0


async def test_a_shop_that_says_it_did_nothing_leaves_nothing_done(shop: httpx.AsyncClient, database: Database) -> None:
    await tell(shop, kind="fail", times=100)
    result = await act(shop, database, await a_refund(shop), policy(settle_attempts=2))
    (await shop.delete("/faults")).raise_for_status()
    assert result.status is ActionStatus.NOT_DONE
    assert await effects(shop) == 0


async def test_a_lost_request_that_may_still_be_carried_out_is_never_told_as_not_done(
    shop: httpx.AsyncClient, database: Database
) -> None:
    await tell(shop, kind="slow", seconds=60)
    await tell(shop, kind="fail", times=100)
    result = await act(shop, database, await a_refund(shop), policy(settle_attempts=2))
    (await shop.delete("/faults")).raise_for_status()
    assert result.status is ActionStatus.UNKNOWN
    assert await effects(shop) == 0


async def test_an_action_tried_by_a_worker_that_died_is_looked_up_before_it_is_tried_again(
    shop: httpx.AsyncClient, database: Database
) -> None:
    request = await a_refund(shop)
    await sent_by_a_worker_that_died(shop, database, request)
    await keyed(shop).execute(request.idempotency_key, request.action.arguments)
    result = await act(shop, database, request)
    assert result.status is ActionStatus.EXECUTED
    assert result.replayed
    assert await effects(shop) == 1


async def test_money_over_the_customers_limit_does_not_move(shop: httpx.AsyncClient, database: Database) -> None:
    rules = policy(customer_limit=40)
    first = await act(shop, database, await a_refund(shop, "30.00"), rules)
    second = await act(shop, database, await a_refund(shop, "20.00", "pay_1", "1002"), rules)
    assert first.status is ActionStatus.EXECUTED
    assert second.status is ActionStatus.REFUSED
    assert second.reason is not None
    assert second.reason.sentence == "customer limit of 40.00 EUR is reached"
    assert await effects(shop) == 1


async def test_a_lead_goes_on_beyond_a_limit(shop: httpx.AsyncClient, database: Database) -> None:
    rules = policy(customer_limit=20)
    request = await a_refund(shop)
    assert (await act(shop, database, request, rules)).status is ActionStatus.REFUSED
    led = request.model_copy(update={"beyond_limits": "lena", "decision": "review-2"})
    assert (await act(shop, database, led, rules)).status is ActionStatus.EXECUTED


async def test_what_a_limit_will_refuse_is_known_before(shop: httpx.AsyncClient, database: Database) -> None:
    rules = policy(customer_limit=20)
    looking = LookingAhead(ActionLedger(database), PolicyShelf(rules, PolicyLedger(database)))
    for amount, is_over in (("20.01", True), ("20.00", False)):
        wanted = LimitRequest(policy_version=rules.version, requests=(await a_refund(shop, amount),))
        ahead = await ActivityEnvironment().run(looking.limit_ahead, wanted)
        assert (ahead.over is not None) is is_over


async def test_without_a_ledger_nothing_is_done(shop: httpx.AsyncClient) -> None:
    nowhere = Database.at("postgresql://postgres@127.0.0.1:1/none", connections=1)
    with pytest.raises(LedgerUnavailable):
        await act(shop, nowhere, await a_refund(shop))
    await nowhere.close()
    assert await effects(shop) == 0


REFUNDS = Lever(kind=SwitchKind.ACTION, name="refund")


async def switch(database: Database, lever: Lever, position: Position) -> None:
    moved = Switching(lever=lever, position=position, why="the shop refunds twice", by="Olga", at=datetime.now(UTC))
    await SwitchLedger(database).move(moved)


@pytest.mark.parametrize(
    "lever", [Lever(kind=SwitchKind.ACTION, name="refund"), Lever(kind=SwitchKind.TENANT, name="acme")]
)
async def test_what_is_switched_off_is_not_done_and_the_reason_is_that_of_whoever_did_it(
    shop: httpx.AsyncClient, database: Database, lever: Lever
) -> None:
    await switch(database, lever, Position.OFF)
    result = await act(shop, database, await a_refund(shop))
    assert result.status is ActionStatus.REFUSED
    assert result.reason is not None
    assert result.reason.sentence == f"{lever} was switched off by Olga: the shop refunds twice"
    assert await effects(shop) == 0


@pytest.mark.parametrize(
    "lever", [Lever(kind=SwitchKind.INTENT, name="refund_request"), Lever(kind=SwitchKind.ROUTE, name="routine")]
)
async def test_what_was_approved_for_an_intent_or_on_a_route_that_is_switched_off_is_not_done(
    shop: httpx.AsyncClient, database: Database, lever: Lever
) -> None:
    await switch(database, lever, Position.OFF)
    result = await act(shop, database, (await a_refund(shop)).model_copy(update={"route": RouteName.ROUTINE}))
    assert result.status is ActionStatus.REFUSED
    assert result.reason is not None
    assert result.reason.code is ReasonCode.SWITCHED_OFF
    assert await effects(shop) == 0


async def test_what_was_never_sent_is_not_done_once_it_is_switched_off(
    shop: httpx.AsyncClient, database: Database
) -> None:
    request = await a_refund(shop)
    await ActionLedger(database).reserve_action(request, policy().document.value_limits, datetime.now(UTC))
    await switch(database, REFUNDS, Position.OFF)
    result = await act(shop, database, request)
    assert result.status is ActionStatus.REFUSED
    assert await effects(shop) == 0


async def test_what_was_sent_by_a_worker_that_died_is_unknown_once_it_is_switched_off(
    shop: httpx.AsyncClient, database: Database
) -> None:
    request = await a_refund(shop)
    await sent_by_a_worker_that_died(shop, database, request)
    await switch(database, REFUNDS, Position.OFF)
    result = await act(shop, database, request)
    assert result.status is ActionStatus.UNKNOWN
    assert result.reason is not None
    assert result.reason.sentence == (
        "Refund 30.00 EUR of payment pay_2 (action refund switched off meanwhile) may or may not have happened"
    )
    assert await effects(shop) == 0


async def test_an_action_that_was_done_before_it_was_switched_off_is_told_as_done(
    shop: httpx.AsyncClient, database: Database
) -> None:
    request = await a_refund(shop)
    await sent_by_a_worker_that_died(shop, database, request)
    await keyed(shop).execute(request.idempotency_key, request.action.arguments)
    await switch(database, Lever(kind=SwitchKind.ACTION, name="refund"), Position.OFF)
    assert (await act(shop, database, request)).status is ActionStatus.EXECUTED


async def test_an_action_that_is_switched_off_between_two_tries_is_not_tried_again(
    shop: httpx.AsyncClient, database: Database
) -> None:
    await tell(shop, kind="fail", times=2)
    trying = asyncio.create_task(act(shop, database, await a_refund(shop)))
    await eventually(lambda: was_intended(database), "the intent to be written down")
    await switch(database, Lever(kind=SwitchKind.ACTION, name="refund"), Position.OFF)
    result = await trying
    assert result.status is ActionStatus.REFUSED
    assert result.reason is not None
    assert result.reason.code is ReasonCode.SWITCHED_OFF
    assert await effects(shop) == 0


async def was_intended(database: Database) -> bool:
    async with database.transaction() as connection:
        return (await connection.exec_driver_sql("SELECT count(*) FROM actions")).scalar_one() > 0


async def test_a_refusal_after_a_lost_request_that_may_still_be_carried_out_is_told_as_unknown(
    shop: httpx.AsyncClient, database: Database
) -> None:
    request = await a_refund(shop, "45.00")
    await tell(shop, kind="drop_request")
    result = await act(shop, database, request)
    assert result.status is ActionStatus.UNKNOWN
    assert result.reason is not None
    assert result.reason.code is ReasonCode.ACTION_UNKNOWN


async def test_what_was_refused_by_a_switch_is_done_under_the_same_key_once_it_is_on_again(
    shop: httpx.AsyncClient, database: Database
) -> None:
    request = await a_refund(shop)
    await switch(database, REFUNDS, Position.OFF)
    assert (await act(shop, database, request)).status is ActionStatus.REFUSED
    await switch(database, REFUNDS, Position.ON)
    assert (await act(shop, database, request)).status is ActionStatus.EXECUTED


async def test_another_action_goes_on(shop: httpx.AsyncClient, database: Database) -> None:
    await switch(database, Lever(kind=SwitchKind.ACTION, name="close_account"), Position.OFF)
    assert (await act(shop, database, await a_refund(shop))).status is ActionStatus.EXECUTED


async def test_a_refusal_of_the_shop_is_asked_again_after_a_new_decision_of_a_person(
    shop: httpx.AsyncClient, database: Database
) -> None:
    request = (await asked(keyed(shop), CancelOrder(order_id="W10002"))).model_copy(update={"decision": "review-1"})
    assert (await act(shop, database, request)).status is ActionStatus.REFUSED
    assert (await act(shop, database, request)).status is ActionStatus.REFUSED
    async with database.transaction() as connection:
        await connection.exec_driver_sql("UPDATE shop.orders SET status = 'packed' WHERE id = 'W10002'")
    anew = (await asked(keyed(shop), CancelOrder(order_id="W10002"))).model_copy(update={"decision": "review-2"})
    assert (await act(shop, database, anew)).status is ActionStatus.EXECUTED

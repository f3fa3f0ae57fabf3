"""Acting, against a real shop and a real ledger: once, whatever happens to the answer."""

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from decimal import Decimal

import httpx
import pytest
from temporalio.testing import ActivityEnvironment

from activities.act import Acting
from activities.policies import PolicyShelf
from activities.switches import Switchboard
from cases.action import ActionResult, ActionStatus, ProposedAction, Refund, ValueLimit
from cases.errors import LedgerUnavailable
from cases.money import Money
from cases.policy.document import Policy
from cases.policy.rulebook import ToolTimes, ValueLimits
from cases.reason import ReasonCode
from cases.route import RouteName
from cases.switch import Lever, Position, Switching, SwitchKind
from cases.work import ActRequest
from integrations.commerce.http_shop import HttpShop
from ledger.actions import ActionLedger
from ledger.database import Database
from ledger.policies import PolicyLedger
from ledger.switches import SwitchLedger
from starter.policy_files import read_policy
from starter.settings import DEFAULT_POLICY
from tests.waiting import eventually


def policy(settle_attempts: int = 4, customer_limit: int = 200) -> Policy:
    """The local policy with quick patience."""
    kept = read_policy(DEFAULT_POLICY)
    limit = ValueLimit(amounts={"EUR": Decimal(customer_limit)}, window_seconds=86_400)
    document = kept.document.model_copy(
        update={
            "tool_times": ToolTimes(settle_attempts=settle_attempts),
            "value_limits": ValueLimits(per_customer=limit, per_tenant=limit),
        }
    )
    return Policy(version=kept.version, document=document)


def refund(amount: str = "30.00", payment: str = "pay_2", case: str = "1001") -> ActRequest:
    arguments = Refund(payment_id=payment, amount=Money(amount=Decimal(amount), currency="EUR"))
    return ActRequest(
        case_id=f"ticket:acme:demo:{case}",
        tenant="acme",
        customer_id="cus_1",
        policy_version=policy().version,
        action=ProposedAction(
            id=f"refund:{payment}",
            intent="refund_request",
            arguments=arguments,
            summary=f"Refund {amount} EUR of payment {payment}",
            reversible=False,
        ),
    )


@pytest.fixture
async def database(migrated_url: str) -> AsyncIterator[Database]:
    opened = Database.at(migrated_url, connections=5)
    async with opened.transaction() as connection:
        await connection.exec_driver_sql("TRUNCATE actions, switchings")
    yield opened
    await opened.close()


async def act(
    shop: httpx.AsyncClient, database: Database, request: ActRequest, rules: Policy | None = None
) -> ActionResult:
    shelf = PolicyShelf(rules or policy(), PolicyLedger(database))
    acting = Acting(HttpShop(shop), ActionLedger(database), shelf, Switchboard(SwitchLedger(database)))
    return await ActivityEnvironment().run(acting.act, request)


async def effects(shop: httpx.AsyncClient) -> int:
    return len((await shop.get("/effects")).json())


async def tell(shop: httpx.AsyncClient, **fault: object) -> None:
    (await shop.post("/faults", json={"path": "actions", **fault})).raise_for_status()


async def test_an_action_is_done_and_its_receipt_kept(shop: httpx.AsyncClient, database: Database) -> None:
    result = await act(shop, database, refund())
    assert result.status is ActionStatus.EXECUTED
    assert result.receipt
    assert await effects(shop) == 1


async def test_the_same_request_again_moves_nothing(shop: httpx.AsyncClient, database: Database) -> None:
    first = await act(shop, database, refund())
    again = await act(shop, database, refund())
    assert again == first
    assert await effects(shop) == 1


async def test_ten_at_once_are_done_once(shop: httpx.AsyncClient, database: Database) -> None:
    results = await asyncio.gather(*(act(shop, database, refund()) for _ in range(10)))
    assert {result.status for result in results} == {ActionStatus.EXECUTED}
    assert await effects(shop) == 1


@pytest.mark.parametrize("kind", ["drop_answer", "drop_request", "fail"])
async def test_a_lost_answer_is_settled_by_looking_it_up(
    shop: httpx.AsyncClient, database: Database, kind: str
) -> None:
    await tell(shop, kind=kind)
    result = await act(shop, database, refund())
    assert result.status is ActionStatus.EXECUTED
    assert await effects(shop) == 1


async def test_an_answer_that_comes_too_late_is_settled_by_looking_it_up(
    shop: httpx.AsyncClient, database: Database
) -> None:
    await tell(shop, kind="late_answer", seconds=1.5)
    result = await act(shop, database, refund())
    assert result.status is ActionStatus.EXECUTED
    assert result.replayed
    assert await effects(shop) == 1


async def test_a_refusal_is_told_with_the_shops_own_reason(shop: httpx.AsyncClient, database: Database) -> None:
    result = await act(shop, database, refund("45.00"))
    assert result.status is ActionStatus.REFUSED
    assert result.reason is not None
    assert result.reason.code is ReasonCode.ACTION_REFUSED
    assert await effects(shop) == 0


async def test_a_shop_that_never_answers_leaves_the_outcome_unknown(
    shop: httpx.AsyncClient, database: Database
) -> None:
    await tell(shop, kind="drop_request", times=100)
    await tell(shop, kind="fail", path="reads", times=100)
    result = await act(shop, database, refund(), policy(settle_attempts=2))
    (await shop.delete("/faults")).raise_for_status()
    assert result.status is ActionStatus.UNKNOWN
    assert result.reason is not None
    assert result.reason.code is ReasonCode.ACTION_UNKNOWN


async def test_a_shop_that_says_it_did_nothing_leaves_nothing_done(shop: httpx.AsyncClient, database: Database) -> None:
    await tell(shop, kind="fail", times=100)
    result = await act(shop, database, refund(), policy(settle_attempts=2))
    (await shop.delete("/faults")).raise_for_status()
    assert result.status is ActionStatus.NOT_DONE
    assert await effects(shop) == 0


async def test_a_lost_request_that_may_still_be_carried_out_is_never_told_as_not_done(
    shop: httpx.AsyncClient, database: Database
) -> None:
    await tell(shop, kind="slow", seconds=60)
    await tell(shop, kind="fail", times=100)
    result = await act(shop, database, refund(), policy(settle_attempts=2))
    (await shop.delete("/faults")).raise_for_status()
    assert result.status is ActionStatus.UNKNOWN
    assert await effects(shop) == 0


async def test_an_action_tried_by_a_worker_that_died_is_looked_up_before_it_is_tried_again(
    shop: httpx.AsyncClient, database: Database
) -> None:
    request = refund()
    await ActionLedger(database).reserve_action(request, policy().document.value_limits, datetime.now(UTC))
    await HttpShop(shop).execute(request.idempotency_key, request.action.arguments)
    result = await act(shop, database, request)
    assert result.status is ActionStatus.EXECUTED
    assert result.replayed
    assert await effects(shop) == 1


async def test_money_over_the_customers_limit_does_not_move(shop: httpx.AsyncClient, database: Database) -> None:
    rules = policy(customer_limit=40)
    first = await act(shop, database, refund("30.00"), rules)
    second = await act(shop, database, refund("20.00", "pay_1", "1002"), rules)
    assert first.status is ActionStatus.EXECUTED
    assert second.status is ActionStatus.REFUSED
    assert second.reason is not None
    assert second.reason.sentence == "customer limit of 40.00 EUR is reached"
    assert await effects(shop) == 1


async def test_without_a_ledger_nothing_is_done(shop: httpx.AsyncClient) -> None:
    nowhere = Database.at("postgresql://postgres@127.0.0.1:1/none", connections=1)
    with pytest.raises(LedgerUnavailable):
        await act(shop, nowhere, refund())
    await nowhere.close()
    assert await effects(shop) == 0


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
    result = await act(shop, database, refund())
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
    result = await act(shop, database, refund().model_copy(update={"route": RouteName.ROUTINE}))
    assert result.status is ActionStatus.REFUSED
    assert result.reason is not None
    assert result.reason.code is ReasonCode.SWITCHED_OFF
    assert await effects(shop) == 0


async def test_an_action_whose_worker_died_before_it_was_done_is_not_done_once_it_is_switched_off(
    shop: httpx.AsyncClient, database: Database
) -> None:
    request = refund()
    await ActionLedger(database).reserve_action(request, policy().document.value_limits, datetime.now(UTC))
    await switch(database, Lever(kind=SwitchKind.ACTION, name="refund"), Position.OFF)
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
    request = refund()
    await ActionLedger(database).reserve_action(request, policy().document.value_limits, datetime.now(UTC))
    await HttpShop(shop).execute(request.idempotency_key, request.action.arguments)
    await switch(database, Lever(kind=SwitchKind.ACTION, name="refund"), Position.OFF)
    assert (await act(shop, database, request)).status is ActionStatus.EXECUTED


async def test_an_action_that_is_switched_off_between_two_tries_is_not_tried_again(
    shop: httpx.AsyncClient, database: Database
) -> None:
    await tell(shop, kind="fail", times=2)
    trying = asyncio.create_task(act(shop, database, refund()))
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
    request = refund("45.00")
    await tell(shop, kind="drop_request")
    result = await act(shop, database, request)
    assert result.status is ActionStatus.UNKNOWN
    assert result.reason is not None
    assert result.reason.code is ReasonCode.ACTION_UNKNOWN


async def test_what_is_switched_on_again_is_done(shop: httpx.AsyncClient, database: Database) -> None:
    lever = Lever(kind=SwitchKind.ACTION, name="refund")
    await switch(database, lever, Position.OFF)
    await switch(database, lever, Position.ON)
    assert (await act(shop, database, refund())).status is ActionStatus.EXECUTED


async def test_another_action_goes_on(shop: httpx.AsyncClient, database: Database) -> None:
    await switch(database, Lever(kind=SwitchKind.ACTION, name="close_account"), Position.OFF)
    assert (await act(shop, database, refund())).status is ActionStatus.EXECUTED

import asyncio
from datetime import timedelta
from decimal import Decimal

import pytest

from cases.action import ActionResult, ActionStatus, ProposedAction, Refund
from cases.money import Money
from cases.reason import Reason, ReasonCode
from cases.reservation import AlreadySettled, OverLimit, Reserved
from cases.work import ActRequest
from ledger.actions import ActionLedger, NotReserved
from ledger.database import Database
from tests.ledger.samples import NOON, limits, refund_request, reset_request

AMPLE = limits("1000", "1000000")
FRESH = Reserved(repeated=False)
REPEATED = Reserved(repeated=True)


@pytest.fixture
def ledger(database: Database) -> ActionLedger:
    return ActionLedger(database)


def ended(request: ActRequest, status: ActionStatus) -> ActionResult:
    if status is ActionStatus.EXECUTED:
        return ActionResult(action_id=request.action.id, status=status, receipt="re_77", replayed=True)
    reason = Reason(code=ReasonCode.ACTION_REFUSED, sentence="the shop said no")
    return ActionResult(action_id=request.action.id, status=status, reason=reason)


def with_amount(request: ActRequest, amount: str) -> ActRequest:
    arguments = Refund(payment_id="pay_10023", amount=Money(amount=Decimal(amount), currency="EUR"))
    action = ProposedAction.model_validate({**request.action.model_dump(), "arguments": arguments})
    return request.model_copy(update={"action": action})


def over(which: str, used: str, limit: str) -> OverLimit:
    return OverLimit(
        which=which,
        used=Money(amount=Decimal(used), currency="EUR"),
        limit=Money(amount=Decimal(limit), currency="EUR"),
    )


async def test_an_intent_is_recorded_once(ledger: ActionLedger) -> None:
    request = refund_request("10", tenant="once")
    assert await ledger.reserve_action(request, AMPLE, NOON) == FRESH
    assert await ledger.reserve_action(request, AMPLE, NOON) == REPEATED


@pytest.mark.parametrize("status", [ActionStatus.EXECUTED, ActionStatus.REFUSED], ids=str)
async def test_an_action_that_has_ended_is_answered_with_its_end(ledger: ActionLedger, status: ActionStatus) -> None:
    request = refund_request("10", tenant="ended")
    await ledger.reserve_action(request, AMPLE, NOON)
    await ledger.settle_action(request.idempotency_key, ended(request, status), NOON)
    assert await ledger.reserve_action(request, AMPLE, NOON) == AlreadySettled(result=ended(request, status))


@pytest.mark.parametrize("status", [ActionStatus.NOT_DONE, ActionStatus.UNKNOWN], ids=str)
async def test_an_action_without_a_final_word_may_be_looked_up_and_tried_again(
    ledger: ActionLedger, status: ActionStatus
) -> None:
    request = refund_request("10", tenant="again")
    await ledger.reserve_action(request, AMPLE, NOON)
    await ledger.settle_action(request.idempotency_key, ended(request, status), NOON)
    assert await ledger.reserve_action(request, AMPLE, NOON) == REPEATED


async def test_what_was_executed_stays_executed(ledger: ActionLedger) -> None:
    request = refund_request("10", tenant="late")
    await ledger.reserve_action(request, AMPLE, NOON)
    done = ended(request, ActionStatus.EXECUTED)
    await ledger.settle_action(request.idempotency_key, done, NOON)
    await ledger.settle_action(request.idempotency_key, ended(request, ActionStatus.UNKNOWN), NOON)
    assert await ledger.reserve_action(request, AMPLE, NOON) == AlreadySettled(result=done)


async def test_settling_what_was_never_reserved_is_an_error_that_names_the_key(ledger: ActionLedger) -> None:
    request = refund_request("10")
    with pytest.raises(NotReserved, match="refund:pay_10023"):
        await ledger.settle_action(request.idempotency_key, ended(request, ActionStatus.EXECUTED), NOON)


@pytest.mark.parametrize(
    ("status", "counts"),
    [
        (ActionStatus.EXECUTED, True),
        (ActionStatus.UNKNOWN, True),
        (ActionStatus.REFUSED, False),
        (ActionStatus.NOT_DONE, False),
    ],
    ids=str,
)
async def test_only_money_that_moved_or_may_have_moved_counts(
    ledger: ActionLedger, status: ActionStatus, *, counts: bool
) -> None:
    tenant, rule = f"counts-{status.value.replace('_', '-')}", limits("50", "1000")
    first = refund_request("40", tenant=tenant)
    await ledger.reserve_action(first, rule, NOON)
    await ledger.settle_action(first.idempotency_key, ended(first, status), NOON)
    second = await ledger.reserve_action(refund_request("20", tenant=tenant), rule, NOON)
    assert second == (over("customer", "40", "50") if counts else FRESH)


async def test_a_limit_may_be_reached_but_not_passed(ledger: ActionLedger) -> None:
    rule = limits("50", "1000")
    assert await ledger.reserve_action(refund_request("30", tenant="edge"), rule, NOON) == FRESH
    assert await ledger.reserve_action(refund_request("20", tenant="edge"), rule, NOON) == FRESH
    refused = await ledger.reserve_action(refund_request("0.01", tenant="edge"), rule, NOON)
    assert refused == over("customer", "50", "50")


async def test_a_refused_reservation_records_no_intent(ledger: ActionLedger) -> None:
    request = refund_request("60", tenant="nothing")
    assert await ledger.reserve_action(request, limits("50", "50"), NOON) == over("customer", "0", "50")
    assert await ledger.reserve_action(request, AMPLE, NOON) == FRESH


async def test_each_customer_has_a_limit_and_the_tenant_another(ledger: ActionLedger) -> None:
    rule = limits("50", "80")
    for customer, expected in (("cus_1", FRESH), ("cus_2", over("tenant", "50", "80"))):
        request = refund_request("50", tenant="two-limits", customer_id=customer)
        assert await ledger.reserve_action(request, rule, NOON) == expected


async def test_customers_nobody_knows_share_one_limit(ledger: ActionLedger) -> None:
    rule = limits("50", "1000")
    first = refund_request("50", tenant="nobody", customer_id=None)
    assert await ledger.reserve_action(first, rule, NOON) == FRESH
    second = refund_request("50", tenant="nobody", customer_id=None)
    assert await ledger.reserve_action(second, rule, NOON) == over("customer", "50", "50")


async def test_money_that_moved_before_the_window_counts_no_more(ledger: ActionLedger) -> None:
    rule = limits("50", "1000", seconds=3600)
    assert await ledger.reserve_action(refund_request("50", tenant="window"), rule, NOON) == FRESH
    soon = await ledger.reserve_action(refund_request("50", tenant="window"), rule, NOON + timedelta(minutes=59))
    assert soon == over("customer", "50", "50")
    later = await ledger.reserve_action(refund_request("50", tenant="window"), rule, NOON + timedelta(minutes=61))
    assert later == FRESH


async def test_a_currency_without_a_limit_moves_nothing(ledger: ActionLedger) -> None:
    refused = await ledger.reserve_action(refund_request("1", tenant="dollars", currency="USD"), AMPLE, NOON)
    assert isinstance(refused, OverLimit)
    assert refused.limit == Money(amount=Decimal(0), currency="USD")


async def test_an_action_that_moves_no_money_has_no_limit(ledger: ActionLedger) -> None:
    assert await ledger.reserve_action(reset_request(tenant="free"), limits("0", "0"), NOON) == FRESH


async def test_a_lowered_limit_does_not_hide_a_try_that_may_have_got_through(ledger: ActionLedger) -> None:
    request = refund_request("40", tenant="lowered")
    await ledger.reserve_action(request, AMPLE, NOON)
    assert await ledger.reserve_action(request, limits("1", "1"), NOON) == REPEATED


async def test_more_money_under_the_same_key_is_checked_again(ledger: ActionLedger) -> None:
    rule = limits("50", "1000")
    request = refund_request("40", tenant="raised")
    await ledger.reserve_action(request, rule, NOON)
    assert await ledger.reserve_action(with_amount(request, "50"), rule, NOON) == REPEATED
    assert await ledger.reserve_action(with_amount(request, "51"), rule, NOON) == over("customer", "0", "50")


async def test_of_twenty_that_race_for_a_limit_no_more_pass_than_it_allows(ledger: ActionLedger) -> None:
    rule = limits("70", "1000")
    racing = [refund_request("10", tenant="race") for _ in range(20)]
    answers = await asyncio.gather(*(ledger.reserve_action(request, rule, NOON) for request in racing))
    assert answers.count(FRESH) == 7
    assert sum(isinstance(answer, OverLimit) for answer in answers) == 13


async def test_of_twenty_that_race_with_one_key_one_is_the_first(ledger: ActionLedger) -> None:
    request = refund_request("10", tenant="same-key")
    answers = await asyncio.gather(*(ledger.reserve_action(request, AMPLE, NOON) for _ in range(20)))
    assert answers.count(FRESH) == 1
    assert answers.count(REPEATED) == 19

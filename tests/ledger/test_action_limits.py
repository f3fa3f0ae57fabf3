"""How much money actions may move, and who may go beyond it."""

import asyncio
from datetime import timedelta
from decimal import Decimal

import pytest

from cases.action import ActionStatus
from cases.money import Money
from cases.reservation import OverLimit, Reserved
from ledger.actions import ActionLedger
from ledger.database import Database
from tests.ledger.ended_actions import AMPLE, FRESH, ended, with_amount
from tests.ledger.samples import NOON, limits, refund_request, reset_request


@pytest.fixture
def ledger(database: Database) -> ActionLedger:
    return ActionLedger(database)


def over(which: str, used: str, limit: str) -> OverLimit:
    return OverLimit(
        which=which,
        used=Money(amount=Decimal(used), currency="EUR"),
        limit=Money(amount=Decimal(limit), currency="EUR"),
    )


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
    sending = await ledger.begin_sending(request.idempotency_key, request.basis, NOON)
    assert await ledger.reserve_action(request, limits("1", "1"), NOON) == Reserved(sent=sending.sent)


async def test_more_money_under_the_same_key_is_checked_again(ledger: ActionLedger) -> None:
    rule = limits("50", "1000")
    request = refund_request("40", tenant="raised")
    await ledger.reserve_action(request, rule, NOON)
    assert await ledger.reserve_action(with_amount(request, "50"), rule, NOON) == FRESH
    assert await ledger.reserve_action(with_amount(request, "51"), rule, NOON) == over("customer", "0", "50")


async def test_of_twenty_that_race_for_a_limit_no_more_pass_than_it_allows(ledger: ActionLedger) -> None:
    rule = limits("70", "1000")
    racing = [refund_request("10", tenant="race") for _ in range(20)]
    answers = await asyncio.gather(*(ledger.reserve_action(request, rule, NOON) for request in racing))
    assert answers.count(FRESH) == 7
    assert sum(isinstance(answer, OverLimit) for answer in answers) == 13


async def test_a_lead_goes_on_beyond_a_limit_where_the_policy_says_so(ledger: ActionLedger, database: Database) -> None:
    strict = limits("50", "1000")
    allowing = strict.model_copy(update={"leads_may_exceed": True})
    request = refund_request("60", tenant="leads")
    led = request.model_copy(update={"beyond_limits": "lena"})
    assert await ledger.reserve_action(led, strict, NOON) == over("customer", "0", "50")
    assert await ledger.reserve_action(request, allowing, NOON) == over("customer", "0", "50")
    assert await ledger.reserve_action(led, allowing, NOON) == FRESH
    async with database.transaction() as connection:
        rows = await connection.exec_driver_sql("SELECT beyond_limits FROM actions WHERE tenant = 'leads'")
        assert [row.beyond_limits for row in rows] == ["lena"]
    counted = await ledger.reserve_action(refund_request("1", tenant="leads"), strict, NOON)
    assert counted == over("customer", "60", "50")


async def test_a_limit_that_would_refuse_several_actions_together_is_known_before(ledger: ActionLedger) -> None:
    rule = limits("50", "1000")
    two = [refund_request("30", tenant="ahead") for _ in range(2)]
    assert await ledger.limit_ahead(two[:1], rule, NOON) is None
    assert await ledger.limit_ahead(two, rule, NOON) == over("customer", "0", "50")
    assert await ledger.limit_ahead([], rule, NOON) is None
    assert await ledger.reserve_action(two[0], rule, NOON) == FRESH
    assert await ledger.limit_ahead(two[1:], rule, NOON) == over("customer", "30", "50")

"""Actions in the ledger: intended before they are done, settled once, and one at a time at one record."""

import asyncio
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Literal

import pytest

from cases.action import ActionResult, ActionStatus, CancelOrder, ProposedAction, Refund
from cases.errors import ActionUnderWay, InvalidInput
from cases.money import Money
from cases.reason import Reason, ReasonCode
from cases.reservation import AlreadySettled, Done, OverLimit, Reserved, Sent, TargetBusy, TargetChanged
from cases.target_records import TargetRecords
from cases.work import ActRequest
from ledger.actions import ActionLedger, NotReserved
from ledger.database import Database
from ledger.target_locks import ABANDONED_AFTER
from tests.ledger.samples import NOON, a_payment, limits, refund_request, reset_request

AMPLE = limits("1000", "1000000")
FRESH = Reserved()
SOON = NOON + timedelta(seconds=1)


@pytest.fixture
def ledger(database: Database) -> ActionLedger:
    return ActionLedger(database)


def ended(request: ActRequest, status: ActionStatus, code: ReasonCode = ReasonCode.ACTION_REFUSED) -> ActionResult:
    if status is ActionStatus.EXECUTED:
        return ActionResult(action_id=request.action.id, status=status, receipt="re_77", replayed=True)
    reason = Reason(code=code, sentence="the shop said no")
    return ActionResult(action_id=request.action.id, status=status, reason=reason)


async def done(ledger: ActionLedger, request: ActRequest, at: datetime = SOON) -> None:
    """Reserve an action, send it and settle it as executed."""
    assert isinstance(await ledger.reserve_action(request, AMPLE, at), Reserved)
    await ledger.begin_sending(request.idempotency_key, request.basis, at)
    await ledger.settle_action(request.idempotency_key, ended(request, ActionStatus.EXECUTED), at)


def with_amount(request: ActRequest, amount: str) -> ActRequest:
    target = request.action.arguments.target
    arguments = Refund(payment_id=target, amount=Money(amount=Decimal(amount), currency="EUR"))
    action = ProposedAction.model_validate({**request.action.model_dump(), "arguments": arguments})
    return request.model_copy(update={"action": action})


def over(which: str, used: str, limit: str) -> OverLimit:
    return OverLimit(
        which=which,
        used=Money(amount=Decimal(used), currency="EUR"),
        limit=Money(amount=Decimal(limit), currency="EUR"),
    )


async def test_what_was_intended_and_not_sent_goes_on(ledger: ActionLedger) -> None:
    request = refund_request("10", tenant="once")
    assert await ledger.reserve_action(request, AMPLE, NOON) == FRESH
    assert await ledger.reserve_action(request, AMPLE, NOON) == FRESH


@pytest.mark.parametrize("status", [None, ActionStatus.UNKNOWN], ids=str)
async def test_what_was_sent_is_told_with_the_records_of_before(
    ledger: ActionLedger, status: ActionStatus | None
) -> None:
    request = refund_request("10", tenant="sent")
    await ledger.reserve_action(request, AMPLE, NOON)
    sending = await ledger.begin_sending(request.idempotency_key, request.basis, NOON)
    if status is not None:
        await ledger.settle_action(request.idempotency_key, ended(request, status), SOON)
    assert sending.mine
    assert await ledger.reserve_action(request, AMPLE, SOON) == Reserved(sent=Sent(at=NOON, before=request.basis))


async def test_of_twenty_tries_that_would_send_one_is_the_sender(ledger: ActionLedger) -> None:
    request = refund_request("10", tenant="senders")
    await ledger.reserve_action(request, AMPLE, NOON)
    key, later = request.idempotency_key, [NOON + timedelta(seconds=number) for number in range(20)]
    sendings = await asyncio.gather(*(ledger.begin_sending(key, request.basis, at) for at in later))
    assert sum(sending.mine for sending in sendings) == 1
    assert len({sending.sent.at for sending in sendings}) == 1


async def test_what_is_certainly_not_sent_may_be_sent_again(ledger: ActionLedger) -> None:
    request = refund_request("10", tenant="withdrawn")
    await ledger.reserve_action(request, AMPLE, NOON)
    first = await ledger.begin_sending(request.idempotency_key, request.basis, NOON)
    await ledger.withdraw_sending(request.idempotency_key, first.sent)
    second = await ledger.begin_sending(request.idempotency_key, request.basis, SOON)
    assert second.mine


async def test_nobody_withdraws_what_another_try_has_sent(ledger: ActionLedger) -> None:
    request = refund_request("10", tenant="not-mine")
    await ledger.reserve_action(request, AMPLE, NOON)
    first = await ledger.begin_sending(request.idempotency_key, request.basis, NOON)
    await ledger.withdraw_sending(request.idempotency_key, first.sent)
    second = await ledger.begin_sending(request.idempotency_key, request.basis, SOON)
    await ledger.withdraw_sending(request.idempotency_key, first.sent)
    assert await ledger.reserve_action(request, AMPLE, SOON) == Reserved(sent=second.sent)


@pytest.mark.parametrize("status", [ActionStatus.NOT_DONE, ActionStatus.OUTDATED, ActionStatus.REFUSED], ids=str)
async def test_nothing_that_another_try_has_sent_is_settled_as_never_done(
    ledger: ActionLedger, status: ActionStatus
) -> None:
    request = refund_request("10", tenant="under-way")
    await ledger.reserve_action(request, AMPLE, NOON)
    await ledger.begin_sending(request.idempotency_key, request.basis, NOON)
    with pytest.raises(ActionUnderWay):
        await ledger.settle_action(request.idempotency_key, ended(request, status), SOON)


async def test_nothing_is_sent_that_is_not_intended(ledger: ActionLedger) -> None:
    request = refund_request("10", tenant="unintended")
    with pytest.raises(NotReserved):
        await ledger.begin_sending(request.idempotency_key, request.basis, NOON)
    await ledger.reserve_action(request, AMPLE, NOON)
    await ledger.settle_action(request.idempotency_key, ended(request, ActionStatus.NOT_DONE), NOON)
    with pytest.raises(ActionUnderWay):
        await ledger.begin_sending(request.idempotency_key, request.basis, NOON)


async def test_an_action_that_was_executed_is_answered_with_its_end(ledger: ActionLedger) -> None:
    request = refund_request("10", tenant="ended")
    await done(ledger, request)
    assert await ledger.reserve_action(request, AMPLE, SOON) == AlreadySettled(
        result=ended(request, ActionStatus.EXECUTED)
    )


async def test_what_the_shop_refused_is_asked_again_only_by_a_new_decision_of_a_person(ledger: ActionLedger) -> None:
    request = refund_request("10", tenant="refused").model_copy(update={"decision": "review-1"})
    refused = ended(request, ActionStatus.REFUSED)
    await ledger.reserve_action(request, AMPLE, NOON)
    await ledger.settle_action(request.idempotency_key, refused, NOON)
    assert await ledger.reserve_action(request, AMPLE, SOON) == AlreadySettled(result=refused)
    nobody = request.model_copy(update={"decision": None})
    assert await ledger.reserve_action(nobody, AMPLE, SOON) == AlreadySettled(result=refused)
    anew = request.model_copy(update={"decision": "review-2"})
    assert await ledger.reserve_action(anew, AMPLE, SOON) == FRESH


@pytest.mark.parametrize(
    ("status", "code"),
    [
        (ActionStatus.REFUSED, ReasonCode.SWITCHED_OFF),
        (ActionStatus.NOT_DONE, ReasonCode.TOOL_FAILED),
        (ActionStatus.OUTDATED, ReasonCode.FACTS_CHANGED),
    ],
)
async def test_what_was_refused_by_us_or_not_done_may_be_tried_again(
    ledger: ActionLedger, status: ActionStatus, code: ReasonCode
) -> None:
    request = refund_request("10", tenant="again")
    await ledger.reserve_action(request, AMPLE, NOON)
    await ledger.settle_action(request.idempotency_key, ended(request, status, code), NOON)
    assert await ledger.reserve_action(request, AMPLE, SOON) == FRESH


async def test_what_was_executed_stays_executed(ledger: ActionLedger) -> None:
    request = refund_request("10", tenant="late")
    await done(ledger, request)
    executed = ended(request, ActionStatus.EXECUTED)
    late = ended(request, ActionStatus.UNKNOWN)
    assert await ledger.settle_action(request.idempotency_key, late, SOON) == executed
    assert await ledger.reserve_action(request, AMPLE, SOON) == AlreadySettled(result=executed)


async def test_settling_what_was_never_reserved_is_an_error_that_names_the_key(ledger: ActionLedger) -> None:
    request = refund_request("10", payment="pay_10023")
    with pytest.raises(NotReserved, match="refund:pay_10023:m1"):
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
    sending = await ledger.begin_sending(request.idempotency_key, request.basis, NOON)
    assert await ledger.reserve_action(request, limits("1", "1"), NOON) == Reserved(sent=sending.sent)


async def test_more_money_under_the_same_key_is_checked_again(ledger: ActionLedger) -> None:
    rule = limits("50", "1000")
    request = refund_request("40", tenant="raised")
    await ledger.reserve_action(request, rule, NOON)
    assert await ledger.reserve_action(with_amount(request, "50"), rule, NOON) == FRESH
    assert await ledger.reserve_action(with_amount(request, "51"), rule, NOON) == over("customer", "0", "50")


async def test_another_amount_under_a_key_that_was_executed_is_another_action(ledger: ActionLedger) -> None:
    request = refund_request("40", tenant="other-amount")
    await done(ledger, request)
    assert isinstance(await ledger.reserve_action(with_amount(request, "50"), AMPLE, SOON), TargetChanged)


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


@pytest.mark.parametrize("status", [None, ActionStatus.UNKNOWN], ids=str)
async def test_a_record_is_not_free_while_another_action_about_it_is_not_settled(
    ledger: ActionLedger, status: ActionStatus | None
) -> None:
    tenant, payment = f"busy-{status or ActionStatus.NOT_DONE}".replace("_", "-"), "pay_busy"
    first = refund_request("10", tenant=tenant, payment=payment)
    await ledger.reserve_action(first, AMPLE, NOON)
    await ledger.begin_sending(first.idempotency_key, first.basis, NOON)
    if status is not None:
        await ledger.settle_action(first.idempotency_key, ended(first, status), NOON)
    refused = await ledger.reserve_action(refund_request("10", tenant=tenant, payment=payment), AMPLE, SOON)
    assert isinstance(refused, TargetBusy)
    assert (refused.case_id, refused.target, refused.abandoned) == (first.case_id, payment, None)
    other = refund_request("10", tenant=f"{tenant}-other", payment=payment)
    assert await ledger.reserve_action(other, AMPLE, SOON) == FRESH


async def test_another_request_of_the_same_case_waits_as_well(ledger: ActionLedger) -> None:
    first = refund_request("10", tenant="same-case", payment="pay_1", asked_by="m1")
    second = refund_request("10", tenant="same-case", payment="pay_1", asked_by="m2")
    second = second.model_copy(update={"case_id": first.case_id})
    await ledger.reserve_action(first, AMPLE, NOON)
    assert isinstance(await ledger.reserve_action(second, AMPLE, NOON), TargetBusy)


async def test_of_twenty_cases_that_race_for_one_record_one_gets_it(ledger: ActionLedger) -> None:
    racing = [refund_request("10", tenant="one-record", payment="pay_1") for _ in range(20)]
    answers = await asyncio.gather(*(ledger.reserve_action(request, AMPLE, NOON) for request in racing))
    assert answers.count(FRESH) == 1
    assert sum(isinstance(answer, TargetBusy) for answer in answers) == 19


async def test_a_decision_that_has_not_seen_what_was_done_since_is_outdated(ledger: ActionLedger) -> None:
    first = refund_request("10", tenant="since", payment="pay_1")
    later = refund_request("10", tenant="since", payment="pay_1")
    await done(ledger, first, at=SOON)
    outdated = await ledger.reserve_action(later, AMPLE, SOON)
    assert isinstance(outdated, TargetChanged)
    assert (outdated.case_id, outdated.at) == (first.case_id, SOON)
    knowing = later.model_copy(
        update={"basis": later.basis.model_copy(update={"read_at": SOON + timedelta(seconds=1)})}
    )
    assert await ledger.reserve_action(knowing, AMPLE, SOON) == FRESH


async def test_what_was_decided_together_is_known_to_each_other(ledger: ActionLedger) -> None:
    first = refund_request("10", tenant="together", payment="pay_1", asked_by="m1")
    second = first.model_copy(
        update={"action": with_amount(first, "20").action.model_copy(update={"id": "refund:pay_1:again:m1"})}
    )
    await done(ledger, first)
    assert await ledger.reserve_action(second, AMPLE, SOON) == Reserved(
        together=(Done(arguments=first.action.arguments, moved=first.action.value),)
    )


async def test_an_order_and_what_was_paid_for_it_are_not_changed_at_once(ledger: ActionLedger) -> None:
    refund = refund_request("10", tenant="order", payment="pay_1")
    cancelling = CancelOrder(order_id="W10023")
    cancel = refund.model_copy(
        update={
            "case_id": "ticket:order:helpdesk:other",
            "action": ProposedAction(
                id="cancel_order:W10023:m1",
                request="m1",
                intent="cancel_order",
                arguments=cancelling,
                summary="cancel",
                reversible=False,
            ),
            "basis": TargetRecords(target="W10023", read_at=NOON, payments=(a_payment("pay_1"),)),
        }
    )
    assert await ledger.reserve_action(cancel, AMPLE, NOON) == FRESH
    assert isinstance(await ledger.reserve_action(refund, AMPLE, NOON), TargetBusy)


async def test_what_nobody_has_sent_holds_its_record_for_a_while_only(ledger: ActionLedger) -> None:
    gone = refund_request("10", tenant="abandoned", payment="pay_1")
    await ledger.reserve_action(gone, AMPLE, NOON)
    later = refund_request("10", tenant="abandoned", payment="pay_1")
    assert isinstance(await ledger.reserve_action(later, AMPLE, NOON + ABANDONED_AFTER), TargetBusy)
    after = NOON + ABANDONED_AFTER + timedelta(seconds=1)
    assert await ledger.reserve_action(later, AMPLE, after) == FRESH
    with pytest.raises(ActionUnderWay):
        await ledger.begin_sending(gone.idempotency_key, gone.basis, after)


async def test_what_was_sent_by_somebody_who_is_gone_is_told_so_that_it_can_be_looked_up(ledger: ActionLedger) -> None:
    gone = refund_request("10", tenant="gone", payment="pay_1")
    await ledger.reserve_action(gone, AMPLE, NOON)
    sending = await ledger.begin_sending(gone.idempotency_key, gone.basis, NOON)
    after = NOON + ABANDONED_AFTER + timedelta(seconds=1)
    busy = await ledger.reserve_action(refund_request("10", tenant="gone", payment="pay_1"), AMPLE, after)
    assert isinstance(busy, TargetBusy)
    assert busy.abandoned is not None
    assert (busy.abandoned.key, busy.abandoned.sent) == (gone.idempotency_key, sending.sent)
    assert busy.abandoned.arguments == gone.action.arguments


@pytest.mark.parametrize("found", [ActionStatus.EXECUTED, ActionStatus.NOT_DONE])
async def test_a_person_settles_what_nobody_knows(
    ledger: ActionLedger, found: Literal[ActionStatus.EXECUTED, ActionStatus.NOT_DONE]
) -> None:
    request = refund_request("10", tenant=f"by-hand-{found.value.replace('_', '-')}", payment="pay_1")
    await ledger.reserve_action(request, AMPLE, NOON)
    with pytest.raises(InvalidInput, match="it is intended"):
        await ledger.settle_by_hand(request.idempotency_key, found, "olga", NOON)
    await ledger.begin_sending(request.idempotency_key, request.basis, NOON)
    await ledger.settle_action(request.idempotency_key, ended(request, ActionStatus.UNKNOWN), NOON)
    settled = await ledger.settle_by_hand(request.idempotency_key, found, "olga", SOON)
    assert settled.status is found
    again = await ledger.reserve_action(request, AMPLE, SOON)
    assert again == (AlreadySettled(result=settled) if found is ActionStatus.EXECUTED else FRESH)

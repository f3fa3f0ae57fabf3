"""Actions in the ledger: intended before they are done, sent by one try, and settled once."""

import asyncio
from datetime import timedelta

import pytest

from cases.action import ActionStatus
from cases.errors import ActionUnderWay
from cases.reason import ReasonCode
from cases.reservation import AlreadySettled, Reserved, Sent, TargetChanged
from ledger.actions import ActionLedger, NotReserved
from ledger.database import Database
from tests.ledger.ended_actions import AMPLE, FRESH, SOON, done, ended, with_amount
from tests.ledger.samples import NOON, refund_request


@pytest.fixture
def ledger(database: Database) -> ActionLedger:
    return ActionLedger(database)


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


async def test_another_amount_under_a_key_that_was_executed_is_another_action(ledger: ActionLedger) -> None:
    request = refund_request("40", tenant="other-amount")
    await done(ledger, request)
    assert isinstance(await ledger.reserve_action(with_amount(request, "50"), AMPLE, SOON), TargetChanged)

"""Of two actions at one record only one runs, and the later must have seen the earlier."""

import asyncio
from datetime import timedelta
from typing import Literal

import pytest

from cases.action import ActionStatus, CancelOrder, ProposedAction
from cases.errors import ActionUnderWay, InvalidInput
from cases.reservation import AlreadySettled, Done, Reserved, TargetBusy, TargetChanged
from cases.target_records import TargetRecords
from ledger.actions import ActionLedger
from ledger.database import Database
from ledger.target_locks import ABANDONED_AFTER
from tests.ledger.ended_actions import AMPLE, FRESH, SOON, done, ended, with_amount
from tests.ledger.samples import NOON, a_payment, refund_request


@pytest.fixture
def ledger(database: Database) -> ActionLedger:
    return ActionLedger(database)


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

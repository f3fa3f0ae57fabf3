"""What the tests of actions in the ledger share: how an action ends, and one that is executed."""

from datetime import datetime, timedelta
from decimal import Decimal

from cases.action import ActionResult, ActionStatus, ProposedAction, Refund
from cases.money import Money
from cases.reason import Reason, ReasonCode
from cases.reservation import Reserved
from cases.work import ActRequest
from ledger.actions import ActionLedger
from tests.ledger.samples import NOON, limits

AMPLE = limits("1000", "1000000")
FRESH = Reserved()
SOON = NOON + timedelta(seconds=1)


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

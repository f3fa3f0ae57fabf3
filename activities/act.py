"""Acting: a cleared action is done once, however often it is tried.

The intent is recorded before the deed and the limits on moved money are checked in the same breath. A lost answer is
looked up by key before any second try; what cannot be settled is told as unknown, and a person looks.
"""

import asyncio
from datetime import UTC, datetime
from typing import Protocol

from temporalio import activity

from activities.heartbeat import beating
from activities.pauses import pauses
from activities.policies import PolicyShelf
from activities.switches import Switchboard
from cases.action import ActionResult, ActionStatus
from cases.errors import ToolOutcomeUnknown, ToolRefused, ToolUnavailable
from cases.policy.rulebook import ValueLimits
from cases.reason import ReasonCode
from cases.reservation import AlreadySettled, OverLimit, Reservation
from cases.switch import Lever, Switching, SwitchKind
from cases.work import ActRequest
from integrations.commerce.protocol import Commerce, Receipt
from routing.messages import reason


class ActionBook(Protocol):
    """What acting needs of the ledger."""

    async def reserve_action(self, request: ActRequest, limits: ValueLimits, now: datetime) -> Reservation:
        """Record the intent, unless it is settled or would move more money than allowed."""
        ...

    async def settle_action(self, key: str, result: ActionResult, now: datetime) -> None:
        """Record how it ended."""
        ...


class Acting:
    """Does actions in one shop."""

    def __init__(self, shop: Commerce, book: ActionBook, policies: PolicyShelf, switches: Switchboard) -> None:
        self._shop = shop
        self._book = book
        self._policies = policies
        self._switches = switches

    @activity.defn
    async def act(self, request: ActRequest) -> ActionResult:
        """Do one action once and see that it was done. Safe to repeat: the shop and the ledger know it by its key."""
        policy = await self._policies.version(request.policy_version)
        limits = policy.document.value_limits
        async with beating():
            reserved = await self._book.reserve_action(request, limits, datetime.now(UTC))
            match reserved:
                case AlreadySettled():
                    return await self._still_stands(request, reserved.result)
                case OverLimit():
                    return _over_limit(request, reserved)
                case _:
                    tries = policy.document.tool_times.settle_attempts
                    result = await self._do(request, tries, may_have_happened=reserved.repeated)
            await self._book.settle_action(request.idempotency_key, result, datetime.now(UTC))
            return result

    async def _do(self, request: ActRequest, tries: int, *, may_have_happened: bool) -> ActionResult:
        """Try, look up, try again under the same key; tell what is known when the tries are used up.

        A look-up that finds nothing lets us try again, but proves nothing: the lost request may still be carried out,
        whatever a later one is answered. The switches are looked at before each try.
        """
        for pause in pauses(tries):
            await asyncio.sleep(pause)
            try:
                if may_have_happened and (earlier := await self._shop.receipt(request.idempotency_key)):
                    return await self._verified(request, earlier.model_copy(update={"replayed": True}))
                if off := await self._switches.first_off(_levers(request)):
                    return _switched_off(request, off, may_have_happened=may_have_happened)
                receipt = await self._shop.execute(request.idempotency_key, request.action.arguments)
                may_have_happened = True
                return await self._verified(request, receipt)
            except ToolRefused as refusal:
                if may_have_happened:
                    return _unknown(request, f"refused when asked again: {refusal}")
                return _ended(request, ActionStatus.REFUSED, ReasonCode.ACTION_REFUSED, str(refusal))
            except ToolOutcomeUnknown:
                may_have_happened = True
            except ToolUnavailable as failure:
                activity.logger.info("shop unavailable for %s: %s", request.action.id, failure)
        if may_have_happened:
            return _unknown(request)
        what = "the shop could not be reached"
        return _ended(request, ActionStatus.NOT_DONE, ReasonCode.TOOL_FAILED, what)

    async def _still_stands(self, request: ActRequest, settled: ActionResult) -> ActionResult:
        """What was done before may have been changed since, by us or by others: then only a person knows more."""
        if settled.status is not ActionStatus.EXECUTED or await self._shop.stands(request.action.arguments):
            return settled
        return _unknown(request)

    async def _verified(self, request: ActRequest, receipt: Receipt) -> ActionResult:
        if not await self._shop.stands(request.action.arguments):
            return _unknown(request, f"receipt {receipt.reference} was given, but the records do not show it")
        return ActionResult(
            action_id=request.action.id,
            status=ActionStatus.EXECUTED,
            receipt=receipt.reference,
            replayed=receipt.replayed,
        )


def _ended(request: ActRequest, status: ActionStatus, code: ReasonCode, what: str) -> ActionResult:
    why = reason(code, action=request.action.summary, tool="the shop", what=what)
    return ActionResult(action_id=request.action.id, status=status, reason=why)


def _unknown(request: ActRequest, more: str = "") -> ActionResult:
    """A person must look. `more` is what they find out first, where anything is known."""
    said = f"{request.action.summary} ({more[:120]})" if more else request.action.summary
    why = reason(ReasonCode.ACTION_UNKNOWN, action=said)
    return ActionResult(action_id=request.action.id, status=ActionStatus.UNKNOWN, reason=why)


def _levers(request: ActRequest) -> tuple[Lever, ...]:
    """All that must be on for this action, however long ago it was cleared."""
    levers = [
        Lever(kind=SwitchKind.ACTION, name=request.action.kind),
        Lever(kind=SwitchKind.TENANT, name=request.tenant),
        Lever(kind=SwitchKind.INTENT, name=request.action.intent),
    ]
    if request.route is not None:
        levers.append(Lever(kind=SwitchKind.ROUTE, name=request.route))
    return tuple(levers)


def _switched_off(request: ActRequest, off: Switching, *, may_have_happened: bool) -> ActionResult:
    if may_have_happened:
        return _unknown(request, f"{off.lever} switched off meanwhile")
    why = reason(ReasonCode.SWITCHED_OFF, what=off.lever, by=off.by, why=off.why)
    return ActionResult(action_id=request.action.id, status=ActionStatus.REFUSED, reason=why)


def _over_limit(request: ActRequest, over: OverLimit) -> ActionResult:
    why = reason(ReasonCode.VALUE_LIMIT_REACHED, which=over.which, limit=over.limit)
    return ActionResult(action_id=request.action.id, status=ActionStatus.REFUSED, reason=why)

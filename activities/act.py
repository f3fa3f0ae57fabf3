"""Acting: a cleared action is done once, however often it is tried.

The intent is recorded before the action. The same transaction checks the limits on moved money, and that no other case
is changing the same records. An action whose outcome cannot be settled is reported as unknown, and a person looks.
"""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Protocol

from temporalio import activity
from temporalio.exceptions import ApplicationError, ApplicationErrorCategory

from activities.deed import Deed, Outstanding, SendingBook
from activities.heartbeat import beating
from activities.pauses import LONGEST_PAUSE_SECONDS
from activities.policies import PolicyShelf
from activities.proving import Proving
from activities.switches import Switchboard
from cases.action import ActionResult, ActionStatus
from cases.errors import ActionUnderWay, ToolUnavailable
from cases.policy.rulebook import ValueLimits
from cases.reason import Reason, ReasonCode
from cases.reservation import (
    AlreadySettled,
    OverLimit,
    Reservation,
    Reserved,
    TargetBusy,
    TargetChanged,
    Unsettled,
)
from cases.work import ActRequest
from integrations.commerce.protocol import Commerce
from routing.messages import reason
from routing.proposals import summary

SHORTEST_WAIT = timedelta(milliseconds=200)

MARGIN_SECONDS = 5.0
"""How much longer than a system's own timeout a lost request is looked for: the way there, and clocks that differ."""


class ActionBook(SendingBook, Protocol):
    """What acting needs of the ledger."""

    async def reserve_action(self, request: ActRequest, limits: ValueLimits, now: datetime) -> Reservation:
        """Record the intent, unless it is settled, its records are not free, or a limit is reached."""
        ...

    async def settle_action(self, key: str, result: ActionResult, now: datetime) -> ActionResult:
        """Record how it ended, and answer how it stands."""
        ...


def _now() -> datetime:
    return datetime.now(UTC)


class Acting:
    """Does actions in one shop."""

    def __init__(
        self,
        shop: Commerce,
        book: ActionBook,
        policies: PolicyShelf,
        switches: Switchboard,
        clock: Callable[[], datetime] = _now,
        margin_seconds: float = MARGIN_SECONDS,
    ) -> None:
        self._shop = shop
        self._book = book
        self._policies = policies
        self._switches = switches
        self._clock = clock
        self._margin = timedelta(seconds=margin_seconds)

    @activity.defn
    async def act(self, request: ActRequest) -> ActionResult:
        """Do one action once and see that it was done. Safe to repeat: the ledger knows what was sent, by its key."""
        policy = await self._policies.version(request.policy_version)
        async with beating():
            reserved = await self._reserve(request, policy.document.value_limits)
            match reserved:
                case Reserved():
                    return await self._settled(request, reserved, policy.document.tool_times.settle_attempts)
                case AlreadySettled():
                    return reserved.result
                case OverLimit():
                    return _ended(request, ActionStatus.REFUSED, over_limit(reserved))
                case TargetBusy() | TargetChanged():
                    return _ended(request, ActionStatus.OUTDATED, _not_free(reserved))

    async def _reserve(self, request: ActRequest, limits: ValueLimits) -> Reservation:
        reserved = await self._book.reserve_action(request, limits, self._clock())
        if isinstance(reserved, TargetBusy) and reserved.abandoned is not None:
            await self._settle_abandoned(reserved.abandoned)
            reserved = await self._book.reserve_action(request, limits, self._clock())
        return reserved

    async def _settled(self, request: ActRequest, reserved: Reserved, tries: int) -> ActionResult:
        action = request.action
        key = request.idempotency_key
        proving = Proving(self._shop, key, action.id, action.summary, action.arguments, action.moves)
        deed = Deed(request, reserved, self._shop, self._book, self._switches, proving, self._clock, self._margin)
        try:
            return await self._book.settle_action(key, await deed.settle(tries), self._clock())
        except Outstanding as outstanding:
            wait = min(outstanding.at - self._clock(), timedelta(seconds=LONGEST_PAUSE_SECONDS))
            raise _later(request, outstanding, max(wait, SHORTEST_WAIT)) from outstanding
        except ActionUnderWay as other:
            raise _later(request, other, SHORTEST_WAIT) from other

    async def _settle_abandoned(self, action: Unsettled) -> None:
        """Find out about an action whose own tries have ended, so that it does not hold its records for ever."""
        said = summary(action.arguments)
        proving = Proving(self._shop, action.key, action.action_id, said, action.arguments, action.moves)
        try:
            found = await proving.find(action.sent)
        except ToolUnavailable as failure:
            activity.logger.info("shop unavailable for the abandoned %s: %s", action.action_id, failure)
            return
        await self._book.settle_action(action.key, found or proving.unknown(), self._clock())


def _later(request: ActRequest, why: Exception, wait: timedelta) -> ApplicationError:
    """The engine tries again by then: no worker is kept waiting, and none that dies is missed."""
    return ApplicationError(
        f"{request.action.summary}: {why}",
        type="ActionUnderWay",
        next_retry_delay=wait,
        category=ApplicationErrorCategory.BENIGN,
    )


def over_limit(over: OverLimit) -> Reason:
    """Why a limit lets an action not be done."""
    return reason(ReasonCode.VALUE_LIMIT_REACHED, which=over.which, limit=over.limit)


def _not_free(by: TargetBusy | TargetChanged) -> Reason:
    if isinstance(by, TargetBusy):
        return reason(ReasonCode.RECORD_IN_USE, target=by.target, action=by.action, case=by.case_id)
    done = f"{by.action.replace('_', ' ')} of {by.target} was done in case {by.case_id} at {by.at:%Y-%m-%d %H:%M} UTC"
    return reason(ReasonCode.FACTS_CHANGED, what=done)


def _ended(request: ActRequest, status: ActionStatus, why: Reason) -> ActionResult:
    return ActionResult(action_id=request.action.id, status=status, reason=why)

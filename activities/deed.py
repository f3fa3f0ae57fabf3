"""One deed: the records are read, compared with what was decided on, and the action is sent; then it is proven.

It is written down before it is sent, so that a later try, whatever happened to this one, knows that it may have
happened. Only where the system of record can tell a second sending from a second action is anything sent twice.
"""

import asyncio
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Protocol

from temporalio import activity

from activities.pauses import pauses
from activities.proving import Proving
from activities.switches import Switchboard
from cases.action import ActionResult, ActionStatus, Refund
from cases.errors import ToolOutcomeUnknown, ToolRefused, ToolUnavailable
from cases.reason import ReasonCode
from cases.reservation import Reserved, Sending, Sent
from cases.switch import Lever, Switching, SwitchKind
from cases.target_records import TargetRecords
from cases.work import ActRequest
from integrations.commerce.protocol import Commerce, Operation, Proof, Receipt
from routing.effects import after_all, moved_by, unlike_effect
from routing.facts_changed import changes, strangers
from routing.messages import reason


class SendingBook(Protocol):
    """What sending needs of the ledger."""

    async def begin_sending(self, key: str, before: TargetRecords, now: datetime) -> Sending:
        """Record that it is sent now, for the first time; of several tries one is the sender."""
        ...

    async def withdraw_sending(self, key: str, sent: Sent) -> None:
        """Record that what was sent certainly did not happen."""
        ...


class Outstanding(Exception):
    """Nothing is seen of what was sent, and it may still be carried out: look again from `at` on, at the latest."""

    def __init__(self, at: datetime) -> None:
        super().__init__(f"It may still be carried out until {at:%H:%M:%S} UTC.")
        self.at = at


class Deed:
    """One try of one action that is reserved."""

    def __init__(
        self,
        request: ActRequest,
        reserved: Reserved,
        shop: Commerce,
        book: SendingBook,
        switches: Switchboard,
        proving: Proving,
        clock: Callable[[], datetime],
        margin: timedelta,
    ) -> None:
        self._request = request
        self._arguments = request.action.arguments
        self._key = request.idempotency_key
        self._expected = after_all(request.basis, reserved.together)
        self._sent = reserved.sent
        self._shop = shop
        self._book = book
        self._switches = switches
        self._proving = proving
        self._clock = clock
        self._margin = margin
        self._remark = ""

    async def settle(self, tries: int) -> ActionResult:
        """Look, send, look again, until it is settled or the tries are used up.

        Raises Outstanding, ActionUnderWay and LedgerUnavailable.
        """
        for pause in pauses(tries):
            await asyncio.sleep(pause)
            try:
                ended = await (self._begin() if self._sent is None else self._go_on(self._sent))
            except ToolUnavailable as failure:
                activity.logger.info("shop unavailable for %s: %s", self._request.action.id, failure)
                continue
            if ended is not None:
                return ended
        if self._sent is None:
            return _ended(self._request, ActionStatus.NOT_DONE, ReasonCode.TOOL_FAILED, "the shop could not be reached")
        until = _may_happen_until(self._proving.operation, self._sent, self._margin)
        if until is not None and self._clock() < until:
            raise Outstanding(until)
        return self._proving.unknown(self._remark)

    async def _begin(self) -> ActionResult | None:
        """Nothing was sent yet: see that all is as it was decided on, and send."""
        now = await self._shop.target_records(self._arguments)
        differing = (
            *changes(self._expected, now),
            *strangers(now, self._request.customer_id),
            *_other_money(self._request, self._proving.operation, now),
        )
        if differing:
            why = reason(ReasonCode.FACTS_CHANGED, what="; ".join(differing))
            return ActionResult(action_id=self._request.action.id, status=ActionStatus.OUTDATED, reason=why)
        if self._proving.operation.proof is Proof.NATURAL and not unlike_effect(now, self._proving.done, now):
            return ActionResult(action_id=self._request.action.id, status=ActionStatus.EXECUTED, replayed=True)
        if off := await self._switches.first_off(_levers(self._request)):
            return _switched_off(self._request, off)
        sending = await self._book.begin_sending(self._key, now, self._clock())
        self._sent = sending.sent
        return await self._send_first(sending.sent) if sending.mine else None

    async def _send_first(self, sent: Sent) -> ActionResult | None:
        try:
            receipt = await self._shop.execute(self._key, self._arguments)
        except ToolRefused as refusal:
            await self._book.withdraw_sending(self._key, sent)
            return _ended(self._request, ActionStatus.REFUSED, ReasonCode.ACTION_REFUSED, str(refusal))
        except ToolUnavailable:
            await self._book.withdraw_sending(self._key, sent)
            self._sent = None
            raise
        except ToolOutcomeUnknown:
            return None
        return await self._verify(sent, receipt)

    async def _go_on(self, sent: Sent) -> ActionResult | None:
        """It was sent and may have happened: look, and send it again only where that cannot do it twice."""
        seen = await self._proving.find(sent)
        if seen is not None:
            return seen
        if not _may_be_sent_again(self._proving.operation, sent, self._clock()):
            return None
        if differing := changes(sent.before, await self._shop.target_records(self._arguments)):
            self._remark = f"not sent again, because of a change meanwhile: {differing[0]}"
            return None
        if off := await self._switches.first_off(_levers(self._request)):
            return self._proving.unknown(f"{off.lever} switched off meanwhile")
        try:
            receipt = await self._shop.execute(self._key, self._arguments)
        except ToolRefused as refusal:
            self._remark = f"refused when asked again: {refusal}"
            return None
        except ToolOutcomeUnknown:
            return None
        return await self._verify(sent, receipt)

    async def _verify(self, sent: Sent, receipt: Receipt) -> ActionResult | None:
        self._remark = f"receipt {receipt.reference} was given, but the records do not show it"
        return await self._proving.verify(sent, receipt)


def _may_be_sent_again(operation: Operation, sent: Sent, now: datetime) -> bool:
    match operation.proof:
        case Proof.KEY:
            known = operation.key_seconds
            return known is None or now < sent.at + timedelta(seconds=known)
        case Proof.NATURAL:
            return True
        case Proof.MARKER | Proof.NOTHING:
            return False


def _may_happen_until(operation: Operation, sent: Sent, margin: timedelta) -> datetime | None:
    """How long what was sent may still be carried out, where it is only looked for."""
    if operation.proof is not Proof.MARKER or operation.server_seconds is None:
        return None
    return sent.at + timedelta(seconds=operation.server_seconds) + margin


def _other_money(request: ActRequest, operation: Operation, now: TargetRecords) -> tuple[str, ...]:
    """What the shop would move besides, where that is not what was decided on."""
    if isinstance(request.action.arguments, Refund):
        return ()
    moves = moved_by(request.action.arguments, now.payments, operation.refund_on_cancel)
    shown = (request.action.moves,) if request.action.moves else ()
    if moves == shown:
        return ()
    said = [" and ".join(str(money) for money in sums) or "nothing" for sums in (shown, moves)]
    return (f"money that goes back with it: {said[0]} → {said[1]}",)


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


def _ended(request: ActRequest, status: ActionStatus, code: ReasonCode, what: str) -> ActionResult:
    why = reason(code, action=request.action.summary, tool="the shop", what=what)
    return ActionResult(action_id=request.action.id, status=status, reason=why)


def _switched_off(request: ActRequest, off: Switching) -> ActionResult:
    why = reason(ReasonCode.SWITCHED_OFF, what=off.lever, by=off.by, why=off.why)
    return ActionResult(action_id=request.action.id, status=ActionStatus.REFUSED, reason=why)

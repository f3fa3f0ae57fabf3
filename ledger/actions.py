"""The book of actions: each stands here before it is done, and how it ended stands here afterwards.

| state | may have happened | holds its records | under the same key later |
|---|---|---|---|
| intended, not sent | no | yes | goes on |
| intended, sent | yes | yes | is looked up |
| executed | yes | no | answered as before |
| unknown | yes | yes | is looked up; a person settles it |
| refused by the system of record | no | no | tried again after a new decision of a person |
| refused by a switch or a limit, not done, outdated | no | no | tried again |
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Literal

from sqlalchemy import func, select, update
from sqlalchemy.ext.asyncio import AsyncConnection
from sqlmodel import col

from cases.action import ActionResult, ActionStatus
from cases.errors import ActionUnderWay, InvalidInput
from cases.policy.rulebook import ValueLimits
from cases.reason import ReasonCode
from cases.reservation import (
    AlreadySettled,
    OverLimit,
    Reservation,
    Reserved,
    Sending,
    Sent,
    TargetBusy,
    TargetChanged,
    UnknownAction,
)
from cases.target_records import TargetRecords
from cases.work import ActRequest
from ledger.action_rows import OPEN, held, result_of, sent_of, unknown_of, write_intent
from ledger.database import Database
from ledger.tables import ActionRow
from ledger.tables.action import ActionState
from ledger.target_locks import others_at
from ledger.value_limits import limit_reached

MAY_HAVE_HAPPENED = (ActionStatus.EXECUTED, ActionStatus.UNKNOWN)


class NotReserved(InvalidInput):
    """An action that ended or was to be sent without standing in the ledger as intended."""

    def __init__(self, key: str) -> None:
        super().__init__("key", f"no action is recorded under {key}.", "Reserve an action before doing it.")


class ActionLedger:
    """Reserves and settles actions. Every method raises LedgerUnavailable."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def reserve_action(self, request: ActRequest, limits: ValueLimits, now: datetime) -> Reservation:
        """Record an action's intent, unless it has ended, its records are not free, or a limit is reached.

        The tenant's reservations go one after the other, so that two of them cannot both take the last of a limit, or
        the same record.
        """
        async with self._database.transaction() as connection:
            await connection.execute(select(func.pg_advisory_xact_lock(func.hashtextextended(request.tenant, 0))))
            row = await held(connection, request.idempotency_key)
            known = None if row is None else _under_the_key(row, request)
            if known is not None:
                return known
            others = await others_at(connection, request, now)
            if not isinstance(others, tuple):
                return others
            over = await limit_reached(connection, (request,), limits, now)
            lead = request.beyond_limits if limits.leads_may_exceed else None
            if over is not None and lead is None:
                return over
            await write_intent(connection, request, now, lead if over else None)
            return Reserved(together=others)

    async def limit_ahead(self, requests: Sequence[ActRequest], limits: ValueLimits, now: datetime) -> OverLimit | None:
        """The limit that these actions of one case would break together, if they were done now. Records nothing."""
        if not requests:
            return None
        async with self._database.transaction() as connection:
            return await limit_reached(connection, requests, limits, now)

    async def begin_sending(self, key: str, before: TargetRecords, now: datetime) -> Sending:
        """Record that an action is sent now, for the first time. Of several tries that would, one is the sender.

        Raises NotReserved, and ActionUnderWay where another try has settled it meanwhile.
        """
        async with self._database.transaction() as connection:
            row = await held(connection, key)
            if row is None:
                raise NotReserved(key)
            if row.state not in OPEN:
                raise ActionUnderWay(f"Another try has settled {key} as {row.state}. Look again how it stands.")
            earlier = sent_of(row)
            if earlier is not None:
                return Sending(sent=earlier, mine=False)
            await connection.execute(
                update(ActionRow).where(col(ActionRow.key) == key).values(sent_at=now, before=before)
            )
            return Sending(sent=Sent(at=now, before=before), mine=True)

    async def withdraw_sending(self, key: str, sent: Sent) -> None:
        """Record that what was sent certainly did not happen: the first sender's word, and only of its own sending."""
        mine = (
            update(ActionRow)
            .where(col(ActionRow.key) == key, col(ActionRow.sent_at) == sent.at, col(ActionRow.state).in_(OPEN))
            .values(sent_at=None, before=None)
        )
        async with self._database.transaction() as connection:
            await connection.execute(mine)

    async def settle_action(self, key: str, result: ActionResult, now: datetime) -> ActionResult:
        """Record how an action ended, and answer how it stands. What was executed stays executed.

        Raises NotReserved, and ActionUnderWay where nothing is said to have happened and another try has sent it.
        """
        async with self._database.transaction() as connection:
            row = await held(connection, key)
            if row is None:
                raise NotReserved(key)
            if row.state is ActionState.EXECUTED:
                return result_of(row)
            if row.sent_at is not None and result.status not in MAY_HAVE_HAPPENED:
                raise ActionUnderWay(f"Another try has sent {key}. Look again how it ends.")
            await _write_end(connection, key, result, now)
            return result

    async def unknown_actions(self) -> tuple[UnknownAction, ...]:
        """The actions of which nobody knows how they ended, oldest first."""
        wanted = (
            select(ActionRow).where(col(ActionRow.state) == ActionState.UNKNOWN).order_by(col(ActionRow.intended_at))
        )
        async with self._database.transaction() as connection:
            rows = [ActionRow(**found) for found in (await connection.execute(wanted)).mappings()]
        return tuple(unknown_of(row) for row in rows)

    async def settle_by_hand(
        self, key: str, ended: Literal[ActionStatus.EXECUTED, ActionStatus.NOT_DONE], by: str, now: datetime
    ) -> ActionResult:
        """Record what a person has found out about an action of which nobody knew how it ended.

        Raises InvalidInput where there is no such action, or it is not unknown.
        """
        async with self._database.transaction() as connection:
            row = await held(connection, key)
            if row is None or row.state is not ActionState.UNKNOWN:
                found = "there is none" if row is None else f"it is {row.state}"
                raise InvalidInput(
                    "key", f"no action under {key} waits to be settled: {found}.", "Give the key of an unknown one."
                )
            result = ActionResult(action_id=row.action_id, status=ended, receipt=row.receipt)
            await _write_end(connection, key, result, now)
            certain = {"settled_by": by} if ended is ActionStatus.EXECUTED else {"settled_by": by, "sent_at": None}
            await connection.execute(update(ActionRow).where(col(ActionRow.key) == key).values(**certain))
            return result


def _under_the_key(
    row: ActionRow, request: ActRequest
) -> AlreadySettled | Reserved | TargetBusy | TargetChanged | None:
    """What stands under the key and decides at once; None: it may be begun."""
    sent = sent_of(row)
    if row.state is ActionState.EXECUTED:
        if row.arguments == request.action.arguments:
            return AlreadySettled(result=result_of(row))
        # One request asked for one thing; whatever else is asked for under it was not.
        at = row.settled_at or row.intended_at
        return TargetChanged(case_id=row.case_id, action=row.kind, target=row.target, at=at)
    if row.state in OPEN and sent is not None:
        if row.arguments == request.action.arguments:
            return Reserved(sent=sent)
        return TargetBusy(case_id=row.case_id, action=row.kind, target=row.target)
    if row.state is ActionState.UNKNOWN or (row.state is ActionState.REFUSED and _still_refused(row, request)):
        return AlreadySettled(result=result_of(row))
    return None


def _still_refused(row: ActionRow, request: ActRequest) -> bool:
    """Whether the system of record has said no to this very decision. A person who decides anew may ask again."""
    anew = request.decision is not None and request.decision != row.decision
    return row.reason_code is ReasonCode.ACTION_REFUSED and not anew and row.arguments == request.action.arguments


async def _write_end(connection: AsyncConnection, key: str, result: ActionResult, now: datetime) -> None:
    await connection.execute(
        update(ActionRow)
        .where(col(ActionRow.key) == key)
        .values(
            state=ActionState(result.status),
            receipt=result.receipt,
            replayed=result.replayed,
            reason_code=result.reason.code if result.reason else None,
            reason_sentence=result.reason.sentence if result.reason else None,
            settled_at=now,
        )
    )

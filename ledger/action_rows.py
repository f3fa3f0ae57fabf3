"""The rows of actions: one read and held, one written, and what each means."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import Insert, insert
from sqlalchemy.ext.asyncio import AsyncConnection
from sqlmodel import col

from cases.action import ActionResult, ActionStatus, Refund
from cases.money import Money
from cases.reason import Reason
from cases.reservation import Done, Sent, UnknownAction, Unsettled
from cases.work import ActRequest
from ledger.tables import ActionRow
from ledger.tables.action import ActionState

OPEN = (ActionState.INTENDED, ActionState.UNKNOWN)
"""It may have happened, or is about to: its value stays reserved, and nothing else touches its records."""


async def held(connection: AsyncConnection, key: str) -> ActionRow | None:
    """The action under a key; nobody else changes it until the transaction ends."""
    wanted = select(ActionRow).where(col(ActionRow.key) == key).with_for_update()
    found = (await connection.execute(wanted)).mappings().one_or_none()
    return None if found is None else ActionRow(**found)


async def write_intent(
    connection: AsyncConnection, request: ActRequest, now: datetime, beyond_limits: str | None
) -> None:
    """Write an action as it is before anything was done. Only for a row that is new or held, and was not sent."""
    value = request.action.value
    intent = ActionRow(
        key=request.idempotency_key,
        case_id=request.case_id,
        action_id=request.action.id,
        tenant=request.tenant,
        customer_id=request.customer_id,
        policy_version=request.policy_version,
        intent=request.action.intent,
        kind=request.action.kind,
        target=request.action.arguments.target,
        touches=request.basis.touched,
        request=request.action.request,
        decision=request.decision,
        beyond_limits=beyond_limits,
        arguments=request.action.arguments,
        amount=value.amount if value else None,
        currency=value.currency if value else None,
        state=ActionState.INTENDED,
        intended_at=now,
    )
    await connection.execute(WRITE_INTENT, dict(intent))


def result_of(row: ActionRow) -> ActionResult:
    """How an action ended."""
    reason = None
    if row.reason_code is not None and row.reason_sentence is not None:
        reason = Reason(code=row.reason_code, sentence=row.reason_sentence)
    return ActionResult(
        action_id=row.action_id,
        status=ActionStatus(row.state),
        receipt=row.receipt,
        reason=reason,
        replayed=row.replayed,
    )


def sent_of(row: ActionRow) -> Sent | None:
    """What was sent, if anything was."""
    if row.sent_at is None or row.before is None:
        return None
    return Sent(at=row.sent_at, before=row.before)


def done_by(row: ActionRow) -> Done:
    """What an executed action did."""
    return Done(arguments=row.arguments, moved=value_of(row))


def unsettled(row: ActionRow, sent: Sent) -> Unsettled:
    """An action that was sent and never settled."""
    return Unsettled(
        key=row.key,
        case_id=row.case_id,
        action_id=row.action_id,
        arguments=row.arguments,
        moves=None if isinstance(row.arguments, Refund) else value_of(row),
        sent=sent,
    )


def unknown_of(row: ActionRow) -> UnknownAction:
    """An action of which nobody knows how it ended."""
    return UnknownAction(
        key=row.key,
        case_id=row.case_id,
        kind=row.kind,
        target=row.target,
        value=value_of(row),
        intended_at=row.intended_at,
    )


def value_of(row: ActionRow) -> Money | None:
    """The money that an action moves."""
    if row.amount is None or row.currency is None:
        return None
    return Money(amount=row.amount, currency=row.currency)


def _intent_statement() -> Insert:
    adding = insert(ActionRow)
    return adding.on_conflict_do_update(
        index_elements=[col(ActionRow.key)],
        set_={column.name: column for column in adding.excluded if column.name != "key"},
    )


WRITE_INTENT = _intent_statement()

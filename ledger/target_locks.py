"""Who else is at the same records: of two actions that touch one record only one runs, and the later sees the earlier.

An action holds its records from its intent until it is settled, and longer where nobody knows how it ended: then until
a person has found out. One whose worker died before anything was sent, and whose case never tried again, holds them no
longer than `ABANDONED_AFTER`.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import Text, and_, cast, or_, select, update
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.ext.asyncio import AsyncConnection
from sqlmodel import col

from cases.reservation import Done, TargetBusy, TargetChanged
from cases.work import ActRequest
from ledger.action_rows import OPEN, done_by, sent_of, unsettled
from ledger.tables import ActionRow
from ledger.tables.action import ActionState

ABANDONED_AFTER = timedelta(minutes=15)
"""An action that is on its way is tried again within a minute, and one try takes some ten (`workflows/options.py`)."""


async def others_at(
    connection: AsyncConnection, request: ActRequest, now: datetime
) -> TargetBusy | TargetChanged | tuple[Done, ...]:
    """What keeps an action from its records, or what was done to them for the same request since it was decided."""
    together: list[Done] = []
    for row in await _touching(connection, request):
        if row.state not in OPEN:
            if not _decided_together(row, request):
                at = row.settled_at or row.intended_at
                return TargetChanged(case_id=row.case_id, action=row.kind, target=row.target, at=at)
            together.append(done_by(row))
        elif row.state is ActionState.INTENDED and row.sent_at is None and row.intended_at < now - ABANDONED_AFTER:
            await _let_go(connection, row, now)
        else:
            return _busy(row, now)
    return tuple(together)


async def _touching(connection: AsyncConnection, request: ActRequest) -> Sequence[ActionRow]:
    """Other actions at the same records that are open, or were executed since the decision read them."""
    touches = cast(list(request.basis.touched), ARRAY(Text))
    since = and_(col(ActionRow.state) == ActionState.EXECUTED, col(ActionRow.settled_at) > request.basis.read_at)
    wanted = (
        select(ActionRow)
        .where(
            col(ActionRow.tenant) == request.tenant,
            col(ActionRow.key) != request.idempotency_key,
            col(ActionRow.touches).op("&&")(touches),
            or_(col(ActionRow.state).in_(OPEN), since),
        )
        .order_by(col(ActionRow.settled_at).asc().nulls_first(), col(ActionRow.key))
        .with_for_update()
    )
    return [ActionRow(**found) for found in (await connection.execute(wanted)).mappings()]


def _decided_together(row: ActionRow, request: ActRequest) -> bool:
    """Whether one decision was about both: it knew that the other would be done first."""
    if row.case_id != request.case_id:
        return False
    return row.request == request.action.request or (row.decision is not None and row.decision == request.decision)


def _busy(row: ActionRow, now: datetime) -> TargetBusy:
    sent = sent_of(row)
    gone = row.state is ActionState.INTENDED and sent is not None and sent.at < now - ABANDONED_AFTER
    return TargetBusy(
        case_id=row.case_id,
        action=row.kind,
        target=row.target,
        abandoned=unsettled(row, sent) if sent is not None and gone else None,
    )


async def _let_go(connection: AsyncConnection, row: ActionRow, now: datetime) -> None:
    """Nothing was sent, and nothing can be any more without a new intent."""
    await connection.execute(
        update(ActionRow).where(col(ActionRow.key) == row.key).values(state=ActionState.NOT_DONE, settled_at=now)
    )

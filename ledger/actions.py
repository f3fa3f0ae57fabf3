"""The book of actions: each stands here before it is done, and how it ended stands here afterwards.

What is intended, executed or unknown counts as moved money; what was refused or certainly not done does not.
"""

from datetime import datetime, timedelta
from decimal import Decimal

from sqlalchemy import ColumnElement, func, select, true, update
from sqlalchemy.dialects.postgresql import Insert, insert
from sqlalchemy.ext.asyncio import AsyncConnection
from sqlmodel import col

from cases.action import ActionResult, ActionStatus
from cases.errors import InvalidInput
from cases.money import Money
from cases.policy.rulebook import ValueLimits
from cases.reason import Reason
from cases.reservation import AlreadySettled, OverLimit, Reservation, Reserved
from cases.work import ActRequest
from ledger.database import Database
from ledger.tables import ActionRow
from ledger.tables.action import ActionState

FINAL = (ActionState.EXECUTED, ActionState.REFUSED)
"""The system of record's own word. After `not_done` and `unknown`, a later request may find out more or try again."""

OPEN = (ActionState.INTENDED, ActionState.UNKNOWN)
"""It may have happened: its value stays reserved, and a look-up by key comes before another try."""


class NotReserved(InvalidInput):
    """An action that ended without ever having been intended."""

    def __init__(self, key: str) -> None:
        super().__init__("key", f"no action is recorded under {key}.", "Reserve an action before doing it.")


class ActionLedger:
    """Reserves and settles actions. Every method raises LedgerUnavailable."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def reserve_action(self, request: ActRequest, limits: ValueLimits, now: datetime) -> Reservation:
        """Record an action's intent, unless it has ended or would move more money than the limits allow.

        The tenant's reservations go one after the other, so that two of them cannot both take the last of a limit.
        """
        async with self._database.transaction() as connection:
            await connection.execute(select(func.pg_advisory_xact_lock(func.hashtextextended(request.tenant, 0))))
            standing = await _standing(connection, request.idempotency_key)
            if standing is not None and standing.state in FINAL:
                return AlreadySettled(result=_result(standing))
            if standing is not None and standing.state in OPEN and not _moves_more(request, standing):
                return Reserved(repeated=True)
            over = await _limit_reached(connection, request, limits, now)
            if over is not None:
                return over
            await _write_intent(connection, request, now)
            return Reserved(repeated=standing is not None)

    async def settle_action(self, key: str, result: ActionResult, now: datetime) -> None:
        """Record how an action ended. What was executed stays executed, whatever a late report says.

        Raises NotReserved.
        """
        ended = (
            update(ActionRow)
            .where(col(ActionRow.key) == key, col(ActionRow.state) != ActionState.EXECUTED)
            .values(
                state=ActionState(result.status),
                receipt=result.receipt,
                replayed=result.replayed,
                reason_code=result.reason.code if result.reason else None,
                reason_sentence=result.reason.sentence if result.reason else None,
                settled_at=now,
            )
        )
        async with self._database.transaction() as connection:
            written = await connection.execute(ended)
            if written.rowcount == 0 and await _standing(connection, key) is None:
                raise NotReserved(key)


async def _standing(connection: AsyncConnection, key: str) -> ActionRow | None:
    found = (await connection.execute(select(ActionRow).where(col(ActionRow.key) == key))).mappings().one_or_none()
    return None if found is None else ActionRow(**found)


def _result(settled: ActionRow) -> ActionResult:
    reason = None
    if settled.reason_code is not None and settled.reason_sentence is not None:
        reason = Reason(code=settled.reason_code, sentence=settled.reason_sentence)
    return ActionResult(
        action_id=settled.action_id,
        status=ActionStatus(settled.state),
        receipt=settled.receipt,
        reason=reason,
        replayed=settled.replayed,
    )


def _moves_more(request: ActRequest, standing: ActionRow) -> bool:
    """Whether more money would move than is already reserved under the key."""
    value = request.action.value
    if value is None:
        return False
    if standing.amount is None or standing.currency != value.currency:
        return True
    return value.amount > standing.amount


async def _limit_reached(
    connection: AsyncConnection, request: ActRequest, limits: ValueLimits, now: datetime
) -> OverLimit | None:
    """The first limit the action would break. Customers nobody knows share one limit."""
    value = request.action.value
    if value is None:
        return None
    same_customer = col(ActionRow.customer_id).is_not_distinct_from(request.customer_id)
    for which, rule, among in (
        ("customer", limits.per_customer, same_customer),
        ("tenant", limits.per_tenant, true()),
    ):
        used = await _moved(connection, request, value.currency, now - timedelta(seconds=rule.window_seconds), among)
        limit = Money(amount=rule.amounts.get(value.currency, Decimal(0)), currency=value.currency)
        if (used + value).exceeds(limit):
            return OverLimit(which=which, used=used, limit=limit)
    return None


async def _moved(
    connection: AsyncConnection, request: ActRequest, currency: str, since: datetime, among: ColumnElement[bool]
) -> Money:
    """What other actions of the tenant have moved, or may have, since a moment."""
    wanted = select(func.sum(col(ActionRow.amount))).where(
        col(ActionRow.tenant) == request.tenant,
        col(ActionRow.currency) == currency,
        col(ActionRow.intended_at) > since,
        col(ActionRow.state).in_((*OPEN, ActionState.EXECUTED)),
        col(ActionRow.key) != request.idempotency_key,
        col(ActionRow.amount).is_not(None),
        among,
    )
    moved = (await connection.execute(wanted)).scalar_one()
    return Money(amount=moved or Decimal(0), currency=currency)


async def _write_intent(connection: AsyncConnection, request: ActRequest, now: datetime) -> None:
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
        arguments=request.action.arguments,
        amount=value.amount if value else None,
        currency=value.currency if value else None,
        state=ActionState.INTENDED,
        intended_at=now,
    )
    await connection.execute(WRITE_INTENT, dict(intent))


def _intent_statement() -> Insert:
    adding = insert(ActionRow)
    return adding.on_conflict_do_update(
        index_elements=[col(ActionRow.key)],
        set_={column.name: column for column in adding.excluded if column.name != "key"},
    )


WRITE_INTENT = _intent_statement()

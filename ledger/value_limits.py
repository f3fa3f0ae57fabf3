"""How much money actions have moved, against how much they may.

What is intended, executed or unknown counts as moved money; what was refused or certainly not done does not.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from decimal import Decimal

from sqlalchemy import ColumnElement, func, select, true
from sqlalchemy.ext.asyncio import AsyncConnection
from sqlmodel import col

from cases.money import Money, totals
from cases.policy.rulebook import ValueLimits
from cases.reservation import OverLimit
from cases.work import ActRequest
from ledger.tables import ActionRow
from ledger.tables.action import ActionState

COUNTED = (ActionState.INTENDED, ActionState.UNKNOWN, ActionState.EXECUTED)


async def limit_reached(
    connection: AsyncConnection, requests: Sequence[ActRequest], limits: ValueLimits, now: datetime
) -> OverLimit | None:
    """The first limit that these actions of one case would break together. Customers nobody knows share one limit."""
    for value in totals(request.action.value for request in requests if request.action.value is not None):
        same_customer = col(ActionRow.customer_id).is_not_distinct_from(requests[0].customer_id)
        for which, rule, among in (
            ("customer", limits.per_customer, same_customer),
            ("tenant", limits.per_tenant, true()),
        ):
            since = now - timedelta(seconds=rule.window_seconds)
            used = await _moved(connection, requests, value.currency, since, among)
            limit = Money(amount=rule.amounts.get(value.currency, Decimal(0)), currency=value.currency)
            if (used + value).exceeds(limit):
                return OverLimit(which=which, used=used, limit=limit)
    return None


async def _moved(
    connection: AsyncConnection,
    besides: Sequence[ActRequest],
    currency: str,
    since: datetime,
    among: ColumnElement[bool],
) -> Money:
    """What other actions of the tenant have moved, or may have, since a moment."""
    wanted = select(func.sum(col(ActionRow.amount))).where(
        col(ActionRow.tenant) == besides[0].tenant,
        col(ActionRow.currency) == currency,
        col(ActionRow.intended_at) > since,
        col(ActionRow.state).in_(COUNTED),
        col(ActionRow.key).not_in([request.idempotency_key for request in besides]),
        col(ActionRow.amount).is_not(None),
        among,
    )
    moved = (await connection.execute(wanted)).scalar_one()
    return Money(amount=moved or Decimal(0), currency=currency)

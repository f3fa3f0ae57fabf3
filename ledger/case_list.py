"""Lists of cases: what they can be narrowed by, and what a line of them shows."""

from collections.abc import Iterator
from datetime import datetime
from decimal import Decimal
from enum import StrEnum
from typing import Annotated

from pydantic import AwareDatetime, Field
from sqlalchemy import ColumnElement, RowMapping, Text, UnaryExpression, any_, cast, func, literal, or_, select
from sqlalchemy.dialects.postgresql import JSONPATH
from sqlalchemy.ext.asyncio import AsyncConnection
from sqlmodel import col

from cases.classification import IntentName, Priority, Team
from cases.outcome import OutcomeKind, Stage
from cases.reason import Reason, ReasonCode
from cases.record import Record
from cases.route import RouteName
from cases.ticket import Slug
from ledger.storable import storable_text
from ledger.tables import CaseRow, LedgerTable

WAITING_STAGES = (Stage.WAITING_FOR_REVIEW, Stage.WAITING_FOR_CUSTOMER, Stage.WAITING_FOR_HELPDESK)
"""The stages in which somebody is waited for."""


class CaseOrder(StrEnum):
    """Which cases come first."""

    NEWEST = "newest"
    """Changed last."""
    WAITING_LONGEST = "waiting_longest"
    """Whose reviewer or customer has been waited for longest; cases that wait for nobody come last."""


class CaseFilter(Record):
    """What a case must be to be listed; what is not given does not matter."""

    tenant: Slug | None = None
    stages: tuple[Stage, ...] = ()
    """Any of these; `WAITING_STAGES` lists what waits for somebody."""
    route: RouteName | None = None
    reason: ReasonCode | None = None
    intent: IntentName | None = None
    """Any of the case's intents."""
    team: Team | None = None
    text: str = ""
    """Part of the ticket's id, its subject or what was written, letter case aside."""
    order: CaseOrder = CaseOrder.NEWEST
    limit: Annotated[int, Field(ge=1, le=1_000)] = 50


class CaseSummary(Record):
    """One line of a list of cases."""

    case_id: str
    tenant: Slug
    ticket_id: str
    subject: str
    stage: Stage
    route: RouteName | None
    reason: Reason | None
    """Why the case is where it is."""
    intents: tuple[IntentName, ...]
    team: Team | None
    priority: Priority | None
    outcome: OutcomeKind | None
    waiting_for: str | None
    waiting_since: AwareDatetime | None
    review_due_at: AwareDatetime | None
    opened_at: AwareDatetime
    updated_at: AwareDatetime
    case_version: int
    repeat_contact: bool
    policy_version: str
    claimed_by: str | None = None
    claim_until: AwareDatetime | None = None
    """A claim that has ended before now is nobody's."""
    approvals: int = 0
    approvals_needed: int = 0
    """How many people must clear what is held; 0 where nothing is."""
    amount: Decimal | None = None
    """The most that one proposed action moves, in `currency`."""
    currency: str | None = None
    customer_name: str | None = None
    draft_begins: str | None = None


async def list_cases(connection: AsyncConnection, wanted: CaseFilter) -> tuple[CaseSummary, ...]:
    """Read a list. The views are left where they are: a list needs none of them."""
    lines = [column for column in LedgerTable.metadata.tables["cases"].columns if column.name != "view"]
    statement = select(*lines).where(*_conditions(wanted)).order_by(*_order(wanted.order)).limit(wanted.limit)
    return tuple(_summary(row) for row in (await connection.execute(statement)).mappings())


def _summary(row: RowMapping) -> CaseSummary:
    code = row["reason_code"]
    reason = Reason(code=code, sentence=row["reason_sentence"]) if code else None
    return CaseSummary.model_validate({**row, "reason": reason, "outcome": row["outcome_kind"]})


def _conditions(wanted: CaseFilter) -> Iterator[ColumnElement[bool]]:
    exact = (
        (CaseRow.tenant, wanted.tenant),
        (CaseRow.route, wanted.route),
        (CaseRow.reason_code, wanted.reason),
        (CaseRow.team, wanted.team),
    )
    yield from (col(column) == value for column, value in exact if value is not None)
    if wanted.stages:
        yield col(CaseRow.stage).in_(wanted.stages)
    if wanted.intent is not None:
        yield literal(wanted.intent) == any_(col(CaseRow.intents))
    if wanted.text:
        yield _mentions(storable_text(wanted.text))


def _mentions(text: str) -> ColumnElement[bool]:
    written = func.jsonb_path_query_array(col(CaseRow.view), literal("$.ticket.messages[*].text", JSONPATH))
    places = (col(CaseRow.ticket_id), col(CaseRow.subject), cast(written, Text))
    return or_(*(place.icontains(text, autoescape=True) for place in places))


def _order(order: CaseOrder) -> tuple[UnaryExpression[datetime] | UnaryExpression[datetime | None], ...]:
    newest_first = col(CaseRow.updated_at).desc()
    if order is CaseOrder.WAITING_LONGEST:
        return col(CaseRow.waiting_since).asc().nulls_last(), newest_first
    return (newest_first,)

"""The queue: what waits for whom, most urgent first, and how many there are of each kind."""

from collections.abc import Iterator, Sequence
from enum import StrEnum
from typing import Annotated, Any

from pydantic import AwareDatetime, Field, TypeAdapter
from sqlalchemy import ColumnElement, SQLColumnExpression, Text, and_, any_, cast, func, literal, or_, select
from sqlalchemy.dialects.postgresql import JSONB, TIMESTAMP
from sqlalchemy.ext.asyncio import AsyncConnection
from sqlmodel import col

from cases.classification import IntentName, Priority, Team
from cases.outcome import OutcomeKind, Stage
from cases.reason import Reason, ReasonCode
from cases.record import Record
from cases.review import ReviewRequest
from cases.ticket import Channel, Customer, Slug
from ledger.database import Database
from ledger.tables import CaseRow

LINES = 50
"""Lines of a page: more than anybody reads, few enough to be there at once."""


class QueueName(StrEnum):
    """What is waited for."""

    REVIEW = "review"
    """A decision."""
    CUSTOMER = "customer"
    """The customer's answer."""
    HANDED_OVER = "handed-over"
    """A person who answers in the helpdesk."""


STAGES = {
    QueueName.REVIEW: Stage.WAITING_FOR_REVIEW,
    QueueName.CUSTOMER: Stage.WAITING_FOR_CUSTOMER,
    QueueName.HANDED_OVER: Stage.FOLLOW_UP,
}
"""Where the cases of each queue are."""


class QueueFilter(Record):
    """What is listed; what is not given does not matter."""

    queue: QueueName = QueueName.REVIEW
    tenant: Slug | None = None
    reason: ReasonCode | None = None
    intent: IntentName | None = None
    team: Team | None = None
    claimed_by: str | None = None
    """Whose cases: those they claimed, and those in which the customer has answered a question of theirs."""
    page: Annotated[int, Field(ge=1, le=10_000)] = 1


class QueueLine(Record):
    """One case of the queue."""

    case_id: str
    tenant: Slug
    ticket_id: str
    policy_version: str
    subject: str
    channel: Channel
    customer: Customer
    reason: Reason | None
    intents: tuple[IntentName, ...]
    team: Team | None
    priority: Priority | None
    waiting_for: str | None
    waiting_since: AwareDatetime | None
    due_at: AwareDatetime | None
    updated_at: AwareDatetime
    review: ReviewRequest | None


class Count(Record):
    """How many cases of a queue have this value."""

    value: str
    cases: int


class QueuePage(Record):
    """One page of a queue, and what can be narrowed by: each value with how many cases of the whole queue have it."""

    lines: tuple[QueueLine, ...]
    found: int
    """How many there are on all pages."""
    tenants: tuple[Count, ...]
    reasons: tuple[Count, ...]
    intents: tuple[Count, ...]
    teams: tuple[Count, ...]
    queues: tuple[Count, ...]
    """Of every queue, narrowed by nothing."""


class QueueBook:
    """Reads queues. Every method raises LedgerUnavailable."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def page(self, wanted: QueueFilter) -> QueuePage:
        """One page of a queue."""
        narrowed = tuple(_conditions(wanted))
        whole = _belongs(wanted.queue)
        async with self._database.transaction() as connection:
            found = await connection.scalar(select(func.count()).select_from(CaseRow).where(*narrowed))
            return QueuePage(
                lines=await _lines(connection, wanted, narrowed),
                found=found or 0,
                tenants=await _counts(connection, col(CaseRow.tenant), whole),
                reasons=await _counts(connection, col(CaseRow.reason_code), whole),
                intents=await _counts(connection, func.unnest(col(CaseRow.intents)), whole),
                teams=await _counts(connection, col(CaseRow.team), whole),
                queues=await _sizes(connection),
            )

    async def lines(self, wanted: QueueFilter) -> tuple[QueueLine, ...]:
        """The lines of a page alone."""
        async with self._database.transaction() as connection:
            return await _lines(connection, wanted, tuple(_conditions(wanted)))

    async def mark(self) -> str:
        """A text that is another one as soon as anything in the queues has changed."""
        newest = select(func.max(col(CaseRow.updated_at)))
        waiting = select(func.count()).select_from(CaseRow).where(_may_wait())
        async with self._database.transaction() as connection:
            changed, cases = await connection.scalar(newest), await connection.scalar(waiting)
        return f"{changed}/{cases}"


async def _lines(
    connection: AsyncConnection, wanted: QueueFilter, conditions: Sequence[ColumnElement[bool]]
) -> tuple[QueueLine, ...]:
    row = CaseRow
    # Chosen first and read then: PostgreSQL takes the parts out of every row it sorts, not of those it gives.
    chosen = (
        select(col(row.case_id))
        .where(*conditions)
        .order_by(*_order(wanted.queue))
        .limit(LINES)
        .offset((wanted.page - 1) * LINES)
    )
    statement = (
        select(
            col(row.case_id),
            col(row.tenant),
            col(row.ticket_id),
            col(row.policy_version),
            col(row.subject),
            _part("ticket", "channel").label("channel"),
            _part("ticket", "customer").label("customer"),
            col(row.reason_code),
            col(row.reason_sentence),
            col(row.intents),
            col(row.team),
            col(row.priority),
            col(row.waiting_for),
            col(row.waiting_since),
            col(row.review_due_at).label("due_at"),
            col(row.updated_at),
            _part("review").label("review"),
        )
        .where(col(row.case_id).in_(chosen))
        .order_by(*_order(wanted.queue))
    )
    found = (await connection.execute(statement)).mappings()
    return LINE_ROWS.validate_python(
        [
            {
                **line,
                "reason": {"code": line["reason_code"], "sentence": line["reason_sentence"]}
                if line["reason_code"]
                else None,
            }
            for line in found
        ]
    )


LINE_ROWS = TypeAdapter(tuple[QueueLine, ...])


def _belongs(queue: QueueName) -> tuple[ColumnElement[bool], ...]:
    at_its_stage = col(CaseRow.stage) == STAGES[queue]
    if queue is QueueName.HANDED_OVER:
        return (col(CaseRow.outcome_kind).in_((OutcomeKind.HANDED_OVER, OutcomeKind.TAKEN_OVER)), at_its_stage)
    return (at_its_stage,)


def _may_wait() -> ColumnElement[bool]:
    """Whether a case may be in a queue: an index finds those, so that most of the ledger is not looked at."""
    return col(CaseRow.stage).in_(STAGES.values())


def _conditions(wanted: QueueFilter) -> Iterator[ColumnElement[bool]]:
    yield from _belongs(wanted.queue)
    exact = (
        (CaseRow.tenant, wanted.tenant),
        (CaseRow.reason_code, wanted.reason),
        (CaseRow.team, wanted.team),
    )
    yield from (col(column) == value for column, value in exact if value is not None)
    if wanted.intent is not None:
        yield literal(wanted.intent) == any_(col(CaseRow.intents))
    if wanted.claimed_by is not None:
        claimed_by = func.jsonb_extract_path_text(col(CaseRow.view), "review", "claim", "reviewer", type_=Text)
        until = func.jsonb_extract_path_text(col(CaseRow.view), "review", "claim", "until", type_=Text)
        asked_by = func.jsonb_extract_path_text(col(CaseRow.view), "review", "question", "reviewer", type_=Text)
        claimed = and_(claimed_by == wanted.claimed_by, cast(until, TIMESTAMP(timezone=True)) > func.now())
        yield or_(claimed, asked_by == wanted.claimed_by)


def _order(queue: QueueName) -> tuple[SQLColumnExpression[Any], ...]:
    since = func.coalesce(col(CaseRow.waiting_since), col(CaseRow.updated_at))
    urgent = col(CaseRow.review_due_at) if queue is QueueName.REVIEW else since
    # The id last: of two that are due at one moment the same comes first on every page.
    return (urgent.asc().nulls_last(), col(CaseRow.case_id))


async def _counts(
    connection: AsyncConnection, value: SQLColumnExpression[Any], conditions: Sequence[ColumnElement[bool]]
) -> tuple[Count, ...]:
    inner = select(cast(value, Text).label("value")).select_from(CaseRow).where(*conditions).subquery()
    counted = (
        select(inner.c.value, func.count())
        .where(inner.c.value.is_not(None))
        .group_by(inner.c.value)
        .order_by(func.count().desc(), inner.c.value)
        .limit(LINES)
    )
    return tuple(Count(value=name, cases=cases) for name, cases in await connection.execute(counted))


async def _sizes(connection: AsyncConnection) -> tuple[Count, ...]:
    sizes = (
        select(
            *(func.count().filter(*_belongs(queue)) for queue in QueueName),
        )
        .select_from(CaseRow)
        .where(_may_wait())
    )
    counted = (await connection.execute(sizes)).one()
    return tuple(Count(value=queue, cases=cases) for queue, cases in zip(QueueName, counted, strict=True))


def _part(*path: str) -> ColumnElement[object]:
    return func.jsonb_extract_path(col(CaseRow.view), *path, type_=JSONB)

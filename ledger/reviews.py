"""How much of the work needs a person, and which rules ask for one."""

from datetime import datetime

from sqlalchemy import Select, Text, case, cast, func, literal, literal_column, select, union_all
from sqlalchemy.dialects.postgresql import distinct_on
from sqlmodel import col

from cases.outcome import OutcomeKind
from cases.reason import ReasonCode
from cases.record import Record
from ledger.database import Database
from ledger.tables import CaseRow, OutcomeRow, ReviewRow

WITH_A_PERSON = (OutcomeKind.HANDED_OVER, OutcomeKind.TAKEN_OVER)


class Workload(Record):
    """The cases that were opened in a window, and those of them that needed a person, by the rule that asked first."""

    opened: int
    by_reason: dict[ReasonCode, int]

    @property
    def with_a_person(self) -> int:
        """How many needed a person."""
        return sum(self.by_reason.values())

    @property
    def share(self) -> float:
        """Of the cases that were opened, how many needed a person: 0 to 1."""
        return self.with_a_person / self.opened if self.opened else 0.0


class Workloads(Record):
    """The latest window, and the one before it."""

    latest: Workload
    before: Workload


class ReviewBook:
    """Reads what was held for a person. Every method raises LedgerUnavailable."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def workloads(self, latest_from: datetime, before_from: datetime) -> Workloads:
        """The cases opened since `latest_from`, and those between `before_from` and it."""
        async with self._database.transaction() as connection:
            counted = (await connection.execute(_counted(latest_from, before_from))).all()
        return Workloads(
            latest=_workload([(code, cases) for latest, code, cases in counted if latest]),
            before=_workload([(code, cases) for latest, code, cases in counted if not latest]),
        )


def _workload(counted: list[tuple[str | None, int]]) -> Workload:
    return Workload(
        opened=sum(cases for _, cases in counted),
        by_reason={ReasonCode(code): cases for code, cases in counted if code is not None},
    )


def _counted(latest_from: datetime, before_from: datetime) -> Select[bool, str | None, int]:
    held = select(
        col(ReviewRow.case_id),
        col(ReviewRow.requested_at),
        literal_column("reviews.reason_codes[1]", Text).label("code"),
    ).where(col(ReviewRow.requested_at) >= before_from)
    handed_over = select(
        col(OutcomeRow.case_id), col(OutcomeRow.ended_at), cast(col(OutcomeRow.reason_code), Text)
    ).where(col(OutcomeRow.ended_at) >= before_from, col(OutcomeRow.kind).in_(WITH_A_PERSON))
    asked = union_all(held, handed_over).subquery()
    first = (
        select(asked.c.case_id, asked.c.code)
        .ext(distinct_on(asked.c.case_id))
        .order_by(asked.c.case_id, asked.c.requested_at)
        .subquery()
    )
    latest = case((col(CaseRow.opened_at) >= latest_from, literal(True)), else_=literal(False)).label("latest")  # noqa: FBT003
    return (
        select(latest, first.c.code, func.count())
        .select_from(CaseRow)
        .outerjoin(first, first.c.case_id == col(CaseRow.case_id))
        .where(col(CaseRow.opened_at) >= before_from)
        .group_by(latest, first.c.code)
    )

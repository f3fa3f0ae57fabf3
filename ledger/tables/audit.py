"""The table of audits: what people found in what went out by itself."""

from datetime import datetime

from sqlalchemy import ForeignKeyConstraint, Text
from sqlmodel import Field

from cases.audit import Verdict
from ledger.tables.base import LedgerTable
from ledger.tables.columns import Coded, Moment

OUTCOME = ("case_id", "run_id", "ended_at")
"""What names an outcome."""


class AuditRow(LedgerTable, table=True):
    """The verdict about one outcome. There is one at most, and it goes only with its case."""

    __tablename__ = "audits"
    __table_args__ = (ForeignKeyConstraint(OUTCOME, [f"outcomes.{name}" for name in OUTCOME], ondelete="CASCADE"),)

    case_id: str = Field(primary_key=True, sa_type=Text)
    run_id: str = Field(primary_key=True, sa_type=Text)
    ended_at: datetime = Field(primary_key=True, sa_type=Moment)
    verdict: Verdict = Field(sa_type=Coded(Verdict))
    comment: str = Field(sa_type=Text)
    judged_by: str = Field(sa_type=Text)
    judged_at: datetime = Field(sa_type=Moment)

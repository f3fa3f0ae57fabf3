"""The table of cases: one row a case, as it stands, with what lists filter and sort by beside it."""

from datetime import datetime
from decimal import Decimal

from pydantic import TypeAdapter
from sqlalchemy import Index, Numeric, Text
from sqlmodel import Field

from cases.case import CaseView
from cases.classification import Priority, Team
from cases.outcome import OutcomeKind, Stage
from cases.reason import ReasonCode
from cases.route import RouteName
from ledger.tables.base import LedgerTable
from ledger.tables.columns import Coded, Embedded, Moment, Names

OPEN = "stage NOT IN ('follow_up', 'closed')"
"""The cases in which something may still be done."""


class CaseRow(LedgerTable, table=True):
    """A case as it stands. `view` is all of it; the other columns repeat what is searched."""

    __tablename__ = "cases"
    __table_args__ = (
        Index(None, "tenant", "updated_at"),
        Index(None, "opened_at"),
        Index(None, "updated_at"),
        Index(None, "stage", "review_due_at"),
        Index(None, "waiting_since", postgresql_where="waiting_since IS NOT NULL"),
        Index(None, "customer_keys", postgresql_using="gin", postgresql_where=OPEN),
        Index(None, "records", postgresql_using="gin", postgresql_where=OPEN),
    )

    case_id: str = Field(primary_key=True, sa_type=Text)
    run_id: str = Field(sa_type=Text)
    tenant: str = Field(sa_type=Text)
    source: str = Field(sa_type=Text)
    ticket_id: str = Field(sa_type=Text)
    subject: str = Field(sa_type=Text)
    stage: Stage = Field(sa_type=Coded(Stage))
    route: RouteName | None = Field(sa_type=Coded(RouteName))
    reason_code: ReasonCode | None = Field(sa_type=Coded(ReasonCode))
    reason_sentence: str | None = Field(sa_type=Text)
    intents: tuple[str, ...] = Field(sa_type=Names)
    policy_version: str = Field(sa_type=Text)
    team: Team | None = Field(sa_type=Coded(Team))
    priority: Priority | None = Field(sa_type=Coded(Priority))
    outcome_kind: OutcomeKind | None = Field(sa_type=Coded(OutcomeKind))
    waiting_for: str | None = Field(sa_type=Text)
    waiting_since: datetime | None = Field(sa_type=Moment)
    review_due_at: datetime | None = Field(sa_type=Moment)
    opened_at: datetime = Field(sa_type=Moment)
    updated_at: datetime = Field(sa_type=Moment)
    case_version: int
    steps: int
    """How many lines its history has: of two views of the same moment, the longer one is the later."""
    repeat_contact: bool
    claimed_by: str | None = Field(default=None, sa_type=Text)
    claim_until: datetime | None = Field(default=None, sa_type=Moment)
    approvals: int = 0
    """How many people have cleared the open request, of `approvals_needed`."""
    approvals_needed: int = 0
    """0 where nothing is held."""
    amount: Decimal | None = Field(default=None, sa_type=Numeric(14, 2))
    """The most that one proposed action moves, in `currency`."""
    currency: str | None = Field(default=None, sa_type=Text)
    customer_name: str | None = Field(default=None, sa_type=Text)
    draft_begins: str | None = Field(default=None, sa_type=Text)
    """The first characters of the draft, for a line of a list."""
    customer_keys: tuple[str, ...] = Field(default=(), sa_type=Names)
    """Whose case it is; see `ledger/customer_keys.py`."""
    records: tuple[str, ...] = Field(default=(), sa_type=Names)
    """What it would change, if anything."""
    view: CaseView = Field(sa_type=Embedded(TypeAdapter(CaseView)))

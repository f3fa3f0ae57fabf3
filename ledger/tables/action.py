"""The table of actions: each stands here before it is done."""

from datetime import datetime
from decimal import Decimal
from enum import StrEnum

from pydantic import TypeAdapter
from sqlalchemy import Index, Numeric, Text
from sqlmodel import Field

from cases.action import ActionArguments, ActionKind
from cases.reason import ReasonCode
from cases.target_records import TargetRecords
from ledger.tables.base import LedgerTable
from ledger.tables.columns import Coded, Embedded, Moment, Names

ARGUMENTS: TypeAdapter[ActionArguments] = TypeAdapter(ActionArguments)
RECORDS = TypeAdapter(TargetRecords)


class ActionState(StrEnum):
    """Where an action is: an `ActionStatus`, or before that, intended."""

    INTENDED = "intended"
    EXECUTED = "executed"
    REFUSED = "refused"
    NOT_DONE = "not_done"
    OUTDATED = "outdated"
    UNKNOWN = "unknown"


class ActionRow(LedgerTable, table=True):
    """One action under its idempotency key. It outlives its case: money that moved stays on the books."""

    __tablename__ = "actions"
    __table_args__ = (
        Index("ix_actions_moved_money", "tenant", "currency", "intended_at", postgresql_where="amount IS NOT NULL"),
        Index(None, "case_id"),
        Index(None, "touches", postgresql_using="gin"),
    )

    key: str = Field(primary_key=True, sa_type=Text)
    case_id: str = Field(sa_type=Text)
    action_id: str = Field(sa_type=Text)
    tenant: str = Field(sa_type=Text)
    customer_id: str | None = Field(sa_type=Text)
    policy_version: str = Field(sa_type=Text)
    intent: str = Field(sa_type=Text)
    kind: ActionKind = Field(sa_type=Coded(ActionKind))
    target: str = Field(sa_type=Text)
    touches: tuple[str, ...] = Field(sa_type=Names)
    """The ids of all records that it may change."""
    request: str = Field(sa_type=Text)
    """Who asked for it: a message, or a review."""
    decision: str | None = Field(default=None, sa_type=Text)
    """The review by which a person cleared it."""
    settled_by: str | None = Field(default=None, sa_type=Text)
    """The person who found out how it ended, where the system of record did not tell."""
    beyond_limits: str | None = Field(default=None, sa_type=Text)
    """The lead who went on although a limit was reached."""
    arguments: ActionArguments = Field(sa_type=Embedded(ARGUMENTS))
    amount: Decimal | None = Field(sa_type=Numeric(14, 2))
    currency: str | None = Field(sa_type=Text)
    state: ActionState = Field(sa_type=Coded(ActionState))
    receipt: str | None = Field(default=None, sa_type=Text)
    replayed: bool = False
    reason_code: ReasonCode | None = Field(default=None, sa_type=Coded(ReasonCode))
    reason_sentence: str | None = Field(default=None, sa_type=Text)
    before: TargetRecords | None = Field(default=None, sa_type=Embedded(RECORDS))
    """The records as they were read right before it was sent."""
    intended_at: datetime = Field(sa_type=Moment)
    sent_at: datetime | None = Field(default=None, sa_type=Moment)
    """When it was first sent, written before sending; None: it certainly was not."""
    settled_at: datetime | None = Field(default=None, sa_type=Moment)

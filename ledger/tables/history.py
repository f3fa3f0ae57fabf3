"""The tables of what happened in a case. Rows are added and never taken back; they go only with their case.

Each repeats the tenant and the policy version, because that is what figures are broken down by.
"""

from datetime import datetime
from decimal import Decimal

from pydantic import TypeAdapter
from sqlalchemy import Double, Index, Numeric, Text
from sqlmodel import Field

from cases.ladder import AttemptOutcome, Job, Prompt
from cases.outcome import OutcomeKind
from cases.reason import ReasonCode
from cases.review import Decision
from cases.route import RouteName
from ledger.tables.base import LedgerTable
from ledger.tables.columns import Coded, Embedded, Moment, Names

DECISION: TypeAdapter[Decision] = TypeAdapter(Decision)


class _OfACase(LedgerTable):
    """What every line of a case's history bears."""

    case_id: str = Field(primary_key=True, sa_type=Text, foreign_key="cases.case_id", ondelete="CASCADE")
    run_id: str = Field(sa_type=Text)
    tenant: str = Field(sa_type=Text)
    policy_version: str = Field(sa_type=Text)


class ModelCallRow(_OfACase, table=True):
    """One rung: what was asked, what it took, and how it ended, or why it was skipped. `cost` is in US dollars."""

    __tablename__ = "model_calls"

    run_id: str = Field(primary_key=True, sa_type=Text)
    sequence: int = Field(primary_key=True)
    """Its place among the run's rungs, from 0."""
    job: Job = Field(sa_type=Coded(Job))
    rung: int
    model: str = Field(sa_type=Text)
    reported_model: str = Field(sa_type=Text)
    prompt: Prompt = Field(sa_type=Coded(Prompt))
    prompt_version: str = Field(sa_type=Text)
    outcome: AttemptOutcome = Field(sa_type=Coded(AttemptOutcome))
    reason_code: ReasonCode | None = Field(sa_type=Coded(ReasonCode))
    reason_sentence: str | None = Field(sa_type=Text)
    input_tokens: int
    cached_tokens: int
    output_tokens: int
    cost: Decimal = Field(sa_type=Numeric(18, 9))
    seconds: float = Field(sa_type=Double)
    waited_seconds: float = Field(sa_type=Double)
    intent: str | None = Field(sa_type=Text)
    """The first intent, once it is known; the calls that find it out learn it afterwards."""
    recorded_at: datetime = Field(sa_type=Moment)


class DecisionRow(_OfACase, table=True):
    """What a person decided about one request; two of them where two people must clear it."""

    __tablename__ = "decisions"

    request_id: str = Field(primary_key=True, sa_type=Text)
    case_version: int
    reviewer: str = Field(primary_key=True, sa_type=Text)
    decision: Decision = Field(sa_type=Embedded(DECISION))
    decided_at: datetime = Field(sa_type=Moment)


class ReviewRow(_OfACase, table=True):
    """What a person was asked to clear, and for which reasons, the weightiest first."""

    __tablename__ = "reviews"
    __table_args__ = (Index(None, "requested_at"),)

    request_id: str = Field(primary_key=True, sa_type=Text)
    requested_at: datetime = Field(sa_type=Moment)
    reason_codes: tuple[str, ...] = Field(sa_type=Names)
    intents: tuple[str, ...] = Field(sa_type=Names)


class ReplyRow(_OfACase, table=True):
    """A text the customer received."""

    __tablename__ = "replies"

    reference: str = Field(primary_key=True, sa_type=Text)
    kind: str = Field(sa_type=Text)
    text: str = Field(sa_type=Text)
    sent_at: datetime = Field(sa_type=Moment)


class OutcomeRow(_OfACase, table=True):
    """How one turn of a case ended. A customer who writes again after it begins another turn.

    `customer_keys` finds the customer's earlier contacts; see `ledger/customer_keys.py`.
    """

    __tablename__ = "outcomes"
    __table_args__ = (
        Index(None, "customer_keys", postgresql_using="gin"),
        Index("ix_outcomes_audit_sample", "ended_at", postgresql_where="audit_sample"),
    )

    run_id: str = Field(primary_key=True, sa_type=Text)
    ended_at: datetime = Field(primary_key=True, sa_type=Moment)
    opened_at: datetime = Field(sa_type=Moment)
    kind: OutcomeKind = Field(sa_type=Coded(OutcomeKind))
    reason_code: ReasonCode = Field(sa_type=Coded(ReasonCode))
    reason_sentence: str = Field(sa_type=Text)
    route: RouteName | None = Field(sa_type=Coded(RouteName))
    intents: tuple[str, ...] = Field(sa_type=Names)
    repeat_contact: bool
    audit_sample: bool
    sample_rate: float = Field(sa_type=Double)
    customer_keys: tuple[str, ...] = Field(sa_type=Names)


class SatisfactionRow(_OfACase, table=True):
    """A customer's mark, 1 to 5. Of several for one run the last counts."""

    __tablename__ = "satisfaction"

    run_id: str = Field(primary_key=True, sa_type=Text)
    given_at: datetime = Field(primary_key=True, sa_type=Moment)
    score: int
    comment: str = Field(sa_type=Text)

"""The tables of the decision log: one chain of everything people decided, and where it ends."""

from datetime import datetime

from sqlalchemy import Index, Text
from sqlmodel import Field

from ledger.tables.base import LedgerTable
from ledger.tables.columns import Moment


class DecisionLogRow(LedgerTable, table=True):
    """One decision. A trigger refuses to change or remove it; `hash` covers all other columns.

    It outlives its case: nothing in it refers to another table.
    """

    __tablename__ = "decision_log"
    __table_args__ = (Index(None, "case_id"),)

    seq: int = Field(primary_key=True, sa_column_kwargs={"autoincrement": False})
    """From 1, without gaps."""
    at: datetime = Field(sa_type=Moment)
    case_id: str = Field(sa_type=Text)
    request_id: str = Field(sa_type=Text)
    reviewer: str = Field(sa_type=Text)
    kind: str = Field(sa_type=Text)
    decision: str = Field(sa_type=Text)
    """All that was sent, as JSON."""
    shown: str = Field(sa_type=Text)
    """SHA-256, in hex, of what the reviewer saw; empty where they decided without a page."""
    edit: str = Field(sa_type=Text)
    """What an edit changed, as a unified diff."""
    policy_version: str = Field(sa_type=Text)
    previous: str = Field(sa_type=Text)
    """The hash of the row before, or of nothing for the first."""
    hash: str = Field(sa_type=Text)


class DecisionLogEndRow(LedgerTable, table=True):
    """Where the log ends: its last rows cannot be cut off without a trace. One row."""

    __tablename__ = "decision_log_end"

    only: int = Field(primary_key=True, sa_column_kwargs={"autoincrement": False})
    seq: int
    hash: str = Field(sa_type=Text)

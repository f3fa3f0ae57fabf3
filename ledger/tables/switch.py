"""The table of the kill switch: every time somebody moved one."""

from datetime import datetime

from sqlalchemy import Index, Text
from sqlmodel import Field

from cases.switch import Position, SwitchKind
from ledger.tables.base import LedgerTable
from ledger.tables.columns import Coded, Moment


class SwitchingRow(LedgerTable, table=True):
    """One movement. Rows are added and never changed."""

    __tablename__ = "switchings"
    __table_args__ = (Index(None, "kind", "name", "id"),)

    id: int | None = Field(default=None, primary_key=True)
    kind: SwitchKind = Field(sa_type=Coded(SwitchKind))
    name: str = Field(sa_type=Text)
    position: Position = Field(sa_type=Coded(Position))
    why: str = Field(sa_type=Text)
    by: str = Field(sa_type=Text)
    at: datetime = Field(sa_type=Moment)

"""The table of the sources that no longer let us write."""

from datetime import datetime

from sqlalchemy import Text
from sqlmodel import Field

from ledger.tables.base import LedgerTable
from ledger.tables.columns import Moment


class LockoutRow(LedgerTable, table=True):
    """One source whose helpdesk refuses our token."""

    __tablename__ = "lockouts"

    tenant: str = Field(primary_key=True, sa_type=Text)
    source: str = Field(primary_key=True, sa_type=Text)
    since: datetime = Field(sa_type=Moment)
    why: str = Field(sa_type=Text)
    told_at: datetime | None = Field(default=None, sa_type=Moment)
    """When ops were alerted; none while nobody is."""

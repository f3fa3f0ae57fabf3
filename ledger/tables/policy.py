"""The table of policies: every version a case ever started under."""

from datetime import datetime

from pydantic import TypeAdapter
from sqlalchemy import Text
from sqlmodel import Field

from cases.policy.document import PolicyDocument
from ledger.tables.base import LedgerTable
from ledger.tables.columns import Embedded, Moment


class PolicyRow(LedgerTable, table=True):
    """A policy by its exact version, `name@hash`."""

    __tablename__ = "policies"

    version: str = Field(primary_key=True, sa_type=Text)
    document: PolicyDocument = Field(sa_type=Embedded(TypeAdapter(PolicyDocument)))
    kept_at: datetime = Field(sa_type=Moment)

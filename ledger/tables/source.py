"""The tables of the sources: what is registered, what was delivered, and what is written back."""

from datetime import datetime

from pydantic import TypeAdapter
from sqlalchemy import Index, Text
from sqlmodel import Field

from cases.delivery import DeliveryOutcome
from cases.helpdesk_write import Conversation, WriteKind
from cases.source import Source, SourceKind
from ledger.tables.base import LedgerTable
from ledger.tables.columns import Coded, Embedded, Moment


class SourceRow(LedgerTable, table=True):
    """One registered source, without its secrets."""

    __tablename__ = "sources"
    __table_args__ = (Index(None, "kind", "account"),)

    tenant: str = Field(primary_key=True, sa_type=Text)
    name: str = Field(primary_key=True, sa_type=Text)
    kind: SourceKind = Field(sa_type=Coded(SourceKind))
    account: str | None = Field(default=None, sa_type=Text)
    source: Source = Field(sa_type=Embedded(TypeAdapter(Source)))
    added_at: datetime = Field(sa_type=Moment)
    read_until: datetime = Field(sa_type=Moment)
    """All that changed there up to this moment, by its own clock, has been brought in."""
    asked_at: datetime | None = Field(default=None, sa_type=Moment)
    """When it was last asked what changed."""


class DeliveryRow(LedgerTable, table=True):
    """One delivery that was taken, so that the same is not taken again."""

    __tablename__ = "deliveries"
    __table_args__ = (Index(None, "received_at"),)

    tenant: str = Field(primary_key=True, sa_type=Text)
    source: str = Field(primary_key=True, sa_type=Text)
    delivery_id: str = Field(primary_key=True, sa_type=Text)
    received_at: datetime = Field(sa_type=Moment)
    outcome: DeliveryOutcome = Field(sa_type=Coded(DeliveryOutcome))
    sentence: str = Field(sa_type=Text)


class HelpdeskWriteRow(LedgerTable, table=True):
    """One text that is to stand in a helpdesk once."""

    __tablename__ = "helpdesk_writes"
    __table_args__ = (Index(None, "tenant", "source", "ticket_id"), Index(None, "message_id"))

    reference: str = Field(primary_key=True, sa_type=Text)
    tenant: str = Field(sa_type=Text)
    source: str = Field(sa_type=Text)
    ticket_id: str = Field(sa_type=Text)
    conversation: Conversation = Field(sa_type=Embedded(TypeAdapter(Conversation)))
    kind: WriteKind = Field(sa_type=Coded(WriteKind))
    digest: str = Field(sa_type=Text)
    intended_at: datetime = Field(sa_type=Moment)
    sent_at: datetime | None = Field(default=None, sa_type=Moment)
    """When a try last set out to write it; none where no try wrote anything, for sure."""
    message_id: str | None = Field(default=None, sa_type=Text)
    confirmed_at: datetime | None = Field(default=None, sa_type=Moment)
    undelivered: str | None = Field(default=None, sa_type=Text)
    """Why it never reached the customer, where the channel says so."""

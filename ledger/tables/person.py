"""The tables of people: who they are, where they are signed in, and who has tried to be."""

from datetime import datetime
from decimal import Decimal

from pydantic import TypeAdapter
from sqlalchemy import ForeignKeyConstraint, Index, Text
from sqlmodel import Field

from cases.money import CurrencyCode
from ledger.tables.base import LedgerTable
from ledger.tables.columns import Embedded, Moment, Names

LIMITS: TypeAdapter[dict[CurrencyCode, Decimal]] = TypeAdapter(dict[CurrencyCode, Decimal])


class PersonRow(LedgerTable, table=True):
    """One person. A row outlives its person's leaving: what they decided names them, and nobody else gets the name."""

    __tablename__ = "people"
    __table_args__ = (
        Index("ix_people_issuer_subject", "issuer", "subject", unique=True, postgresql_where="subject IS NOT NULL"),
    )

    name: str = Field(primary_key=True, sa_type=Text)
    display_name: str = Field(sa_type=Text)
    roles: tuple[str, ...] = Field(sa_type=Names)
    approval_limits: dict[CurrencyCode, Decimal] = Field(sa_type=Embedded(LIMITS))
    password_hash: str | None = Field(default=None, sa_type=Text)
    """None for those whom an identity provider signs in, and for those who have left."""
    issuer: str | None = Field(default=None, sa_type=Text)
    subject: str | None = Field(default=None, sa_type=Text)
    """What the identity provider `issuer` calls this person, for good."""
    added_at: datetime = Field(sa_type=Moment)
    removed_at: datetime | None = Field(default=None, sa_type=Moment)


class SessionRow(LedgerTable, table=True):
    """One place where a person is signed in. Whoever reads this table cannot sign in with it."""

    __tablename__ = "sessions"
    __table_args__ = (
        ForeignKeyConstraint(["name"], ["people.name"], ondelete="CASCADE"),
        Index(None, "name"),
        Index(None, "ends_at"),
    )

    token_hash: str = Field(primary_key=True, sa_type=Text)
    """SHA-256 of the token that the browser holds, in hex."""
    name: str = Field(sa_type=Text)
    begun_at: datetime = Field(sa_type=Moment)
    seen_at: datetime = Field(sa_type=Moment)
    ends_at: datetime = Field(sa_type=Moment)


class SignInAttemptRow(LedgerTable, table=True):
    """One sign-in that has not succeeded, against a name or from an address."""

    __tablename__ = "sign_in_attempts"
    __table_args__ = (Index(None, "against", "at"), Index(None, "at"))

    id: int | None = Field(default=None, primary_key=True)
    against: str = Field(sa_type=Text)
    """`name:` with a hash of what was typed, or `address:…`."""
    at: datetime = Field(sa_type=Moment)


class SignInFlowRow(LedgerTable, table=True):
    """One browser that was sent to the identity provider and has not come back."""

    __tablename__ = "sign_in_flows"
    __table_args__ = (Index(None, "ends_at"),)

    token_hash: str = Field(primary_key=True, sa_type=Text)
    state: str = Field(sa_type=Text)
    nonce: str = Field(sa_type=Text)
    verifier: str = Field(sa_type=Text)
    next_page: str = Field(sa_type=Text)
    ends_at: datetime = Field(sa_type=Moment)

"""The table of the semantic cache: answers that went out once and may go out again."""

from collections.abc import Sequence
from datetime import datetime

from pgvector.sqlalchemy import VECTOR
from pydantic import TypeAdapter
from sqlalchemy import Index, Text
from sqlmodel import Field

from cases.draft import Claim
from cases.facts import Tier
from cases.ticket import Channel
from ledger.tables.base import LedgerTable
from ledger.tables.columns import Coded, Embedded, Moment, Names

CLAIMS: TypeAdapter[tuple[Claim, ...]] = TypeAdapter(tuple[Claim, ...])


class CachedAnswerRow(LedgerTable, table=True):
    """The answer of one case, by its question's meaning. It goes with its case.

    A question is compared only with those of its own key, which the index finds; among them the vectors are compared
    one by one, and exactly. As in the help centre, `embedding` has no fixed length.
    """

    __tablename__ = "cached_answers"
    __table_args__ = (
        Index("ix_cached_answers_key", "tenant", "policy_version", "intent", "locale", "channel", "revision"),
        Index(None, "expires_at"),
    )

    case_id: str = Field(primary_key=True, sa_type=Text, foreign_key="cases.case_id", ondelete="CASCADE")
    tenant: str = Field(sa_type=Text)
    policy_version: str = Field(sa_type=Text)
    intent: str = Field(sa_type=Text)
    locale: str = Field(sa_type=Text)
    channel: Channel = Field(sa_type=Coded(Channel))
    tier: Tier = Field(sa_type=Coded(Tier))
    labels: tuple[str, ...] = Field(sa_type=Names)
    revision: str = Field(sa_type=Text)
    """Of the articles that can answer the intent, as a hash."""
    question: str = Field(sa_type=Text)
    body: str = Field(sa_type=Text)
    greeted: bool
    claims: tuple[Claim, ...] = Field(sa_type=Embedded(CLAIMS))
    written_by: str = Field(sa_type=Text)
    articles: tuple[str, ...] = Field(sa_type=Names)
    embedder: str = Field(sa_type=Text)
    embedding: Sequence[float] = Field(sa_type=VECTOR())
    kept_at: datetime = Field(sa_type=Moment)
    expires_at: datetime = Field(sa_type=Moment)
    hits: int
    last_hit_at: datetime | None = Field(sa_type=Moment)

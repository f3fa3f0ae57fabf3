"""The tables of the help centre: articles, and the passages they are found by."""

from collections.abc import Sequence

from pgvector.sqlalchemy import VECTOR
from sqlalchemy import ForeignKeyConstraint, Index, Text
from sqlalchemy.dialects.postgresql import TSVECTOR
from sqlmodel import Field

from ledger.tables.base import LedgerTable


class ArticleRow(LedgerTable, table=True):
    """The newest revision of an article in one language."""

    __tablename__ = "articles"

    tenant: str = Field(primary_key=True, sa_type=Text)
    article_id: str = Field(primary_key=True, sa_type=Text)
    locale: str = Field(primary_key=True, sa_type=Text)
    revision: int
    title: str = Field(sa_type=Text)
    category: str = Field(sa_type=Text)
    body: str = Field(sa_type=Text)
    content_hash: str = Field(sa_type=Text)
    """Of the revision, the category and all its passages: an equal one needs no new indexing."""


class PassageRow(LedgerTable, table=True):
    """A part of an article, by its words and by its meaning.

    `embedding` has no fixed length, so that another embedder needs no migration; vectors are compared only with those
    of the same `embedder`. There is no vector index: one wants a fixed length, answers approximately, and pays from
    some ten thousand passages a tenant on, where an expression index on `embedding::vector(n)` can be added.
    """

    __tablename__ = "passages"
    __table_args__ = (
        ForeignKeyConstraint(
            ["tenant", "article_id", "locale"],
            ["articles.tenant", "articles.article_id", "articles.locale"],
            ondelete="CASCADE",
        ),
        Index(None, "words", postgresql_using="gin"),
    )

    tenant: str = Field(primary_key=True, sa_type=Text)
    article_id: str = Field(primary_key=True, sa_type=Text)
    locale: str = Field(primary_key=True, sa_type=Text)
    ordinal: int = Field(primary_key=True)
    text: str = Field(sa_type=Text)
    words: str = Field(sa_type=TSVECTOR)
    """Of the title, the headings and the text, in the form of the article's language."""
    content_hash: str = Field(sa_type=Text)
    """Of the embedder's name and all that it read: equal ones have equal vectors."""
    embedder: str = Field(sa_type=Text)
    embedding: Sequence[float] = Field(sa_type=VECTOR())

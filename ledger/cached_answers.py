"""The semantic cache as it stands: answers by the meaning of their questions, and what the help centre says now."""

import hashlib
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import cast

from pgvector.sqlalchemy import VECTOR
from sqlalchemy import ColumnElement, Double, RowMapping, bindparam, delete, func, select, type_coerce, update
from sqlalchemy.dialects.postgresql import insert
from sqlmodel import col

from cases.cache import CacheKey, KeptAnswer, NearAnswer
from cases.classification import IntentName
from cases.facts import Passage
from cases.record import Record
from cases.ticket import Slug
from ledger.database import Database
from ledger.storable import storable_text
from ledger.tables import ArticleRow, CachedAnswerRow, LedgerTable

HASH_CHARACTERS = 16
"""64 bits: one help centre has no two states of one hash."""

_VECTOR = {"embedder", "embedding"}
_ANSWER = tuple(
    column for column in LedgerTable.metadata.tables["cached_answers"].columns if column.name not in _VECTOR
)


class CacheFilter(Record):
    """Which answers are meant; whatever is not named fits."""

    tenant: Slug | None = None
    intent: IntentName | None = None
    article: str | None = None

    def conditions(self) -> list[ColumnElement[bool]]:
        """The same for the database."""
        return [
            *([col(CachedAnswerRow.tenant) == self.tenant] if self.tenant else []),
            *([col(CachedAnswerRow.intent) == self.intent] if self.intent else []),
            *([col(CachedAnswerRow.articles).bool_op("@>")([self.article])] if self.article else []),
        ]


class CachedAnswers:
    """Keeps answers and finds them again. Every method raises LedgerUnavailable."""

    def __init__(self, database: Database, embedder: str) -> None:
        """`embedder` names the model and its version: vectors of other names are not compared."""
        self._database = database
        self._embedder = embedder

    async def revision(self, tenant: Slug, articles: Sequence[str], read: Sequence[Passage]) -> str | None:
        """What these articles say now, or all of the tenant's where none is named, as a hash.

        None where one of the passages that were read is of another revision than what stands now.
        """
        wanted = select(
            col(ArticleRow.article_id), col(ArticleRow.locale), col(ArticleRow.revision), col(ArticleRow.content_hash)
        ).where(col(ArticleRow.tenant) == tenant)
        if articles:
            wanted = wanted.where(col(ArticleRow.article_id).in_(articles))
        async with self._database.transaction() as connection:
            standing = [tuple(row) for row in await connection.execute(wanted)]
        revisions = {(article, locale): revision for article, locale, revision, _ in standing}
        if any(revisions.get((p.article_id, p.locale)) != p.revision for p in read):
            return None
        said = sorted(f"{article} {locale} {content}" for article, locale, _, content in standing)
        return hashlib.sha256("\n".join(said).encode()).hexdigest()[:HASH_CHARACTERS]

    async def nearest(self, key: CacheKey, vector: Sequence[float], limit: int) -> tuple[NearAnswer, ...]:
        """The kept answers of exactly this key with the nearest questions, nearest first."""
        given = bindparam("vector", list(vector), type_=VECTOR())
        distance: ColumnElement[float] = type_coerce(
            cast("ColumnElement[object]", CachedAnswerRow.embedding).bool_op("<=>")(given), Double()
        )
        wanted = (
            select(*_ANSWER, (1 - distance).label("similarity"))
            .where(*_same(key), col(CachedAnswerRow.embedder) == self._embedder)
            .where(col(CachedAnswerRow.expires_at) > func.now())
            .order_by(distance)
            .limit(limit)
        )
        async with self._database.transaction() as connection:
            rows = (await connection.execute(wanted)).mappings().all()
        return tuple(NearAnswer(answer=_answer(row), similarity=min(1.0, row["similarity"])) for row in rows)

    async def keep(self, answer: KeptAnswer, vector: tuple[float, ...]) -> None:
        """Keep the answer of a case, and let go of what has expired. The same case's again changes nothing."""
        values = {
            **answer.model_dump(exclude={"key", "claims"}),
            **answer.key.model_dump(),
            "claims": answer.claims,
            "question": storable_text(answer.question),
            "body": storable_text(answer.body),
            "embedder": self._embedder,
            "embedding": list(vector),
        }
        expired = col(CachedAnswerRow.expires_at) <= func.now()
        async with self._database.transaction() as connection:
            await connection.execute(delete(CachedAnswerRow).where(expired))
            await connection.execute(insert(CachedAnswerRow).values(values).on_conflict_do_nothing())

    async def count_hit(self, case_id: str) -> None:
        """Remember that this case's answer was given again."""
        hits = col(CachedAnswerRow.hits)
        hit = update(CachedAnswerRow).where(col(CachedAnswerRow.case_id) == case_id)
        async with self._database.transaction() as connection:
            await connection.execute(hit.values(hits=hits + 1, last_hit_at=datetime.now(UTC)))

    async def forget_case(self, case_id: str) -> None:
        """Give the answer of this case no more."""
        async with self._database.transaction() as connection:
            await connection.execute(delete(CachedAnswerRow).where(col(CachedAnswerRow.case_id) == case_id))

    async def evict(self, wanted: CacheFilter) -> int:
        """Give these answers no more; how many they were."""
        async with self._database.transaction() as connection:
            return (await connection.execute(delete(CachedAnswerRow).where(*wanted.conditions()))).rowcount

    async def answers(self, wanted: CacheFilter, limit: int) -> tuple[KeptAnswer, ...]:
        """What is kept, given most often first."""
        listed = (
            select(*_ANSWER)
            .where(*wanted.conditions(), col(CachedAnswerRow.expires_at) > func.now())
            .order_by(col(CachedAnswerRow.hits).desc(), col(CachedAnswerRow.kept_at).desc())
            .limit(limit)
        )
        async with self._database.transaction() as connection:
            return tuple(_answer(row) for row in (await connection.execute(listed)).mappings())


def _same(key: CacheKey) -> list[ColumnElement[bool]]:
    return [
        col(CachedAnswerRow.tenant) == key.tenant,
        col(CachedAnswerRow.policy_version) == key.policy_version,
        col(CachedAnswerRow.intent) == key.intent,
        col(CachedAnswerRow.locale) == key.locale,
        col(CachedAnswerRow.channel) == key.channel,
        col(CachedAnswerRow.tier) == key.tier,
        col(CachedAnswerRow.labels) == key.labels,
        col(CachedAnswerRow.revision) == key.revision,
    ]


def _answer(row: RowMapping) -> KeptAnswer:
    return KeptAnswer.model_validate({**row, "key": CacheKey.model_validate(dict(row))})

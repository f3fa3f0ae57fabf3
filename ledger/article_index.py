"""Indexing articles: what has changed is cut into passages, embedded and written; what has not is left alone."""

import hashlib
from collections.abc import Awaitable, Callable, Sequence

from sqlalchemy import Text, bindparam, cast, delete, func, select, text, tuple_
from sqlalchemy.dialects.postgresql import REGCONFIG, Insert, insert
from sqlalchemy.ext.asyncio import AsyncConnection
from sqlalchemy.sql.dml import ReturningInsert
from sqlmodel import col

from cases.article import Article
from cases.errors import InvalidInput
from cases.record import Record
from cases.ticket import Slug
from ledger.database import Database
from ledger.passages import PassageText, cut
from ledger.storable import storable_text
from ledger.tables import ArticleRow, PassageRow
from ledger.text_search import configuration

Vector = Sequence[float]

Embed = Callable[[Sequence[str]], Awaitable[Sequence[Vector]]]
"""Turns texts that may answer questions into vectors, one each, in their order."""

BATCH = 64
"""How many texts are embedded at a time: enough to keep a model busy, few enough to hold in memory."""


class IndexReport(Record):
    """What indexing did: articles written, passages embedded, articles removed."""

    written: int
    embedded: int
    removed: int


class _Entry(Record):
    """An article ready to be written: its passages, and the text of each that is embedded and searched."""

    article: Article
    passages: tuple[PassageText, ...]
    readings: tuple[str, ...]
    hashes: tuple[str, ...]
    content_hash: str


async def index_articles(
    database: Database, tenant: Slug, articles: Sequence[Article], embedder: str, embed: Embed
) -> IndexReport:
    """Make these the tenant's articles; see `HelpCentre.index_articles`."""
    _refuse_twins(articles)
    # In one order everywhere, so that two workers never wait for each other's articles.
    entries = [_entry(article, embedder) for article in sorted(articles, key=_key)]
    async with database.transaction() as connection:
        standing = await _standing_hashes(connection, tenant)
        changed = [entry for entry in entries if standing.get(_key(entry.article)) != entry.content_hash]
        vectors = await _known_vectors(connection, tenant, embedder, changed)
    read = {
        content: reading for entry in changed for content, reading in zip(entry.hashes, entry.readings, strict=True)
    }
    missing = {content: reading for content, reading in read.items() if content not in vectors}
    vectors |= await _embedded(missing, embed)
    async with database.transaction() as connection:
        written = [await _write(connection, tenant, entry, embedder, vectors) for entry in changed]
        removed = await _remove_others(connection, tenant, articles)
        if any(written):
            # A search planned for the tables as they were before is ten times slower.
            await connection.execute(text("ANALYZE articles, passages"))
    return IndexReport(written=sum(written), embedded=len(missing), removed=removed)


def _entry(article: Article, embedder: str) -> _Entry:
    texts = article.model_dump(include={"title", "category", "body"})
    article = article.model_copy(update={name: storable_text(text) for name, text in texts.items()})
    passages = cut(article.body)
    readings = tuple("\n".join((article.title, *passage.headings, passage.text)) for passage in passages)
    hashes = tuple(_hash(embedder, reading) for reading in readings)
    whole = _hash(str(article.revision), article.title, article.category, *hashes)
    return _Entry(article=article, passages=passages, readings=readings, hashes=hashes, content_hash=whole)


def _hash(*parts: str) -> str:
    return hashlib.sha256("\x00".join(parts).encode()).hexdigest()


def _key(article: Article) -> tuple[str, str]:
    return article.id, article.locale


def _refuse_twins(articles: Sequence[Article]) -> None:
    seen: set[tuple[str, str]] = set()
    for article in articles:
        if _key(article) in seen:
            name = f"{article.id} ({article.locale})"
            raise InvalidInput("articles", f"{name} is there twice.", "Give each article its own id, or drop one.")
        seen.add(_key(article))


async def _standing_hashes(connection: AsyncConnection, tenant: Slug) -> dict[tuple[str, str], str]:
    wanted = select(col(ArticleRow.article_id), col(ArticleRow.locale), col(ArticleRow.content_hash)).where(
        col(ArticleRow.tenant) == tenant
    )
    return {(article, locale): content for article, locale, content in await connection.execute(wanted)}


async def _known_vectors(
    connection: AsyncConnection, tenant: Slug, embedder: str, entries: Sequence[_Entry]
) -> dict[str, Vector]:
    wanted = select(col(PassageRow.content_hash), col(PassageRow.embedding)).where(
        col(PassageRow.tenant) == tenant,
        col(PassageRow.embedder) == embedder,
        col(PassageRow.content_hash).in_([content for entry in entries for content in entry.hashes]),
    )
    return {row.content_hash: row.embedding for row in await connection.execute(wanted)}


async def _embedded(texts: dict[str, str], embed: Embed) -> dict[str, Vector]:
    vectors: dict[str, Vector] = {}
    for start in range(0, len(texts), BATCH):
        batch = list(texts)[start : start + BATCH]
        vectors |= zip(batch, await embed([texts[content] for content in batch]), strict=True)
    return vectors


async def _write(
    connection: AsyncConnection, tenant: Slug, entry: _Entry, embedder: str, vectors: dict[str, Vector]
) -> bool:
    """Replace an article and its passages, unless a later revision stands there."""
    article = entry.article
    of_article = {"tenant": tenant, "article_id": article.id, "locale": article.locale}
    texts = article.model_dump(include={"revision", "title", "category", "body"})
    replaced = await connection.execute(WRITE_ARTICLE, {**of_article, **texts, "content_hash": entry.content_hash})
    if replaced.first() is None:
        return False
    passages = [
        {
            **of_article,
            "ordinal": ordinal,
            "text": passage.text,
            "content_hash": content,
            "embedder": embedder,
            "embedding": vectors[content],
            "configuration": configuration(article.locale),
            "reading": reading,
        }
        for ordinal, (passage, reading, content) in enumerate(
            zip(entry.passages, entry.readings, entry.hashes, strict=True)
        )
    ]
    await connection.execute(REMOVE_PASSAGES, of_article)
    if passages:
        await connection.execute(WRITE_PASSAGE, passages)
    return True


async def _remove_others(connection: AsyncConnection, tenant: Slug, articles: Sequence[Article]) -> int:
    kept = [_key(article) for article in articles]
    others = tuple_(col(ArticleRow.article_id), col(ArticleRow.locale)).not_in(kept)
    removed = await connection.execute(delete(ArticleRow).where(col(ArticleRow.tenant) == tenant, others))
    return removed.rowcount


def _article_statement() -> ReturningInsert[str]:
    adding = insert(ArticleRow)
    given = adding.excluded
    return adding.on_conflict_do_update(
        index_elements=[col(ArticleRow.tenant), col(ArticleRow.article_id), col(ArticleRow.locale)],
        set_={name: given[name] for name in ("revision", "title", "category", "body", "content_hash")},
        where=given.revision >= col(ArticleRow.revision),
    ).returning(col(ArticleRow.article_id))


def _passage_statement() -> Insert:
    language = cast(bindparam("configuration", type_=Text), REGCONFIG)
    return insert(PassageRow).values(words=func.to_tsvector(language, bindparam("reading", type_=Text)))


WRITE_ARTICLE = _article_statement()
WRITE_PASSAGE = _passage_statement()
REMOVE_PASSAGES = delete(PassageRow).where(
    col(PassageRow.tenant) == bindparam("tenant"),
    col(PassageRow.article_id) == bindparam("article_id"),
    col(PassageRow.locale) == bindparam("locale"),
)

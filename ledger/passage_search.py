"""Searching passages by words and by meaning at once.

Two short lists are taken, of the nearest vectors and of the best full-text ranks, and each passage of either gets one
confidence from both figures; see `ledger/retrieval_confidence.py`. They are fused by that number and not by their
ranks: ranks forget how near the nearest is, and on our questions found fewer right articles (28 against 31 of 32).
"""

from pgvector.sqlalchemy import VECTOR
from sqlalchemy import RowMapping, bindparam, text

from cases.facts import Passage
from cases.record import Record
from cases.ticket import Locale, Slug
from ledger.database import Database
from ledger.passages import cut
from ledger.retrieval_confidence import Calibration
from ledger.storable import storable_text
from ledger.text_search import configuration, language

READ_CHARACTERS = 4_000
"""How much of a text is searched for. A longer one is a pasted log or thread, whose words would match anything."""

SHORT_LIST = 20
"""How many passages each of the two lists has."""

SEARCH = text(
    """
    WITH asked AS MATERIALIZED (
        SELECT tsvector_to_array(to_tsvector(CAST(:configuration AS regconfig), :text)) AS their_words,
               -- Any of the words, not all of them: a customer's letter has many that no article has.
               CAST(replace(CAST(plainto_tsquery(CAST(:configuration AS regconfig), :text) AS text), ' & ', ' | ')
                    AS tsquery) AS any_word
    ),
    eligible AS (
        SELECT passage.*, article.title, article.revision, article.body,
               left(passage.locale, 2) = :language AS same_language
        FROM passages AS passage
        JOIN articles AS article USING (tenant, article_id, locale)
        WHERE tenant = :tenant
          AND (left(locale, 2) = :language OR NOT EXISTS (
              SELECT FROM articles AS translation
              WHERE translation.tenant = :tenant AND translation.article_id = passage.article_id
                AND left(translation.locale, 2) = :language))
    ),
    nearest AS (
        SELECT article_id, locale, ordinal FROM eligible
        WHERE embedder = :embedder
        ORDER BY embedding <=> :vector LIMIT :short_list
    ),
    best_worded AS (
        SELECT article_id, locale, ordinal FROM eligible, asked
        WHERE same_language AND eligible.words @@ any_word
        ORDER BY ts_rank(eligible.words, any_word) DESC LIMIT :short_list
    )
    SELECT article_id, locale, ordinal, title, revision, eligible.text, body,
           CASE WHEN embedder = :embedder THEN 1 - (embedding <=> :vector) ELSE 0 END AS cosine,
           CASE WHEN same_language THEN coalesce(
               CAST(cardinality(ARRAY(
                   SELECT unnest(their_words) INTERSECT SELECT unnest(tsvector_to_array(eligible.words))
               )) AS double precision) / nullif(cardinality(their_words), 0), 0) ELSE 0 END AS share
    FROM eligible
    JOIN (SELECT * FROM nearest UNION SELECT * FROM best_worded) AS listed USING (article_id, locale, ordinal)
    CROSS JOIN asked
    """
).bindparams(bindparam("vector", type_=VECTOR()))
"""Each listed passage with its cosine and its share of the question's words.

An article in another language is listed only where the customer's language has none of that id. Vectors of another
embedder are not compared: such a passage has only its words.
"""


class Question(Record):
    """What is searched for: a text, and its vector."""

    tenant: Slug
    locale: Locale
    text: str
    vector: tuple[float, ...]


async def search(
    database: Database, question: Question, embedder: str, calibration: Calibration, limit: int
) -> tuple[Passage, ...]:
    """The passages that most likely answer the question, most likely first."""
    parameters = {
        "tenant": question.tenant,
        "language": language(question.locale),
        "configuration": configuration(question.locale),
        "text": storable_text(_read(question.text)),
        "vector": list(question.vector),
        "embedder": embedder,
        "short_list": SHORT_LIST,
    }
    async with database.transaction() as connection:
        found = (await connection.execute(SEARCH, parameters)).mappings().all()
    sure = {_id(row): calibration.confidence(row["cosine"], row["share"]) for row in found}
    best = sorted(found, key=lambda row: (-sure[_id(row)], _id(row)))[:limit]
    return tuple(_passage(row, sure[_id(row)]) for row in best)


def _id(row: RowMapping) -> str:
    return f"{row['article_id']}/{row['locale']}/{row['ordinal']}"


def _passage(row: RowMapping, confidence: float) -> Passage:
    return Passage(
        id=_id(row),
        article_id=row["article_id"],
        title=row["title"],
        headings=_headings(row["body"], row["ordinal"]),
        locale=row["locale"],
        revision=row["revision"],
        text=row["text"],
        confidence=confidence,
    )


def _read(text: str) -> str:
    """The beginning and the end of a long text: a question stands before a pasted log as often as after it."""
    half = READ_CHARACTERS // 2
    return text if len(text) <= READ_CHARACTERS else f"{text[:half]}\n{text[-half:]}"


def _headings(body: str, ordinal: int) -> tuple[str, ...]:
    """The headings of a passage: cut from the same body it is the same one, whatever cut it."""
    passages = cut(body)
    return passages[ordinal].headings if ordinal < len(passages) else ()

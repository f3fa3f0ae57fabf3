"""The help centre: articles go in, and the passages that answer a question come out."""

from collections.abc import Sequence

from cases.article import Article
from cases.facts import Passage
from cases.ticket import Locale, Slug
from ledger.article_index import Embed, IndexReport, index_articles
from ledger.database import Database
from ledger.passage_search import Question, search
from ledger.retrieval_confidence import calibration_of


class HelpCentre:
    """The help centres of all tenants, as one embedder reads them. Every method raises LedgerUnavailable."""

    def __init__(self, database: Database, embedder: str) -> None:
        """`embedder` names the model and its version: vectors of other names are neither kept nor compared.

        Raises InvalidInput for an embedder without a calibration.
        """
        self._database = database
        self._embedder = embedder
        self._calibration = calibration_of(embedder)

    async def index_articles(self, tenant: Slug, articles: Sequence[Article], embed: Embed) -> IndexReport:
        """Make these the tenant's articles: all of them, in every language.

        New and changed ones are cut into passages; `embed` is asked only for texts it has not read before. Articles
        that are not among them are removed; a revision older than the one that stands is left out. Raises InvalidInput
        where two articles have one id and locale.
        """
        return await index_articles(self._database, tenant, articles, self._embedder, embed)

    async def search(
        self, tenant: Slug, locale: Locale, text: str, vector: Sequence[float], limit: int
    ) -> tuple[Passage, ...]:
        """The passages that most likely answer a text, most likely first.

        `vector` is the text's, by this help centre's embedder. An article is read in the customer's language where it
        has one, and in its other languages where not. The text is only ever looked for, never obeyed.
        """
        question = Question(tenant=tenant, locale=locale, text=text, vector=tuple(vector))
        return await search(self._database, question, self._embedder, self._calibration, limit)

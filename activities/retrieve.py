"""Retrieving: the help-centre passages that answer a text."""

from collections.abc import Sequence
from typing import Protocol

from temporalio import activity

from cases.facts import Passage
from cases.ticket import Locale, Slug
from cases.work import Retrieved, RetrieveRequest
from integrations.models.protocol import Embedder

PASSAGES = 3
"""How many passages a draft is written from: more dilutes, and each is kept in the case's history."""


class HelpCentre(Protocol):
    """What retrieving needs of the ledger."""

    async def search(
        self, tenant: Slug, locale: Locale, text: str, vector: Sequence[float], limit: int
    ) -> tuple[Passage, ...]:
        """The best passages, best first."""
        ...


class Retrieving:
    """Searches the help centre by words and by meaning."""

    def __init__(self, help_centre: HelpCentre, embedder: Embedder) -> None:
        self._help_centre = help_centre
        self._embedder = embedder

    @activity.defn
    async def retrieve(self, request: RetrieveRequest) -> Retrieved:
        """Find the passages that answer a text. Safe to repeat."""
        vector = await self._embedder.embed_query(request.text, request.locale)
        passages = await self._help_centre.search(request.tenant, request.locale, request.text, vector, PASSAGES)
        return Retrieved(passages=passages)

"""What drafts are written from, found without an engine: the help centre's passages and the shop's records.

Both are only ever read. A shop that does not answer is told of as a failed look-up, as in a case; without a help
centre there are no drafts to compare.
"""

from collections import Counter
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager

import httpx
from sqlalchemy.exc import ProgrammingError

from activities.look_up import LookingUp
from activities.retrieve import Retrieving
from cases.classification import Entities, IntentName
from cases.errors import LedgerUnavailable
from cases.facts import Facts, LookupRequest
from cases.policy.rulebook import Rulebook
from cases.ticket import Locale, Ticket
from cases.work import LookupOrder, RetrieveRequest
from integrations.commerce.http_shop import HttpShop
from integrations.models.protocol import Embedder
from ledger.database import Database
from ledger.help_centre import HelpCentre
from routing.needs import first_lookups, in_focus, lookups_needed, passages_for
from starter.settings import Settings

CONNECTIONS = 4
"""A search takes milliseconds; models are what a comparison waits for."""


class Ground:
    """Finds facts as a case does. `drafts_left_out` says why there is nothing to draft from, where that is so."""

    def __init__(self, looking_up: LookingUp, retrieving: Retrieving | None, drafts_left_out: str | None) -> None:
        self._looking_up = looking_up
        self._retrieving = retrieving
        self.drafts_left_out = drafts_left_out
        self.lookups_failed: str | None = None
        """Why the first look-up that failed did."""

    async def before_reading(self, ticket: Ticket, language: Locale) -> Facts:
        """Whose ticket it is, and the passages that answer it: what is found whatever it is about."""
        facts = await self._answered(ticket, first_lookups(ticket.customer), Facts())
        if self._retrieving is None:
            return facts
        asked = RetrieveRequest(tenant=ticket.tenant, locale=language, text=ticket.customer_text)
        return facts.model_copy(update={"passages": (await self._retrieving.retrieve(asked)).passages})

    async def for_intents(
        self, rulebook: Rulebook, ticket: Ticket, intents: tuple[IntentName, ...], entities: Entities, facts: Facts
    ) -> Facts:
        """The same, and the records these intents need, until no answer raises another question."""
        found = passages_for(rulebook, intents, facts)
        asked = Counter(request.key for request in first_lookups(ticket.customer))
        while requests := tuple(
            request
            for request in lookups_needed(rulebook, intents, entities, found)
            if asked[request.key] < rulebook.records.lookup_tries
        ):
            asked.update(request.key for request in requests)
            found = await self._answered(ticket, requests, found)
        return in_focus(entities, found)

    async def _answered(self, ticket: Ticket, requests: tuple[LookupRequest, ...], facts: Facts) -> Facts:
        if not requests:
            return facts
        order = LookupOrder(tenant=ticket.tenant, requests=requests, customer=ticket.customer)
        found = await self._looking_up.look_up(order)
        if found.failures and self.lookups_failed is None:
            self.lookups_failed = f"Some look-ups failed, as cases would see them fail: {found.failures[0].sentence}"
        return facts.with_answers(found)


@asynccontextmanager
async def open_ground(settings: Settings, embedder: Embedder, lookup_seconds: float) -> AsyncGenerator[Ground]:
    """Hold the shop and the help centre of these settings for the block. Neither need be there."""
    database = Database.at(settings.database_url, connections=CONNECTIONS)
    shop = httpx.AsyncClient(base_url=settings.shop_url, timeout=lookup_seconds)
    help_centre = HelpCentre(database, embedder.name)
    try:
        missing = await _why_missing(help_centre, embedder)
        retrieving = None if missing else Retrieving(help_centre, embedder)
        yield Ground(LookingUp(HttpShop(shop)), retrieving, missing)
    finally:
        await shop.aclose()
        await database.close()


async def _why_missing(help_centre: HelpCentre, embedder: Embedder) -> str | None:
    asked = "returns"
    try:
        await help_centre.search("nobody", "en", asked, await embedder.embed_query(asked, "en"), 1)
    except LedgerUnavailable as away:
        return f"Drafts were not compared: there is no help centre to draft from. {away}"
    except ProgrammingError:
        return (
            "Drafts were not compared: the database has no help centre. Run `signalbox migrate` and index the articles."
        )
    return None

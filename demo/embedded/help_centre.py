"""Putting the demo's help centre into the ledger, where drafts find it."""

import asyncio

from demo.help_centre.load import load_articles
from integrations.models.local.encoders import Encoders
from integrations.models.local.provider import LocalEmbedder
from ledger.database import Database
from ledger.help_centre import HelpCentre

TENANT = "acme"


def index_help_centre(database_url: str) -> None:
    """Make the demo's articles those of its tenant. Only what has changed is read by a model.

    Raises LedgerUnavailable.
    """
    asyncio.run(_index(database_url))


async def _index(database_url: str) -> None:
    database = Database.at(database_url, connections=1)
    embedder = LocalEmbedder(Encoders())
    try:
        help_centre = HelpCentre(database, embedder.name)
        await help_centre.index_articles(TENANT, load_articles(), embedder.embed_passages)
    finally:
        await database.close()

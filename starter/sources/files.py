"""Where the files of each source's tickets are fetched, with what lets us in there."""

from collections.abc import Mapping
from contextlib import AsyncExitStack
from pathlib import Path

import httpx

from cases.errors import ToolUnavailable
from cases.source import Source, SourceKind
from integrations.attachments.http_files import HttpFiles, WhatsAppFiles
from integrations.attachments.protocol import AttachmentStore
from integrations.sources.whatsapp_shapes import graph_of
from starter.sources.helpdesks import HEADERS, SourceBook
from starter.sources.secrets import missing_secrets, secrets_of, variable


class SourceFiles:
    """`AttachmentStores`: those of registered sources, and the built-in helpdesk's for all others."""

    def __init__(
        self, sources: SourceBook, built_in: AttachmentStore, data: Path, seconds: float, opened: AsyncExitStack
    ) -> None:
        """`seconds`: how long a place may be silent; `opened` closes the connections."""
        self._sources = sources
        self._built_in = built_in
        self._data = data
        self._seconds = seconds
        self._opened = opened
        self._clients: dict[str, httpx.AsyncClient] = {}

    async def store_of(self, tenant: str, source: str | None) -> AttachmentStore:
        """As the protocol says."""
        registered = await self._sources.source(tenant, source) if source else None
        return self._built_in if registered is None else await self._store(registered.source)

    async def _store(self, source: Source) -> AttachmentStore:
        secrets = secrets_of(source, self._data)
        missing = missing_secrets(source, secrets)
        if missing:
            raise ToolUnavailable(f"{variable(source, missing[0])} is not set, so {source.label} does not let us in")
        credentials: Mapping[str, str] = HEADERS[source.kind](source, secrets) if source.kind in HEADERS else {}
        if source.kind is SourceKind.WHATSAPP:
            return WhatsAppFiles(await self._client(graph_of(source)), credentials)
        return HttpFiles(await self._client(source.url or ""), credentials)

    async def _client(self, address: str) -> httpx.AsyncClient:
        if address not in self._clients:
            client = httpx.AsyncClient(base_url=address, timeout=self._seconds)
            self._clients[address] = await self._opened.enter_async_context(client)
        return self._clients[address]

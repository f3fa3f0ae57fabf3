"""The helpdesk of each source, with its address and credentials. Connections are kept, and closed with the worker."""

import asyncio
from collections.abc import Callable, Mapping
from contextlib import AsyncExitStack
from pathlib import Path
from typing import NamedTuple, Protocol

import httpx

from cases.errors import ToolLocked, ToolUnavailable
from cases.source import Source, SourceKind, SourceSecrets
from integrations.helpdesks import chatwoot, django_helpdesk, standard_webhooks, whatsapp, zammad, zendesk
from integrations.helpdesks.calls import HelpdeskCalls
from integrations.helpdesks.protocol import Helpdesk, ReadableHelpdesk
from ledger.sources import RegisteredSource
from starter.sources.secrets import missing_secrets, secrets_of, variable

CONNECTIONS = 20
"""How many requests one helpdesk may have from us at once."""


class SourceBook(Protocol):
    """What is needed of the ledger."""

    async def source(self, tenant: str, name: str) -> RegisteredSource | None:
        """A registered source."""
        ...


class WholeHelpdesk(Helpdesk, ReadableHelpdesk, Protocol):
    """A helpdesk that is written to and read."""


KEEP_TICKETS: Mapping[SourceKind, Callable[[HelpdeskCalls, Source], WholeHelpdesk]] = {
    SourceKind.ZENDESK: zendesk.ZendeskHelpdesk,
    SourceKind.CHATWOOT: chatwoot.ChatwootHelpdesk,
    SourceKind.CHATWOOT_BOT: chatwoot.ChatwootHelpdesk,
    SourceKind.ZAMMAD: zammad.ZammadHelpdesk,
    SourceKind.DJANGO_HELPDESK: django_helpdesk.DjangoHelpdesk,
}
"""The helpdesks whose tickets can be read. A new adapter of that sort is a row here."""

ANSWERED_IN: Mapping[SourceKind, Callable[[HelpdeskCalls, Source], Helpdesk]] = {
    **KEEP_TICKETS,
    SourceKind.STANDARD: standard_webhooks.StandardWebhooksHelpdesk,
    SourceKind.VOICE: standard_webhooks.StandardWebhooksHelpdesk,
    SourceKind.WHATSAPP: whatsapp.WhatsAppHelpdesk,
}
"""Where the tickets of each kind are answered."""

HEADERS: Mapping[SourceKind, Callable[[Source, SourceSecrets], Mapping[str, str]]] = {
    SourceKind.ZENDESK: zendesk.headers,
    SourceKind.CHATWOOT: chatwoot.headers,
    SourceKind.CHATWOOT_BOT: chatwoot.headers,
    SourceKind.ZAMMAD: zammad.headers,
    SourceKind.DJANGO_HELPDESK: django_helpdesk.headers,
    SourceKind.WHATSAPP: whatsapp.headers,
}
"""What lets us in. What the others are sent is signed, each request by itself."""


class _Client(NamedTuple):
    """The connections to one helpdesk, and what they were made for: where that has changed, others are made."""

    source: Source
    secrets: SourceSecrets
    calls: HelpdeskCalls


class SourceHelpdesks:
    """Makes the helpdesks of sources."""

    def __init__(self, data: Path, seconds: float, opened: AsyncExitStack) -> None:
        """`seconds`: how long a helpdesk may take for one answer; `opened` closes the connections."""
        self._data = data
        self._seconds = seconds
        self._opened = opened
        self._clients: dict[tuple[str, str], _Client] = {}
        self._making = asyncio.Lock()

    async def helpdesk(self, source: Source) -> Helpdesk:
        """Where a source's tickets are answered. Raises ToolUnavailable where a secret is missing."""
        client = await self._client(source)
        return ANSWERED_IN[source.kind](client.calls, source)

    async def readable(self, source: Source) -> ReadableHelpdesk:
        """The helpdesk of a source that keeps tickets. Raises ToolUnavailable where a secret is missing."""
        if source.kind not in KEEP_TICKETS:
            raise ToolUnavailable(f"{source.label} is a {source.kind} source, which keeps no tickets to be read.")
        client = await self._client(source)
        return KEEP_TICKETS[source.kind](client.calls, source)

    async def _client(self, source: Source) -> _Client:
        secrets = self._secrets(source)
        async with self._making:
            known = self._clients.get((source.tenant, source.name))
            if known is None or (known.source, known.secrets) != (source, secrets):
                known = _Client(source, secrets, await self._calls(source, secrets))
                self._clients[source.tenant, source.name] = known
        return known

    def _secrets(self, source: Source) -> SourceSecrets:
        secrets = secrets_of(source, self._data)
        missing = missing_secrets(source, secrets)
        if missing:
            raise ToolLocked(
                f"{source.label} cannot be asked or written to: set {variable(source, missing[0])}, or give it to "
                "`signalbox source add` again. What waits for it goes on by itself."
            )
        return secrets

    async def _calls(self, source: Source, secrets: SourceSecrets) -> HelpdeskCalls:
        # Each connection serves one request: on one that goes on, an answer that comes twice is taken for the answer
        # to the next request, and what was never written is believed to stand there.
        limits = httpx.Limits(max_connections=CONNECTIONS, max_keepalive_connections=0)
        client = httpx.AsyncClient(
            base_url=source.url or "",
            headers=HEADERS[source.kind](source, secrets) if source.kind in HEADERS else None,
            auth=None if source.kind in HEADERS else standard_webhooks.RequestSigning(secrets),
            timeout=self._seconds,
            limits=limits,
        )
        return HelpdeskCalls(await self._opened.enter_async_context(client))


class RegisteredHelpdesks:
    """A `HelpdeskDirectory`: the helpdesks of registered sources, and the built-in one for all others."""

    def __init__(self, sources: SourceBook, helpdesks: SourceHelpdesks, built_in: Helpdesk) -> None:
        self._sources = sources
        self._helpdesks = helpdesks
        self._built_in = built_in

    async def helpdesk_of(self, tenant: str, source: str) -> Helpdesk:
        """The helpdesk a source's tickets are answered in, as the protocol says."""
        registered = await self._sources.source(tenant, source)
        return self._built_in if registered is None else await self._helpdesks.helpdesk(registered.source)

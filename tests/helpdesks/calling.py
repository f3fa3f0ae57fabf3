"""What our clients ask a helpdesk through, as a worker makes it, but of little patience."""

from collections.abc import AsyncGenerator, Mapping
from contextlib import asynccontextmanager

import httpx

from cases.source import Source
from integrations.helpdesks.calls import HelpdeskCalls


@asynccontextmanager
async def calls_to(source: Source, headers: Mapping[str, str]) -> AsyncGenerator[HelpdeskCalls]:
    """Calls to where the source is, with these headers on each."""
    async with httpx.AsyncClient(base_url=source.url or "", headers=headers, timeout=1, trust_env=False) as client:
        yield HelpdeskCalls(client)

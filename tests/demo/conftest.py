"""The demo's shop, as it begins."""

from collections.abc import AsyncIterator

import httpx
import pytest


@pytest.fixture
async def shop(shop_address: str) -> AsyncIterator[httpx.AsyncClient]:
    """A client of the shop as it begins."""
    async with httpx.AsyncClient(base_url=shop_address) as client:
        (await client.post("/reset")).raise_for_status()
        yield client

"""Insisting: people and helpdesks try again when a door is shut, and so does the soak."""

import asyncio
import time
from collections.abc import Awaitable, Callable
from typing import TypeVar

import httpx
import psycopg

from cases.errors import Unavailable

Answer = TypeVar("Answer")

SHUT = (Unavailable, httpx.HTTPError, psycopg.OperationalError)
"""What a door raises while what is behind it is away: the same can be tried later."""

PAUSE_SECONDS = 0.3
PATIENCE_SECONDS = 90.0


async def insist(call: Callable[[], Awaitable[Answer]], what: str) -> Answer:
    """Try until it goes through. Raises TimeoutError when it never does."""
    deadline = time.monotonic() + PATIENCE_SECONDS
    while True:
        try:
            return await call()
        except SHUT as shut:
            if time.monotonic() > deadline:
                raise TimeoutError(f"tried in vain for {PATIENCE_SECONDS:.0f} s to {what}: {shut}") from shut
            await asyncio.sleep(PAUSE_SECONDS)

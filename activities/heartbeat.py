"""Signs of life from an activity that may take a while, so that a dead worker is noticed soon."""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager

from temporalio import activity


@asynccontextmanager
async def beating() -> AsyncGenerator[None]:
    """Send heartbeats while the block runs, three in each heartbeat timeout."""
    timeout = activity.info().heartbeat_timeout
    if timeout is None:
        yield
        return
    task = asyncio.create_task(_beat(timeout.total_seconds() / 3))
    try:
        yield
    finally:
        task.cancel()
        await asyncio.wait([task])


async def _beat(interval_seconds: float) -> None:
    while True:
        activity.heartbeat()
        await asyncio.sleep(interval_seconds)

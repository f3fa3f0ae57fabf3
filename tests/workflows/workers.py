"""Workers of a scripted world, one for each queue."""

import asyncio
import sys
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager, suppress

from temporalio.client import Client
from temporalio.worker import Worker

from cases.task_queues import TaskQueue
from tests.workflows.world import World
from workflows.ticket import TicketWorkflow

STOPS_WITHIN_SECONDS = 30.0
"""Then a worker is left to itself, and ends with its server. The SDK was seen to wait for ever, once in thousands,
where a workflow that is not kept in memory was in the middle of a step. How a worker stops is not what is tested."""

USUALLY_CACHED = 1_000
"""How many workflows the SDK keeps in memory where nobody says otherwise."""


@asynccontextmanager
async def working(client: Client, world: World, cached_workflows: int = USUALLY_CACHED) -> AsyncGenerator[None]:
    """Run workers in this world while the block lasts; with no cached workflows each step replays what came before."""
    cases = Worker(
        client,
        task_queue=TaskQueue.CASES,
        workflows=[TicketWorkflow],
        activities=world.activities,
        max_cached_workflows=cached_workflows,
    )
    models = Worker(client, task_queue=TaskQueue.MODELS, activities=world.activities)
    tools = Worker(client, task_queue=TaskQueue.TOOLS, activities=world.activities)
    async with _running(cases), _running(models), _running(tools):
        yield


@asynccontextmanager
async def _running(worker: Worker) -> AsyncGenerator[None]:
    await worker.__aenter__()
    try:
        yield
    finally:
        with suppress(TimeoutError):
            await asyncio.wait_for(worker.__aexit__(*sys.exc_info()), STOPS_WITHIN_SECONDS)

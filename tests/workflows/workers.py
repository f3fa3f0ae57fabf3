"""Workers of a scripted world, one for each queue."""

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager

from temporalio.client import Client
from temporalio.worker import Worker

from cases.task_queues import TaskQueue
from tests.workflows.world import World
from workflows.ticket import TicketWorkflow

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
    async with cases, models, tools:
        yield

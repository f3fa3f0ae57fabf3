"""The time-skipping server: a fresh one for each test, because its clock belongs to whoever skips it."""

import asyncio
import sys
from collections.abc import AsyncGenerator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from pathlib import Path

import pytest
from temporalio.api.enums.v1 import IndexedValueType
from temporalio.api.operatorservice.v1 import AddSearchAttributesRequest
from temporalio.client import WorkflowHandle
from temporalio.testing import WorkflowEnvironment

from cases.case import CaseStart
from cases.outcome import Outcome
from cases.search_attributes import REGISTRY
from cases.task_queues import TaskQueue
from cases.ticket import Ticket
from starter.payloads import DATA_CONVERTER
from tests.samples import a_ticket
from tests.waiting import SETTLES_WITHIN_SECONDS
from tests.workflows.workers import working
from tests.workflows.world import World
from workflows.ticket import TicketWorkflow

CaseHandle = WorkflowHandle[TicketWorkflow, Outcome]
RunningCase = Callable[..., AbstractAsyncContextManager[CaseHandle]]


@asynccontextmanager
async def time_skipping_engine() -> AsyncGenerator[WorkflowEnvironment, None]:
    """A time-skipping Temporal server that knows our search attributes."""
    program = Path(sys.executable).parent / "temporal-test-server"
    environment = await WorkflowEnvironment.start_time_skipping(
        data_converter=DATA_CONVERTER, test_server_existing_path=str(program)
    )
    try:
        await environment.client.operator_service.add_search_attributes(
            AddSearchAttributesRequest(
                namespace=environment.client.namespace,
                search_attributes={
                    a.name: IndexedValueType.ValueType(a.key.indexed_value_type.value) for a in REGISTRY
                },
            )
        )
        yield environment
    finally:
        # It is asked to end and then waited for: one that no longer hears anything would be waited for without end.
        async with asyncio.timeout(SETTLES_WITHIN_SECONDS):
            await environment.shutdown()


@pytest.fixture
async def engine() -> AsyncGenerator[WorkflowEnvironment, None]:
    """A time-skipping server for one test."""
    async with time_skipping_engine() as environment:
        yield environment


@asynccontextmanager
async def workers(engine: WorkflowEnvironment, world: World) -> AsyncGenerator[None, None]:
    """Workers of a scripted world that keep no workflow in memory, so that each step proves its replay."""
    async with working(engine.client, world, cached_workflows=0):
        yield


async def start_case(engine: WorkflowEnvironment, ticket: Ticket | None = None) -> CaseHandle:
    """Start a case; a worker must run for it to go on."""
    start = CaseStart(ticket=ticket or a_ticket())
    return await engine.client.start_workflow(
        TicketWorkflow.run, start, id=start.ticket.case_id, task_queue=TaskQueue.CASES
    )


@pytest.fixture
def running_case(engine: WorkflowEnvironment) -> RunningCase:
    """Start a case in a scripted world; its workers stop with the block."""

    @asynccontextmanager
    async def run(world: World, ticket: Ticket | None = None) -> AsyncGenerator[CaseHandle, None]:
        async with workers(engine, world):
            yield await start_case(engine, ticket)

    return run

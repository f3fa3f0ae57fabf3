"""A source whose helpdesk is read, with the workers that do it: real engine, real ledger."""

from contextlib import AsyncExitStack
from pathlib import Path

from temporalio.client import Client
from temporalio.worker import Worker

from activities.source_reading import SourceReading
from cases.source import Source
from cases.source_event import TicketChanged
from cases.source_work import Reconciled, Reconciliation, SourceName
from cases.task_queues import TaskQueue
from ledger.cases import CaseLedger
from ledger.database import Database
from ledger.deliveries import DeliveryLedger
from ledger.helpdesk_writes import HelpdeskWrites
from ledger.sources import SourceLedger
from starter.sources.arrivals import Arrivals
from starter.sources.helpdesks import SourceHelpdesks
from starter.sources.hints import reading_id
from starter.sources.schedule import schedule_id
from tests.starter.doors import WrittenWorld
from workflows.reconciling import ReconcileSource
from workflows.ticket import TicketWorkflow
from workflows.ticket_reading import ReadTicket


class ReadDesk:
    """A registered source, and all that reads it."""

    def __init__(self, client: Client, database: Database, source: Source) -> None:
        self.client = client
        self.database = database
        self.source = source
        self.writes = HelpdeskWrites(database)

    def case(self, number: int) -> str:
        return f"ticket:{self.source.tenant}:{self.source.name}:{number}"

    async def hint(self, number: int) -> tuple[str, ...]:
        """What a webhook says, and what reading the ticket comes to."""
        arrivals = Arrivals(self.client, CaseLedger(self.database), self.writes)
        await arrivals.bring(self.source, TicketChanged(ticket_id=str(number)))
        handle = self.client.get_workflow_handle(reading_id(self.source, str(number)), result_type=tuple[str, ...])
        return await handle.result()

    async def poll(self) -> Reconciled:
        return await self.client.execute_workflow(
            ReconcileSource.run,
            Reconciliation(source=SourceName(tenant=self.source.tenant, name=self.source.name)),
            id=schedule_id(self.source),
            task_queue=TaskQueue.CASES,
        )


async def reading(desk: ReadDesk, world: WrittenWorld, data: Path, opened: AsyncExitStack) -> WrittenWorld:
    """Run workers that read the source, and cases in this world."""
    cases = CaseLedger(desk.database)
    read = SourceReading(
        SourceLedger(desk.database),
        SourceHelpdesks(data, 2, opened),
        cases,
        desk.writes,
        DeliveryLedger(desk.database),
        Arrivals(desk.client, cases, desk.writes),
    )
    readers = [read.bring_in, read.bring_in_all, read.read_from, read.changed, read.keep_read_until]
    workflows = [TicketWorkflow, ReadTicket, ReconcileSource]
    for worker in (
        Worker(desk.client, task_queue=TaskQueue.CASES, workflows=workflows, activities=world.activities),
        Worker(desk.client, task_queue=TaskQueue.MODELS, activities=world.activities),
        Worker(desk.client, task_queue=TaskQueue.TOOLS, activities=[*world.activities, *readers]),
    ):
        await opened.enter_async_context(worker)
    return world

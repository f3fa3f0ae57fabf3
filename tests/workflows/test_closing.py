"""Closing a case: the end is written down before it is the end, and that may take as long as the ledger is down."""

from dataclasses import dataclass, field
from datetime import timedelta

from temporalio import activity
from temporalio.testing import WorkflowEnvironment
from temporalio.worker import Worker

from cases.case import CaseStart, CaseView
from cases.outcome import OutcomeKind, Stage
from cases.task_queues import TaskQueue
from tests.samples import a_message, a_ticket
from tests.waiting import eventually
from tests.workflows.conftest import CaseHandle
from tests.workflows.world import World
from workflows.ticket import TicketWorkflow

SHORT_TASK = timedelta(seconds=1)
"""A workflow task that waits longer than this for the ledger is renewed, and signals reach the workflow meanwhile."""


@dataclass
class SlowToClose(World):
    """A world whose ledger takes the end of a case down only after its customer was heard once more."""

    case: list[CaseHandle] = field(default_factory=list[CaseHandle])

    @activity.defn(name="record")
    async def record(self, view: CaseView) -> None:
        if view.stage is Stage.CLOSED and self.case:
            case = self.case.pop()
            await case.signal(TicketWorkflow.customer_message, a_message("How long exactly?", 2))

            async def is_heard() -> bool:
                return (await case.query(TicketWorkflow.view)).case_version != view.case_version

            await eventually(is_heard, "the case to hear its customer")
        await World.record(self, view)


async def test_a_message_heard_while_the_end_is_written_down_begins_a_new_run(engine: WorkflowEnvironment) -> None:
    world = SlowToClose()
    async with (
        Worker(engine.client, task_queue=TaskQueue.CASES, workflows=[TicketWorkflow], activities=world.activities),
        Worker(engine.client, task_queue=TaskQueue.MODELS, activities=world.activities),
        Worker(engine.client, task_queue=TaskQueue.TOOLS, activities=world.activities),
    ):
        start = CaseStart(ticket=a_ticket())
        case = await engine.client.start_workflow(
            TicketWorkflow.run,
            start,
            id=start.ticket.case_id,
            task_queue=TaskQueue.CASES,
            task_timeout=SHORT_TASK,
        )
        world.case.append(case)
        outcome = await case.result()
    assert outcome.kind is OutcomeKind.RESOLVED
    assert world.said == ["draft", "draft"]
    assert world.recorded[-1].repeat_contact

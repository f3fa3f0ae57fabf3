"""Closing a case: the end is written down before it is the end, and that may take as long as the ledger is down."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import timedelta

from temporalio import activity
from temporalio.testing import WorkflowEnvironment
from temporalio.worker import Worker

from cases.case import CaseStart, CaseView
from cases.outcome import Outcome, OutcomeKind, Stage
from cases.source_event import ReplyUndelivered
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
    """A world whose ledger takes the end of a case down only after something more was heard."""

    case: list[CaseHandle] = field(default_factory=list[CaseHandle])
    tell: Callable[[CaseHandle], Awaitable[None]] = field(default_factory=lambda: _the_customer_writes)

    @activity.defn(name="record")
    async def record(self, view: CaseView) -> None:
        if view.stage is Stage.CLOSED and self.case:
            case = self.case.pop()
            await self.tell(case)

            async def is_heard() -> bool:
                return (await case.query(TicketWorkflow.view)).case_version != view.case_version

            await eventually(is_heard, "the case to hear what was told")
        await World.record(self, view)


async def _the_customer_writes(case: CaseHandle) -> None:
    await case.signal(TicketWorkflow.customer_message, a_message("How long exactly?", 2))


async def _it_never_arrived(case: CaseHandle) -> None:
    await case.signal(TicketWorkflow.undelivered, ReplyUndelivered(message_id="wamid.1", why="blocked by them"))


async def served(engine: WorkflowEnvironment, world: SlowToClose) -> Outcome:
    """How the case ends in this world."""
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
        return await case.result()


async def test_a_message_heard_while_the_end_is_written_down_begins_a_new_run(engine: WorkflowEnvironment) -> None:
    world = SlowToClose()
    outcome = await served(engine, world)
    assert outcome.kind is OutcomeKind.RESOLVED
    assert world.said == ["draft", "draft"]
    assert world.recorded[-1].repeat_contact


async def test_a_reply_found_undelivered_while_the_end_is_written_down_goes_to_a_person_and_is_not_sent_again(
    engine: WorkflowEnvironment,
) -> None:
    world = SlowToClose(tell=_it_never_arrived)
    outcome = await served(engine, world)
    assert outcome.kind is OutcomeKind.HANDED_OVER
    assert "blocked by them" in outcome.reason.sentence
    assert world.said == ["draft"]

"""When a part of the house is away, or says no: a person hears of it, and nothing is waited for without end."""

import asyncio
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal

from temporalio import activity
from temporalio.testing import WorkflowEnvironment
from temporalio.worker import Worker

from cases.case import CaseStart
from cases.classification import Entities, Team
from cases.ladder import AttemptOutcome, Job, Ladder, Rung
from cases.outcome import OutcomeKind, Stage
from cases.reason import ReasonCode
from cases.task_queues import TaskQueue
from cases.ticket import Channel
from cases.work import AnswerReport, AnswerRequest, ClassifyReport, ClassifyRequest
from tests.samples import EUR_30, a_classification, a_message, a_payment, a_ticket, an_order
from tests.small_rulebook import rulebook
from tests.workflows.conftest import RunningCase, start_case
from tests.workflows.workers import working
from tests.workflows.world import World
from workflows.ticket import TicketWorkflow


@dataclass
class RefusingHelpdesk(World):
    """A world whose helpdesk takes no text for the customer."""

    @activity.defn(name="answer")
    async def answer(self, request: AnswerRequest) -> AnswerReport:
        report = await World.answer(self, request)
        if report.text is None:
            return report
        return report.model_copy(update={"reply_id": None, "text": None, "refused": "The ticket was merged."})


async def test_a_model_queue_without_workers_keeps_a_ticket_no_longer_than_its_channel_allows(
    engine: WorkflowEnvironment,
) -> None:
    world = World(rules=rulebook(queue_seconds=dict.fromkeys(Channel, 5.0)))
    async with (
        Worker(engine.client, task_queue=TaskQueue.CASES, workflows=[TicketWorkflow], activities=world.activities),
        Worker(engine.client, task_queue=TaskQueue.TOOLS, activities=world.activities),
    ):
        outcome = await (await start_case(engine)).result()
    assert outcome.kind is OutcomeKind.HANDED_OVER
    assert outcome.reason.code is ReasonCode.NO_FREE_WORKER
    assert outcome.reason.sentence == "no worker of signalbox-models was free within 5 s"
    assert [(row.model, row.outcome) for row in world.recorded[-1].attempts] == [("cheap", AttemptOutcome.SKIPPED)]
    assert world.said == ["holding"]


@dataclass
class SlowToTake(World):
    """A world whose models queue takes more than a second of real time for what a model answers at once."""

    @activity.defn(name="classify")
    async def classify(self, request: ClassifyRequest) -> ClassifyReport:
        await asyncio.sleep(1.2)
        return await World.classify(self, request)


async def test_all_the_calls_of_a_job_stand_in_line_no_longer_than_its_channel_allows(
    running_case: RunningCase,
) -> None:
    rules = rulebook(queue_seconds=dict.fromkeys(Channel, 30.0))
    world = SlowToTake(rules=rules, classifications=[AttemptOutcome.PERMANENT, a_classification("faq_returns")])
    async with running_case(world) as case:
        await case.result()
        lines = [
            event.activity_task_scheduled_event_attributes.schedule_to_start_timeout.ToTimedelta()
            async for event in case.fetch_history_events()
            if event.activity_task_scheduled_event_attributes.activity_type.name == "classify"
        ]
    assert lines[0] == timedelta(seconds=30)
    assert lines[1] <= timedelta(seconds=29)


async def test_a_draft_is_held_for_the_check_it_failed_and_not_for_the_model_that_was_away_afterwards(
    running_case: RunningCase,
) -> None:
    unproven = "You can return things within 60 days."
    world = World(drafts=[unproven, unproven, AttemptOutcome.PERMANENT])
    async with running_case(world):
        held = await world.reached(Stage.WAITING_FOR_REVIEW)
    assert held.review is not None
    assert held.review.draft.reply.text == unproven
    assert held.review.reasons[0].code is ReasonCode.CHECK_FAILED


async def test_a_reply_the_helpdesk_refuses_is_given_to_the_owning_team_with_what_was_done(
    running_case: RunningCase,
) -> None:
    world = RefusingHelpdesk(
        classifications=[a_classification("refund_request")], orders=(an_order(),), payments=(a_payment(EUR_30),)
    )
    async with running_case(world, a_ticket("Please refund order W10001.")) as case:
        outcome = await case.result()
    assert outcome.kind is OutcomeKind.HANDED_OVER
    assert outcome.reason.sentence == "the helpdesk did not finish: The ticket was merged."
    assert [request.say.say for request in world.written] == ["draft", "nothing"]
    assert world.written[-1].assign_to is Team.TRIAGE
    assert "executed" in world.written[-1].note.text
    assert world.recorded[-1].replies == ()


async def test_what_models_cost_is_counted_over_all_that_a_customer_writes(running_case: RunningCase) -> None:
    priced = Rung(model="cheap", timeout_seconds=2, typical_seconds=0, expected_cost=Decimal("0.03"))
    rules = rulebook(cost_ceiling=Decimal("0.05"), classify=Ladder(job=Job.CLASSIFY, rungs=(priced,)))
    world = World(rules=rules, cost=Decimal("0.03"))
    async with running_case(world) as case:
        await world.reached(Stage.FOLLOW_UP)
        await case.signal(TicketWorkflow.customer_message, a_message("And in winter?", 2))
        again = await world.reached(Stage.FOLLOW_UP, times=2)
    assert again.outcome is not None
    assert again.outcome.reason.code is ReasonCode.COST_SPENT


async def test_what_a_reviewer_told_us_counts_in_the_next_run(engine: WorkflowEnvironment) -> None:
    world = World(classifications=[a_classification("order_status")], orders=(an_order(),))
    start = CaseStart(ticket=a_ticket("Where is my order?"), told=Entities(order_ids=("W10001",)))
    async with working(engine.client, world):
        await engine.client.start_workflow(
            TicketWorkflow.run, start, id=start.ticket.case_id, task_queue=TaskQueue.CASES
        )
        await world.reached(Stage.FOLLOW_UP)
    assert "orders:order_id:W10001" in world.looked_up

"""What ops do to a workflow in Temporal is followed by ledger and queue, and late decisions are answered."""

from datetime import timedelta
from uuid import uuid4

import pytest
from temporalio import activity
from temporalio.api.common.v1 import WorkflowExecution
from temporalio.api.workflowservice.v1 import ResetWorkflowExecutionRequest
from temporalio.client import Client
from temporalio.testing import ActivityEnvironment
from temporalio.worker import Worker

from activities import run_reconciliation
from activities.run_reconciliation import RunReconciliation
from cases.case import CaseView
from cases.engine_runs import ReconciledRuns, RunsSince
from cases.errors import CaseEndedByOps
from cases.outcome import OutcomeKind, Stage
from cases.reason import ReasonCode
from cases.review import Approve
from cases.task_queues import TaskQueue
from cases.ticket import Message
from ledger.cases import CaseLedger
from ledger.database import Database
from ledger.queue import QueueBook, QueueFilter, QueueName
from starter import intake
from starter.engine_runs import RECONCILE_RUNS_ID, RECONCILE_RUNS_WORKFLOW, TemporalRuns, keep_run_schedule
from starter.intake import decide
from tests.samples import NOW
from tests.starter.held import Held, HeldCases
from tests.waiting import eventually
from workflows.reconciling_runs import ReconcileRuns


@pytest.fixture(autouse=True)
def patient_with_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    """A run that began just now is taken for one that should have been written down."""
    monkeypatch.setattr(run_reconciliation, "OPENS_WITHIN", timedelta(0))


async def reconcile(client: Client, ledger: CaseLedger) -> ReconciledRuns:
    """As far back as the engine remembers."""
    return await ActivityEnvironment().run(RunReconciliation(TemporalRuns(client), ledger).reconcile_runs, RunsSince())


async def closed_in_the_ledger(client: Client, ledger: CaseLedger, case_id: str) -> CaseView:
    """The case once a reconciliation has seen it: the engine lists what happened a moment after it."""

    async def closed() -> CaseView | None:
        await reconcile(client, ledger)
        view = await ledger.case(case_id)
        return view if view is not None and view.stage is Stage.CLOSED else None

    return await eventually(closed, f"{case_id} is written down as closed")


async def in_queue(database: Database, held: Held, queue: QueueName = QueueName.REVIEW) -> bool:
    lines = await QueueBook(database).lines(QueueFilter(queue=queue))
    return held.id in [line.case_id for line in lines]


def approve(held: Held) -> Approve:
    return Approve(request_id=held.review.id, case_version=held.review.case_version, reviewer="ada")


async def test_a_terminated_case_leaves_the_queue_with_an_outcome_and_the_way_out(
    client: Client, ledger: CaseLedger, database: Database, held_cases: HeldCases
) -> None:
    held = await held_cases.left("terminated")
    assert await in_queue(database, held)
    await client.get_workflow_handle(held.id).terminate("ops")
    view = await closed_in_the_ledger(client, ledger, held.id)
    assert view.outcome is not None
    assert (view.outcome.kind, view.outcome.reason.code) == (OutcomeKind.ENDED_BY_OPS, ReasonCode.ENDED_BY_OPS)
    assert "terminated" in view.outcome.reason.sentence
    assert (view.review, view.waiting_for) == (None, None)
    assert not await in_queue(database, held)


async def test_a_decision_on_a_terminated_case_is_answered_with_the_way_out(
    client: Client, held_cases: HeldCases
) -> None:
    held = await held_cases.left("decided-too-late")
    await client.get_workflow_handle(held.id).terminate("ops")
    with pytest.raises(CaseEndedByOps, match=r"ended in Temporal \(terminated\).*Answer the customer in the helpdesk"):
        await decide(client, held.id, approve(held))


async def test_what_the_customer_writes_after_it_begins_the_case_anew(
    client: Client, ledger: CaseLedger, held_cases: HeldCases
) -> None:
    async with held_cases.worked_on("written-after-the-end") as held:
        await client.get_workflow_handle(held.id).terminate("ops")
        await closed_in_the_ledger(client, ledger, held.id)
        message = Message(id="m2", text="Any news?", sent_at=NOW + timedelta(days=1))
        await intake.customer_message(client, ledger, held.id, message)
        again = await held.reached(Stage.WAITING_FOR_REVIEW, times=2)
        assert held.id not in (await reconcile(client, ledger)).ended
        stands = await ledger.case(held.id)
    assert again.run_id != held.case.run_id
    assert stands is not None
    assert stands.stage is Stage.WAITING_FOR_REVIEW


async def test_a_case_that_was_answered_keeps_its_outcome_when_it_is_terminated(
    client: Client, ledger: CaseLedger, held_cases: HeldCases
) -> None:
    async with held_cases.worked_on("terminated-after-the-answer") as held:
        await decide(client, held.id, approve(held))
        await held.reached(Stage.FOLLOW_UP)
    await client.get_workflow_handle(held.id).terminate("ops")
    view = await closed_in_the_ledger(client, ledger, held.id)
    assert view.outcome is not None
    assert view.outcome.kind is OutcomeKind.RESOLVED_AFTER_REVIEW


async def test_a_case_that_is_reset_waits_in_the_queue_again(
    client: Client, ledger: CaseLedger, database: Database, held_cases: HeldCases
) -> None:
    async with held_cases.worked_on("reset") as held:
        await decide(client, held.id, approve(held))
        await held.reached(Stage.FOLLOW_UP)
        handle = client.get_workflow_handle(held.id)
        events = [event async for event in handle.fetch_history_events()]
        waiting = max(
            event.event_id
            for event in events
            if event.HasField("workflow_task_completed_event_attributes")
            and event.event_id
            < next(e.event_id for e in events if e.HasField("workflow_execution_update_accepted_event_attributes"))
        )
        await client.workflow_service.reset_workflow_execution(
            ResetWorkflowExecutionRequest(
                namespace=client.namespace,
                workflow_execution=WorkflowExecution(workflow_id=held.id, run_id=held.case.run_id),
                reason="ops",
                workflow_task_finish_event_id=waiting,
                request_id=uuid4().hex,
            )
        )

        async def follows() -> bool:
            await reconcile(client, ledger)
            view = await ledger.case(held.id)
            return view is not None and view.run_id != held.case.run_id

        await eventually(follows, "the new run is written down")
        newest = await client.get_workflow_handle(held.id).describe()
        view = await ledger.case(held.id)
    assert view is not None
    assert view.run_id == newest.run_id


async def test_a_reconciliation_touches_nothing_that_runs_or_ended_by_itself(
    client: Client, ledger: CaseLedger, held_cases: HeldCases
) -> None:
    async with held_cases.worked_on("left-alone") as held:
        reconciled = await reconcile(client, ledger)
        assert held.id not in (*reconciled.ended, *reconciled.followed)
        assert await ledger.case(held.id) == held.case


async def test_each_scheduled_reconciliation_begins_where_the_last_one_ended(
    client: Client, ledger: CaseLedger
) -> None:
    asked: list[RunsSince] = []

    class Watched(RunReconciliation):
        @activity.defn(name="reconcile_runs")
        async def watched(self, wanted: RunsSince) -> ReconciledRuns:
            asked.append(wanted)
            return await super().reconcile_runs(wanted)

    await keep_run_schedule(client)
    await keep_run_schedule(client)
    handle = client.get_schedule_handle(RECONCILE_RUNS_ID)
    try:
        async with (
            Worker(client, task_queue=TaskQueue.CASES, workflows=[ReconcileRuns]),
            Worker(client, task_queue=TaskQueue.TOOLS, activities=[Watched(TemporalRuns(client), ledger).watched]),
        ):

            async def twice() -> bool:
                await handle.trigger()
                return len(asked) > 1

            await eventually(twice, "a second reconciliation")
        spec = (await handle.describe()).schedule.spec
    finally:
        await handle.delete()
        async for left in client.list_workflows(
            f"WorkflowType = '{RECONCILE_RUNS_WORKFLOW}' AND ExecutionStatus = 'Running'"
        ):
            await client.get_workflow_handle(left.id, run_id=left.run_id).terminate("the test is over")
    assert [interval.every for interval in spec.intervals] == [timedelta(seconds=30)]
    assert ReconcileRuns.__name__ == RECONCILE_RUNS_WORKFLOW
    assert asked[0].since is None
    assert asked[1].since is not None

"""What the engine says of cases' runs, and the schedule by which the ledger is compared with it."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from temporalio.client import (
    Client,
    ScheduleActionStartWorkflow,
    WorkflowExecution,
    WorkflowExecutionStatus,
    WorkflowQueryFailedError,
    WorkflowQueryRejectedError,
)
from temporalio.service import RPCError, RPCStatusCode

from cases.case import CaseView
from cases.engine_runs import Run
from cases.task_queues import TaskQueue
from starter.case_names import VIEW_QUERY, WORKFLOW
from starter.engine import ANSWER_WITHIN, engine_errors
from starter.schedules import keep_schedule

RECONCILE_RUNS_WORKFLOW = "ReconcileRuns"
RECONCILE_RUNS_ID = "reconcile-runs"
RECONCILE_RUNS_EVERY = timedelta(seconds=30)
"""Half of the minute within which ledger and desk follow."""

ENDED_FROM_OUTSIDE = {
    WorkflowExecutionStatus.TERMINATED: "terminated",
    WorkflowExecutionStatus.CANCELED: "canceled",
    WorkflowExecutionStatus.FAILED: "failed",
    WorkflowExecutionStatus.TIMED_OUT: "timed_out",
}
"""How a workflow ends that came to no end of its own."""

_STATUSES = "('Terminated', 'Canceled', 'Failed', 'TimedOut')"


class TemporalRuns:
    """The runs of cases, asked of Temporal."""

    def __init__(self, client: Client) -> None:
        self._client = client

    async def ended_since(self, moment: datetime) -> Sequence[Run]:
        """The runs that came to no end of their own since then, oldest first. Raises EngineUnavailable."""
        found = await self._listed(f"ExecutionStatus IN {_STATUSES} AND CloseTime >= '{moment.isoformat()}'")
        return sorted((run_of(one) for one in found), key=lambda run: run.at)

    async def begun_since(self, moment: datetime) -> Sequence[Run]:
        """The runs that began since then and still run. Raises EngineUnavailable."""
        found = await self._listed(f"ExecutionStatus = 'Running' AND StartTime >= '{moment.isoformat()}'")
        return [run_of(one) for one in found]

    async def newest(self, case_id: str) -> Run | None:
        """The newest run of a case; None where Temporal has forgotten it. Raises EngineUnavailable."""
        try:
            with engine_errors(self._client):
                return run_of(await self._client.get_workflow_handle(case_id).describe(rpc_timeout=ANSWER_WITHIN))
        except RPCError as error:
            if error.status is RPCStatusCode.NOT_FOUND:
                return None
            raise

    async def view(self, case_id: str) -> CaseView | None:
        """A running case as its workflow has it; None where no worker answers. Raises EngineUnavailable."""
        handle = self._client.get_workflow_handle(case_id)
        try:
            with engine_errors(self._client):
                return await handle.query(VIEW_QUERY, result_type=CaseView, rpc_timeout=ANSWER_WITHIN)
        except (RPCError, WorkflowQueryFailedError, WorkflowQueryRejectedError):
            # Stuck, or no worker: the next reconciliation asks again, and a case that is stuck is seen elsewhere.
            return None

    async def _listed(self, query: str) -> list[WorkflowExecution]:
        with engine_errors(self._client):
            return [one async for one in self._client.list_workflows(f"WorkflowType = '{WORKFLOW}' AND {query}")]


def run_of(execution: WorkflowExecution) -> Run:
    """A run in our words."""
    ended = ENDED_FROM_OUTSIDE.get(execution.status) if execution.status else None
    at = execution.close_time if ended and execution.close_time else execution.start_time
    return Run(case_id=execution.id, run_id=execution.run_id, at=at, ended=ended)


async def keep_run_schedule(client: Client) -> None:
    """Have the ledger compared with the engine from now on. Raises EngineUnavailable."""
    action = ScheduleActionStartWorkflow(
        RECONCILE_RUNS_WORKFLOW,
        id=RECONCILE_RUNS_ID,
        task_queue=TaskQueue.CASES,
        static_summary="the ledger follows what was ended or reset in Temporal",
    )
    await keep_schedule(client, RECONCILE_RUNS_ID, action, RECONCILE_RUNS_EVERY)

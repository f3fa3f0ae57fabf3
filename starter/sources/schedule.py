"""The schedule of each source: when it is asked what changed."""

from datetime import timedelta

from temporalio.client import Client, ScheduleActionStartWorkflow

from cases.source import ARE_POLLED, Source
from cases.source_work import Reconciliation, SourceName
from cases.task_queues import TaskQueue
from starter.schedules import keep_schedule

RECONCILE_WORKFLOW = "ReconcileSource"


def schedule_id(source: Source) -> str:
    """What Temporal calls the schedule of a source, and the runs it starts."""
    return f"reconcile:{source.tenant}:{source.name}"


async def keep_polled(client: Client, source: Source) -> None:
    """Have a source polled as it was registered; one that keeps no tickets is not. Raises EngineUnavailable."""
    if source.kind not in ARE_POLLED:
        return
    action = ScheduleActionStartWorkflow(
        RECONCILE_WORKFLOW,
        Reconciliation(source=SourceName(tenant=source.tenant, name=source.name)),
        id=schedule_id(source),
        task_queue=TaskQueue.CASES,
        static_summary=f"what changed in {source.label}",
    )
    await keep_schedule(client, schedule_id(source), action, timedelta(minutes=source.poll_minutes))

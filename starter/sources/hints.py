"""Hints: that a ticket is to be read, told to Temporal by name as a client in another language would."""

from temporalio.client import Client
from temporalio.common import WorkflowIDConflictPolicy, WorkflowIDReusePolicy

from cases.source import Source
from cases.source_work import SourceName, TicketToRead
from cases.task_queues import TaskQueue
from starter.engine import ANSWER_WITHIN, engine_errors

READ_WORKFLOW = "ReadTicket"
CHANGED_SIGNAL = "changed"


def reading_id(source: Source, ticket_id: str) -> str:
    """The workflow id of a ticket's reading: one at a time."""
    return f"read:{source.tenant}:{source.name}:{ticket_id}"


async def read_soon(client: Client, source: Source, ticket_id: str) -> None:
    """Have a ticket read, or read once more where it is being read. One call; raises EngineUnavailable."""
    with engine_errors(client):
        await client.start_workflow(
            READ_WORKFLOW,
            TicketToRead(source=SourceName(tenant=source.tenant, name=source.name), ticket_id=ticket_id),
            id=reading_id(source, ticket_id),
            task_queue=TaskQueue.CASES,
            id_conflict_policy=WorkflowIDConflictPolicy.USE_EXISTING,
            id_reuse_policy=WorkflowIDReusePolicy.ALLOW_DUPLICATE,
            static_summary=f"read ticket {ticket_id} of {source.label}",
            start_signal=CHANGED_SIGNAL,
            rpc_timeout=ANSWER_WITHIN,
        )

"""Play every path on a real server and keep its history: `make histories`, or only the paths that are named.

Do this only when no running case can be on the older code any more, or after adding a path; a change of the workflow
that running cases may meet belongs behind `workflow.patched` instead.
"""

import asyncio
import json
import sys
from pathlib import Path as File

from temporalio.testing import WorkflowEnvironment

from cases.case import CaseStart
from cases.search_attributes import REGISTRY
from cases.task_queues import TaskQueue
from starter.payloads import DATA_CONVERTER
from tests.replay.every_path import EVERY_PATH
from tests.replay.paths import Path
from tests.replay.plays import CaseHandle
from tests.workflows.workers import working
from workflows.ticket import TicketWorkflow

HISTORIES = File(__file__).parent / "histories"


async def record_histories(*names: str) -> None:
    """Write one file a path: of those that are named, or of all."""
    program = File(sys.executable).parent / "temporal"
    # The SDK leaves the value types of its parameter `search_attributes` open.
    async with await WorkflowEnvironment.start_local(  # pyright: ignore[reportUnknownMemberType]
        data_converter=DATA_CONVERTER,
        dev_server_existing_path=str(program),
        search_attributes=[attribute.key for attribute in REGISTRY],
        dev_server_log_level="error",
    ) as environment:
        for number, path in enumerate(path for path in EVERY_PATH if not names or path.name in names):
            history = await _play(environment, path, f"{number:04d}")
            (HISTORIES / f"{path.name}.json").write_text(history)
            sys.stdout.write(f"{path.name}\n")


async def _play(environment: WorkflowEnvironment, path: Path, ticket_id: str) -> str:
    world = path.world()
    client = environment.client
    async with working(client, world):
        start = CaseStart(ticket=path.ticket(ticket_id))
        case: CaseHandle = await client.start_workflow(
            TicketWorkflow.run, start, id=start.ticket.case_id, task_queue=TaskQueue.CASES
        )
        await path.play(case, world)
        run = client.get_workflow_handle(case.id, run_id=case.first_execution_run_id)
        history = _without_paths((await run.fetch_history()).to_json())
        if not path.ends:
            await client.get_workflow_handle(case.id).terminate("its history is recorded")
        return history


def _without_paths(history: str) -> str:
    """The same history without the stack traces, which name files of the machine and which no replay needs."""
    return json.dumps(json.loads(history, object_hook=_without_trace), indent=2)


def _without_trace(fields: dict[str, object]) -> dict[str, object]:
    return {**fields, "stackTrace": ""} if "stackTrace" in fields else fields


if __name__ == "__main__":
    asyncio.run(record_histories(*sys.argv[1:]))

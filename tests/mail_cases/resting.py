"""When a workflow is at rest: nothing more comes of it until somebody outside does something, or a long time passes."""

import asyncio
import time
from datetime import timedelta

from temporalio.api.enums.v1 import EventType, WorkflowExecutionStatus
from temporalio.client import Client
from temporalio.service import RPCError, RPCStatusCode

SHORT = timedelta(seconds=100)
"""A timer up to this is work that goes on, such as the quiet time of a chat; longer ones wait for people."""

WITHIN_SECONDS = 180.0

ONLY_STARTED = 1
"""The newest event of a run that has begun and done nothing yet."""

FIRST_PAUSE_SECONDS, LONGEST_PAUSE_SECONDS = 0.15, 0.6
"""Looking takes the engine's time, which is what is waited for."""


async def until_at_rest(client: Client, workflow_id: str) -> None:
    """Wait until a workflow is at rest; one that is not there is. Raises AssertionError when it never is."""

    deadline = time.monotonic() + WITHIN_SECONDS
    pause = FIRST_PAUSE_SECONDS
    while not await at_rest(client, workflow_id):
        assert time.monotonic() < deadline, f"{workflow_id} did not come to rest within {WITHIN_SECONDS:.0f} s"
        await asyncio.sleep(pause)
        pause = min(LONGEST_PAUSE_SECONDS, 1.5 * pause)


async def at_rest(client: Client, workflow_id: str) -> bool:
    """Whether it is now."""
    handle = client.get_workflow_handle(workflow_id)
    try:
        described = (await handle.describe()).raw_description
        if described.workflow_execution_info.status != WorkflowExecutionStatus.WORKFLOW_EXECUTION_STATUS_RUNNING:
            return True
        if described.pending_activities or described.HasField("pending_workflow_task"):
            return False
        info = described.workflow_execution_info
        last_event, short_timer = await _seen_in_history(client, workflow_id, info.execution.run_id)
    except RPCError as error:
        if error.status is RPCStatusCode.NOT_FOUND:
            return True
        raise
    if last_event == ONLY_STARTED:
        # The engine lets a run that follows another within a second wait before its first task, and shows no task.
        return False
    # A timer that fired between the two looks leaves no timer and no task to be seen.
    return last_event == info.history_length and not short_timer


async def _seen_in_history(client: Client, workflow_id: str, run_id: str) -> tuple[int, bool]:
    """The last event, and whether a short timer runs."""
    running: dict[str, timedelta] = {}
    last_event = 0
    async for event in client.get_workflow_handle(workflow_id, run_id=run_id).fetch_history_events():
        last_event = event.event_id
        match event.event_type:
            case EventType.EVENT_TYPE_TIMER_STARTED:
                started = event.timer_started_event_attributes
                running[started.timer_id] = started.start_to_fire_timeout.ToTimedelta()
            case EventType.EVENT_TYPE_TIMER_FIRED:
                running.pop(event.timer_fired_event_attributes.timer_id, None)
            case EventType.EVENT_TYPE_TIMER_CANCELED:
                running.pop(event.timer_canceled_event_attributes.timer_id, None)
            case _:
                pass
    return last_event, any(length <= SHORT for length in running.values())

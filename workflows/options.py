"""How each activity is run: on which queue, how long it may take, and when it is tried again.

Model calls are never repeated by Temporal: the ladder decides. Reads and writes of our own database are repeated until
they succeed: a ledger that is down delays a case and loses nothing.
"""

from collections.abc import Sequence
from datetime import timedelta
from typing import TypedDict

from temporalio.common import RetryPolicy

from cases.task_queues import TaskQueue

GRACE_SECONDS = 2.0
"""How much longer than its own time limit an activity may take before its worker is taken for dead."""

SHORTEST_SILENCE_SECONDS = 2.0
LONGEST_SILENCE_SECONDS = 10.0
"""How long a worker may say nothing about an action or a reply before it is taken for dead."""


class LocalOptions(TypedDict):
    """Options of a local activity."""

    start_to_close_timeout: timedelta
    retry_policy: RetryPolicy


class RemoteOptions(TypedDict):
    """Options of an activity on a queue of its own."""

    task_queue: str
    start_to_close_timeout: timedelta
    retry_policy: RetryPolicy


class QueuedOptions(RemoteOptions):
    """Options of an activity that may not wait for ever for a worker that is free."""

    schedule_to_start_timeout: timedelta


class HeartbeatOptions(RemoteOptions):
    """Options of a long activity whose worker must show that it lives."""

    heartbeat_timeout: timedelta


OWN_DATABASE: LocalOptions = {
    "start_to_close_timeout": timedelta(seconds=10),
    "retry_policy": RetryPolicy(initial_interval=timedelta(milliseconds=200), maximum_interval=timedelta(seconds=10)),
}
"""Quick, idempotent work on our own database, run beside the workflow."""


A_GLANCE: LocalOptions = {
    "start_to_close_timeout": timedelta(seconds=2),
    "retry_policy": RetryPolicy(maximum_attempts=1),
}
"""A look into our own database for what only saves work: whoever does not find it in time goes on without."""


def model_call(timeout_seconds: float, queue_seconds: float) -> QueuedOptions:
    """One model call, tried once."""
    return {
        "task_queue": TaskQueue.MODELS,
        "schedule_to_start_timeout": timedelta(seconds=queue_seconds),
        "start_to_close_timeout": timedelta(seconds=timeout_seconds + GRACE_SECONDS),
        "retry_policy": RetryPolicy(maximum_attempts=1),
    }


def lookup(timeout_seconds: float, queue_seconds: float) -> QueuedOptions:
    """Reads of a system of record; a worker that dies over them costs one more try."""
    return {
        "task_queue": TaskQueue.TOOLS,
        "schedule_to_start_timeout": timedelta(seconds=queue_seconds),
        "start_to_close_timeout": timedelta(seconds=timeout_seconds + GRACE_SECONDS),
        "retry_policy": RetryPolicy(initial_interval=timedelta(milliseconds=500), maximum_attempts=5),
    }


A_WORD_TO_OPS: RemoteOptions = {
    "task_queue": TaskQueue.TOOLS,
    "start_to_close_timeout": timedelta(seconds=30),
    "retry_policy": RetryPolicy(initial_interval=timedelta(seconds=1), maximum_attempts=5),
}
"""An alert: what it is about goes on whether it came through or not."""


def deed(call_seconds: float, whole_seconds: float | None = None, gives_up_on: Sequence[str] = ()) -> HeartbeatOptions:
    """An action or a reply: repeated until it is settled, because each knows its own key.

    `call_seconds` is what one call may take; `whole_seconds` all the calls and pauses of one try, where there are more.
    The heartbeat tells a dead worker from a slow shop, so that the next try starts soon and not after the whole time.
    `gives_up_on` names the types of errors after which it is for the workflow to decide.
    """
    return {
        "task_queue": TaskQueue.TOOLS,
        "start_to_close_timeout": timedelta(seconds=(whole_seconds or 3 * call_seconds) + GRACE_SECONDS),
        "heartbeat_timeout": timedelta(
            seconds=min(LONGEST_SILENCE_SECONDS, max(call_seconds, SHORTEST_SILENCE_SECONDS))
        ),
        "retry_policy": RetryPolicy(
            initial_interval=timedelta(milliseconds=500),
            maximum_interval=timedelta(minutes=1),
            non_retryable_error_types=gives_up_on,
        ),
    }


def source_read() -> HeartbeatOptions:
    """A look into a source, repeated until it succeeds: a helpdesk that is away delays its tickets and loses none."""
    return {
        "task_queue": TaskQueue.TOOLS,
        "start_to_close_timeout": timedelta(minutes=5),
        "heartbeat_timeout": timedelta(seconds=LONGEST_SILENCE_SECONDS),
        "retry_policy": RetryPolicy(initial_interval=timedelta(seconds=1), maximum_interval=timedelta(minutes=1)),
    }

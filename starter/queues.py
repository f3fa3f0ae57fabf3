"""How each task queue is run: how much of its work a worker process takes at once, and why as much as that.

The figures are for 40 tickets a second, measured on two cores; `bench/README.md` has what was measured.
"""

import os
from collections.abc import Awaitable, Callable, Sequence
from datetime import timedelta
from enum import StrEnum
from importlib.metadata import PackageNotFoundError, version

from temporalio.client import Client
from temporalio.common import WorkerDeploymentVersion
from temporalio.worker import (
    PollerBehaviorAutoscaling,
    UnsandboxedWorkflowRunner,
    Worker,
    WorkerDeploymentConfig,
    WorkflowRunner,
)
from temporalio.worker.workflow_sandbox import SandboxedWorkflowRunner, SandboxRestrictions

from cases.policy.document import PolicyDocument
from cases.policy.models import LOCAL
from cases.task_queues import TaskQueue
from workflows.reconciling import ReconcileSource
from workflows.reconciling_runs import ReconcileRuns
from workflows.ticket import TicketWorkflow
from workflows.ticket_reading import ReadTicket

Activity = Callable[..., Awaitable[object]]
"""A method decorated with `@activity.defn`, its clients already in its object."""

GRACE = timedelta(seconds=20)
"""How long calls in flight may go on after the word to stop: longer than any model or tool of a sensible policy takes.
Whatever stops the worker must wait longer than this before it kills it (`stop_grace_period` in docker-compose.yml)."""

POLLERS = PollerBehaviorAutoscaling(minimum=1, initial=5, maximum=20)
"""Open calls for work, per kind of task. How many makes no measurable difference on two cores; left to the server's
own word, an idle worker holds few and a busy one up to four times the SDK's fixed five."""

WORKFLOW_TASKS = 100
"""Workflow tasks held at once. A task holds its slot while its local activities run: at 40 tickets a second, six tasks
each, 100 ms a task, that is 24; the rest is for a database that stalls for a moment."""

LOCAL_ACTIVITIES = 200
"""Two side by side for each workflow task held."""

CACHED_WORKFLOWS = 1_000
"""Cases kept in memory, 67 KB each and 165 KB with the sandbox. One that was let go is rebuilt from its history when it
moves on, which takes 8 to 17 ms however many are open: more would cost memory and save little."""

STICKY_WAIT = timedelta(seconds=5)
"""How long a case waits for the worker that has it in memory before any other may take it: half the SDK's default,
because a worker that was killed never comes for it."""

LOCAL_MODEL_CALLS = 2 * (os.cpu_count() or 1)
"""A local model has no more answers a second for being asked more at once; a call that waits in the worker would use up
its rung's time there, and in the queue it does not."""

MODEL_CALLS = 400
"""For models that run elsewhere: rate × seconds × calls × 1.5: 40 tickets a second, two calls of 3 s each. With 100,
the 95th percentile at 38 a second was 8 s; with 400, 3.2 s."""


TOOL_CALLS = 200
"""rate × seconds × calls × 1.5: 40 tickets a second, three calls of 1 s each."""

PURE = ("cases", "routing", "activities")
"""Modules of ours the sandbox need not load again for every case: they hold no state, or only references to activities.
It takes half the sandbox's cost away (15 to 18 ms of processor time a ticket)."""


class Sandbox(StrEnum):
    """Whether workflow code is watched for what a replay could not repeat.

    `off` saves the sandbox's cost where the replay tests guard the code; it is never the default.
    """

    ON = "on"
    OFF = "off"


def tuned_worker(
    client: Client, queue: TaskQueue, activities: Sequence[Activity], sandbox: Sandbox, model_calls: int
) -> Worker:
    """A worker of one queue, its slots sized for what the queue does; `model_calls` is how many may run at once."""
    match queue:
        case TaskQueue.CASES:
            return Worker(
                client,
                task_queue=queue,
                workflows=[TicketWorkflow, ReadTicket, ReconcileSource, ReconcileRuns],
                activities=activities,
                no_remote_activities=True,
                workflow_runner=workflow_runner(sandbox),
                max_concurrent_workflow_tasks=WORKFLOW_TASKS,
                max_concurrent_local_activities=LOCAL_ACTIVITIES,
                max_cached_workflows=CACHED_WORKFLOWS,
                sticky_queue_schedule_to_start_timeout=STICKY_WAIT,
                workflow_task_poller_behavior=POLLERS,
                graceful_shutdown_timeout=GRACE,
                deployment_config=build_label(),
            )
        case TaskQueue.MODELS | TaskQueue.TOOLS:
            return Worker(
                client,
                task_queue=queue,
                activities=activities,
                max_concurrent_activities=model_calls if queue is TaskQueue.MODELS else TOOL_CALLS,
                activity_task_poller_behavior=POLLERS,
                graceful_shutdown_timeout=GRACE,
                deployment_config=build_label(),
            )


def model_calls_at_once(policy: PolicyDocument) -> int:
    """How many model calls a worker takes at once, by where the policy's models run."""
    all_local = all(model.provider == LOCAL for model in policy.models.values())
    return LOCAL_MODEL_CALLS if all_local else MODEL_CALLS


def workflow_runner(sandbox: Sandbox) -> WorkflowRunner:
    """What runs workflow code."""
    match sandbox:
        case Sandbox.ON:
            return SandboxedWorkflowRunner(restrictions=SandboxRestrictions.default.with_passthrough_modules(*PURE))
        case Sandbox.OFF:
            return UnsandboxedWorkflowRunner()


def build_label() -> WorkerDeploymentConfig:
    """What histories say a case was worked by.

    A label alone: with versioning on, a worker does nothing until somebody makes its version the current one. Without
    a label the SDK makes one from the code of every loaded module, which takes 2 s.
    """
    try:
        build = version("signalbox")
    except PackageNotFoundError:
        build = "checkout"
    return WorkerDeploymentConfig(
        version=WorkerDeploymentVersion(deployment_name="signalbox", build_id=build), use_worker_versioning=False
    )

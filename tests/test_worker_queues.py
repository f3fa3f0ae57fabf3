"""How the queues are run."""

import pytest
from temporalio.worker import UnsandboxedWorkflowRunner
from temporalio.worker.workflow_sandbox import SandboxedWorkflowRunner

from cases.task_queues import TaskQueue
from demo.embedded.servers import STOP_SECONDS
from starter.queues import GRACE, PURE, Sandbox, build_label, workflow_runner
from worker import parse_queues


def test_workflow_code_is_watched_unless_told_otherwise() -> None:
    runner = workflow_runner(Sandbox.ON)
    assert isinstance(runner, SandboxedWorkflowRunner)
    assert runner.restrictions.passthrough_modules >= set(PURE)
    assert "workflows" not in runner.restrictions.passthrough_modules


def test_the_sandbox_can_be_switched_off() -> None:
    assert isinstance(workflow_runner(Sandbox.OFF), UnsandboxedWorkflowRunner)


def test_a_worker_carries_its_build_as_a_label_and_takes_work_at_once() -> None:
    assert not build_label().use_worker_versioning


def test_the_stack_waits_longer_for_a_worker_than_the_worker_for_its_calls() -> None:
    assert GRACE.total_seconds() < STOP_SECONDS


@pytest.mark.parametrize(
    ("text", "queues"),
    [
        ("cases,models,tools", tuple(TaskQueue)),
        ("tools", (TaskQueue.TOOLS,)),
        (" models , cases,models", (TaskQueue.MODELS, TaskQueue.CASES)),
    ],
)
def test_queues_are_named_by_what_they_do(text: str, queues: tuple[TaskQueue, ...]) -> None:
    assert parse_queues(text) == queues

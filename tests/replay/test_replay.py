"""Replay: the code of today must be able to go on with the cases of yesterday."""

import asyncio
from collections.abc import Coroutine

import pytest
from temporalio.api.enums.v1 import EventType
from temporalio.client import WorkflowHistory
from temporalio.worker import Replayer, UnsandboxedWorkflowRunner, WorkflowReplayResult
from temporalio.workflow import NondeterminismError

from cases.classification import Classification
from cases.ladder import Stop
from starter.payloads import DATA_CONVERTER
from tests.replay.every_path import EVERY_PATH
from tests.replay.record_histories import HISTORIES
from workflows import serving
from workflows.asking import ask_what_it_is_about
from workflows.case_file import CaseFile
from workflows.finding import find_articles, find_customer
from workflows.ticket import TicketWorkflow

WAY_OUT = (
    "The workflow no longer does what running cases have already done, in the same order ({name}): they would stop. "
    "Put the change behind `workflow.patched(...)`, or, if no case runs on the older code any more, record the "
    "histories again with `make histories`."
)


async def replay(name: str) -> WorkflowReplayResult:
    """Replay one history. Raises AssertionError with the way out where today's code cannot go on with it."""
    history = WorkflowHistory.from_json(name, (HISTORIES / f"{name}.json").read_text())
    replayer = Replayer(
        workflows=[TicketWorkflow],
        data_converter=DATA_CONVERTER,
        workflow_runner=UnsandboxedWorkflowRunner(),
    )
    try:
        return await replayer.replay_workflow(history)
    except NondeterminismError as error:
        raise AssertionError(WAY_OUT.format(name=name)) from error


@pytest.mark.parametrize("name", [path.name for path in EVERY_PATH])
async def test_a_case_of_yesterday_goes_on_today(name: str) -> None:
    replayed = await asyncio.wait_for(replay(name), timeout=120)
    assert replayed.replay_failure is None
    kinds = {event.event_type for event in replayed.history.events}
    assert EventType.EVENT_TYPE_WORKFLOW_TASK_COMPLETED in kinds
    assert EventType.EVENT_TYPE_WORKFLOW_TASK_FAILED not in kinds


def test_every_kept_history_is_still_of_a_path() -> None:
    assert {file.stem for file in HISTORIES.glob("*.json")} == {path.name for path in EVERY_PATH}


async def test_another_order_of_steps_is_found_and_the_way_out_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    def customer_first(case: CaseFile) -> Coroutine[None, None, Classification | Stop]:
        async def understand() -> Classification | Stop:
            await find_customer(case)
            await find_articles(case)
            answer = await ask_what_it_is_about(case)
            if isinstance(answer, Classification):
                case.classification = answer
            return answer

        return understand()

    monkeypatch.setattr(serving, "_understand", customer_first)
    with pytest.raises(AssertionError, match=r"Put the change behind `workflow\.patched"):
        await replay("answered")

"""A helpdesk that no longer lets us in: ops hear of it at once, the case says what it waits for, nothing is lost."""

from datetime import timedelta

import pytest
from temporalio.exceptions import ApplicationError
from temporalio.testing import WorkflowEnvironment

from cases.outcome import OutcomeKind, Stage
from cases.reason import ReasonCode
from tests.workflows.conftest import RunningCase
from tests.workflows.reviewers import a_risky_refund
from tests.workflows.world import World
from workflows.ticket import TicketWorkflow

REFUSED = "The helpdesk no longer lets us in: status 403. Nothing was written."


def locked(tries: int) -> list[ApplicationError]:
    """As the activity tells it, so many times."""
    return [ApplicationError(REFUSED, type="ToolLocked") for _ in range(tries)]


async def test_a_reply_that_is_not_let_in_waits_says_so_and_goes_out_when_it_is(running_case: RunningCase) -> None:
    world = World(refusals=locked(4))
    async with running_case(world) as case:
        waits = await world.reached(Stage.WAITING_FOR_HELPDESK)
        outcome = await case.result()
        view = await case.query(TicketWorkflow.view)
    assert waits.waiting_for == "ops to give acme/test a new token"
    assert any(step.sentence == f"acme/test no longer lets us in: {REFUSED}" for step in waits.steps)
    assert outcome.kind is OutcomeKind.RESOLVED
    assert world.ops_heard == [f"acme/test: {REFUSED}", "acme/test again"]
    assert len({request.reference for request in world.written}) == 1
    assert len(view.replies) == 1
    assert view.waiting_for is None


async def test_a_reply_waits_for_days_without_growing_its_history(running_case: RunningCase) -> None:
    lengths: list[int] = []
    for tries in (2, 60):
        async with running_case(World(refusals=locked(tries))) as case:
            await case.result()
            history = await case.fetch_history()
        lengths.append(sum(event.HasField("activity_task_scheduled_event_attributes") for event in history.events))
    assert lengths[0] == lengths[1]


async def test_a_reply_goes_out_even_where_nobody_takes_the_alert(running_case: RunningCase) -> None:
    world = World(refusals=locked(1), ops_are_away=True)
    async with running_case(world) as case:
        outcome = await case.result()
    assert outcome.kind is OutcomeKind.RESOLVED


async def test_searches_find_what_waits_for_a_token_and_find_it_no_more_afterwards(running_case: RunningCase) -> None:
    world = World(refusals=locked(1))
    async with running_case(world) as case:
        await case.result()
        history = await case.fetch_history()
    found = [
        event.upsert_workflow_search_attributes_event_attributes.search_attributes.indexed_fields
        for event in history.events
        if event.HasField("upsert_workflow_search_attributes_event_attributes")
    ]
    stages = [fields["SignalboxStage"].data.decode() for fields in found]
    at = stages.index('"waiting_for_helpdesk"')
    assert found[at]["SignalboxReason"].data.decode() == f'"{ReasonCode.HELPDESK_LOCKED}"'
    assert stages[at + 1 :] == ['"working"', '"follow_up"', '"closed"']


async def test_a_note_that_is_not_let_in_leaves_the_review_to_people(
    running_case: RunningCase, engine: WorkflowEnvironment
) -> None:
    world = a_risky_refund()
    world.refusals = locked(3)
    async with running_case(world) as case:
        await world.reached(Stage.WAITING_FOR_REVIEW)
        await engine.sleep(timedelta(hours=2, minutes=5))
        await world.reached(Stage.WAITING_FOR_REVIEW, times=2)
        view = await case.query(TicketWorkflow.view)
        await case.terminate()
    assert view.review is not None
    assert view.waiting_for is not None
    assert view.waiting_for.startswith("a person to decide")
    assert Stage.WAITING_FOR_HELPDESK not in {view.stage for view in world.recorded}


@pytest.mark.parametrize("kind", ["ToolUnavailable", "ToolOutcomeUnknown"])
async def test_a_helpdesk_that_is_only_away_is_no_case_for_ops(running_case: RunningCase, kind: str) -> None:
    world = World(refusals=[ApplicationError("status 503", type=kind) for _ in range(3)])
    async with running_case(world) as case:
        await case.result()
    assert world.ops_heard == []
    assert Stage.WAITING_FOR_HELPDESK not in {view.stage for view in world.recorded}

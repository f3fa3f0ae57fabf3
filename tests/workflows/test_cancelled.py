"""A case that ops cancel ends with an outcome: what is being done is finished, and a person has the rest."""

import asyncio

import pytest
from temporalio.exceptions import ApplicationError

from cases.outcome import OutcomeKind, Stage
from cases.reason import ReasonCode
from tests.samples import a_classification
from tests.workflows.conftest import RunningCase
from tests.workflows.reviewers import a_risky_refund, approve, decide
from tests.workflows.world import World
from workflows.ticket import TicketWorkflow


async def test_a_held_case_goes_to_a_person_with_a_note_and_nothing_is_done(running_case: RunningCase) -> None:
    world = a_risky_refund()
    async with running_case(world) as case:
        await world.reached(Stage.WAITING_FOR_REVIEW)
        await case.cancel()
        outcome = await case.result()
        view = await case.query(TicketWorkflow.view)
    assert (outcome.kind, outcome.reason.code) == (OutcomeKind.HANDED_OVER, ReasonCode.CANCELLED_BY_OPS)
    assert (view.stage, view.review) == (Stage.CLOSED, None)
    assert world.acted == []
    assert [request.say.say for request in world.written] == ["holding"]
    assert world.written[0].assign_to is not None


@pytest.mark.parametrize("stage", [Stage.WAITING_FOR_CUSTOMER, Stage.FOLLOW_UP])
async def test_it_ends_from_whatever_it_waits_for(stage: Stage, running_case: RunningCase) -> None:
    world = World(classifications=[a_classification("order_status")]) if stage is not Stage.FOLLOW_UP else World()
    async with running_case(world) as case:
        await world.reached(stage)
        await case.cancel()
        outcome = await case.result()
    expected = OutcomeKind.RESOLVED if stage is Stage.FOLLOW_UP else OutcomeKind.HANDED_OVER
    assert outcome.kind is expected
    assert world.recorded[-1].stage is Stage.CLOSED


async def test_an_action_that_is_being_done_is_finished_and_told(running_case: RunningCase) -> None:
    world = a_risky_refund()
    async with running_case(world) as case:
        view = await world.reached(Stage.WAITING_FOR_REVIEW)
        done = asyncio.Event()
        world.after_action = done.wait
        await decide(case, approve(view))
        await world.action_asked.wait()
        await case.cancel()
        done.set()
        outcome = await case.result()
    assert len(world.acted) == 1
    assert world.recorded[-1].results[0].status == "executed"
    assert outcome.kind in (OutcomeKind.HANDED_OVER, OutcomeKind.RESOLVED_AFTER_REVIEW)


async def test_a_helpdesk_that_does_not_answer_does_not_keep_it_from_ending(running_case: RunningCase) -> None:
    world = a_risky_refund()
    async with running_case(world) as case:
        await world.reached(Stage.WAITING_FOR_REVIEW)
        world.refusals = [ApplicationError("away", type="ToolUnavailable") for _ in range(1_000)]
        await case.cancel()
        outcome = await case.result()
    assert (outcome.kind, outcome.reason.code) == (OutcomeKind.HANDED_OVER, ReasonCode.CANCELLED_BY_OPS)
    assert world.recorded[-1].stage is Stage.CLOSED

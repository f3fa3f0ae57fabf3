"""Claims: one person at a time, for a few minutes, and never longer than they look."""

import asyncio
from datetime import timedelta

import pytest
from temporalio.client import WorkflowUpdateFailedError
from temporalio.testing import WorkflowEnvironment

from cases.classification import Team
from cases.outcome import OutcomeKind, Stage
from cases.review import Claim, Reassign, ReviewQueue
from tests.workflows.conftest import RunningCase
from tests.workflows.reviewers import (
    UNTIL_THE_LEADS_HEAR,
    a_risky_refund,
    approve,
    claim,
    decide,
    held,
    reassign,
    release,
    sentence,
)
from workflows.ticket import TicketWorkflow


async def test_of_two_who_claim_at_once_one_gets_it_and_the_other_reads_who(running_case: RunningCase) -> None:
    world = a_risky_refund()
    async with running_case(world) as case:
        view = await world.reached(Stage.WAITING_FOR_REVIEW)
        asked = await asyncio.gather(claim(case, view, "Rita"), claim(case, view, "Leo"), return_exceptions=True)
    given = [answer for answer in asked if isinstance(answer, Claim)]
    refused = [answer for answer in asked if isinstance(answer, WorkflowUpdateFailedError)]
    assert len(given) == len(refused) == 1
    assert f"{given[0].reviewer} is looking at review-1 until {given[0].until:%H:%M:%S} UTC" in sentence(refused[0])


async def test_while_one_has_it_nobody_else_decides(running_case: RunningCase) -> None:
    world = a_risky_refund()
    async with running_case(world) as case:
        view = await world.reached(Stage.WAITING_FOR_REVIEW)
        await claim(case, view, "Rita")
        with pytest.raises(WorkflowUpdateFailedError) as refused:
            await decide(case, approve(view, "Leo"))
        await decide(case, approve(view, "Rita"))
        outcome = await case.result()
    assert "Rita is looking at review-1" in sentence(refused.value)
    assert outcome.reason.sentence == "approved by Rita"
    assert len(world.acted) == 1


async def test_a_decision_by_signal_is_held_to_the_claim_too(running_case: RunningCase) -> None:
    world = a_risky_refund()
    async with running_case(world) as case:
        view = await world.reached(Stage.WAITING_FOR_REVIEW)
        await claim(case, view, "Rita")
        await case.signal(TicketWorkflow.decision, approve(view, "Leo"))
        await decide(case, approve(view, "Rita"))
        await case.result()
    assert any("approve by Leo refused: Rita is looking" in step.sentence for step in world.recorded[-1].steps)
    assert [taken.decision.reviewer for taken in world.recorded[-1].decisions] == ["Rita"]


async def test_a_claim_that_has_ended_keeps_nobody_from_deciding(
    running_case: RunningCase, engine: WorkflowEnvironment
) -> None:
    world = a_risky_refund()
    async with running_case(world) as case:
        view = await world.reached(Stage.WAITING_FOR_REVIEW)
        await claim(case, view, "Rita")
        await engine.sleep(timedelta(minutes=3, seconds=1))
        await decide(case, approve(view, "Leo"))
        outcome = await case.result()
    assert outcome.reason.sentence == "approved by Leo"


async def test_who_lets_a_claim_end_may_still_decide(running_case: RunningCase, engine: WorkflowEnvironment) -> None:
    world = a_risky_refund()
    async with running_case(world) as case:
        view = await world.reached(Stage.WAITING_FOR_REVIEW)
        await claim(case, view, "Rita")
        await engine.sleep(timedelta(minutes=4))
        await decide(case, approve(view, "Rita"))
        outcome = await case.result()
    assert outcome.kind is OutcomeKind.RESOLVED_AFTER_REVIEW


async def test_claiming_again_begins_the_time_anew(running_case: RunningCase, engine: WorkflowEnvironment) -> None:
    world = a_risky_refund()
    async with running_case(world) as case:
        view = await world.reached(Stage.WAITING_FOR_REVIEW)
        first = await claim(case, view, "Rita")
        await engine.sleep(timedelta(minutes=2))
        second = await claim(case, view, "rita ")
        await engine.sleep(timedelta(minutes=2))
        with pytest.raises(WorkflowUpdateFailedError):
            await decide(case, approve(view, "Leo"))
    assert second.until - first.until >= timedelta(minutes=2)


async def test_a_claim_is_seen_in_lists_until_it_is_given_back(running_case: RunningCase) -> None:
    world = a_risky_refund()
    async with running_case(world) as case:
        view = await world.reached(Stage.WAITING_FOR_REVIEW)
        given = await claim(case, view, "Rita")
        claimed = await world.reached(Stage.WAITING_FOR_REVIEW, times=2)
        await release(case, view, "Leo")
        await release(case, view, "Rita")
        free = await world.reached(Stage.WAITING_FOR_REVIEW, times=3)
        await decide(case, approve(view, "Leo"))
        await case.result()
    assert held(claimed).claim == given
    assert held(free).claim is None


async def test_a_claim_on_what_was_decided_is_refused(running_case: RunningCase) -> None:
    world = a_risky_refund()
    async with running_case(world) as case:
        view = await world.reached(Stage.WAITING_FOR_REVIEW)
        await decide(case, approve(view, "Rita"))
        with pytest.raises(WorkflowUpdateFailedError) as refused:
            await claim(case, view, "Leo")
    assert "was already decided (approve) by Rita" in sentence(refused.value)


async def test_the_leads_hear_of_it_though_somebody_has_claimed_it(
    running_case: RunningCase, engine: WorkflowEnvironment
) -> None:
    world = a_risky_refund()
    async with running_case(world) as case:
        view = await world.reached(Stage.WAITING_FOR_REVIEW)
        given = await claim(case, view, "Rita")
        await world.reached(Stage.WAITING_FOR_REVIEW, times=2)
        await engine.sleep(UNTIL_THE_LEADS_HEAR)
        escalated = await world.reached(Stage.WAITING_FOR_REVIEW, times=3)
        assert held(escalated).queue is ReviewQueue.LEADS
        assert held(escalated).claim == given
        await decide(case, approve(view, "Lea"))
        outcome = await case.result()
    assert outcome.reason.sentence == "approved by Lea"


async def test_another_team_gets_it_and_owns_it_from_then_on(running_case: RunningCase) -> None:
    world = a_risky_refund()
    async with running_case(world) as case:
        view = await world.reached(Stage.WAITING_FOR_REVIEW)
        await claim(case, view, "Rita")
        move = Reassign(request_id="review-1", reviewer="Rita", team=Team.ACCOUNT_OPS)
        with pytest.raises(WorkflowUpdateFailedError):
            await reassign(case, move.model_copy(update={"reviewer": "Leo"}))
        receipt = await reassign(case, move)
        again = await reassign(case, move)
        await decide(case, approve(view, "Leo"))
        await case.result()
    assert receipt == again
    assert receipt.sentence == "review-1 waits for account ops now."
    moved = [view for view in world.recorded if view.review and view.review.team is Team.ACCOUNT_OPS]
    assert held(moved[-1]).claim is None
    assert [s.sentence for s in world.recorded[-1].steps if "moved to" in s.sentence] == [
        "moved to account ops by Rita"
    ]

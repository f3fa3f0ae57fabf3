"""The second approver: another person, who clears the very same, before anything is done."""

from datetime import timedelta
from decimal import Decimal

import pytest
from temporalio.client import WorkflowUpdateFailedError
from temporalio.testing import WorkflowEnvironment

from cases.action import Refund
from cases.money import Money
from cases.outcome import OutcomeKind, Stage
from cases.review import Edit, Reject, RejectReason
from routing.approvals import approval_of
from tests.samples import EUR_30, a_message
from tests.workflows.conftest import RunningCase
from tests.workflows.reviewers import a_risky_refund, approve, claim, decide, for_two_people, held, sentence, undo
from tests.workflows.world import World
from workflows.ticket import TicketWorkflow


def a_large_refund() -> World:
    return a_risky_refund(rules=for_two_people())


def half(reviewer: str) -> Edit:
    amount = Money(amount=Decimal("40.00"), currency="EUR")
    return Edit(
        request_id="review-1",
        case_version=0,
        reviewer=reviewer,
        reply="Half of it is on its way.",
        actions=(Refund(payment_id="pay_10001", amount=amount),),
    )


async def test_nothing_is_done_before_a_second_person_approves(running_case: RunningCase) -> None:
    world = a_large_refund()
    async with running_case(world) as case:
        view = await world.reached(Stage.WAITING_FOR_REVIEW)
        first = await decide(case, approve(view, "Rita"))
        half_way = await world.reached(Stage.WAITING_FOR_REVIEW, times=2)
        done_before = list(world.acted)
        await decide(case, approve(view, "Leo"))
        outcome = await case.result()
    assert held(view).approvals_needed == 2
    assert first.sentence.endswith("Nothing is done until another person approves it too.")
    assert [taken.decision.reviewer for taken in held(half_way).approvals] == ["Rita"]
    assert half_way.waiting_for is not None
    assert half_way.waiting_for.startswith("another person to approve what Rita has approved")
    assert done_before == []
    assert outcome.reason.sentence == "approved by Rita and Leo"
    assert len(world.acted) == 1
    assert [taken.decision.reviewer for taken in world.recorded[-1].decisions] == ["Rita", "Leo"]


async def test_up_to_the_amount_one_person_is_enough(running_case: RunningCase) -> None:
    world = a_risky_refund(EUR_30, rules=for_two_people(anger_needs_review=True))
    world.drafts = ["Within 60 days."]
    async with running_case(world) as case:
        view = await world.reached(Stage.WAITING_FOR_REVIEW)
        await decide(case, approve(view, "Rita"))
        outcome = await case.result()
    assert held(view).approvals_needed == 1
    assert outcome.kind is OutcomeKind.RESOLVED_AFTER_REVIEW


@pytest.mark.parametrize("name", ["Rita", "rita", " RITA "])
async def test_the_first_approver_cannot_be_the_second(running_case: RunningCase, name: str) -> None:
    world = a_large_refund()
    async with running_case(world) as case:
        view = await world.reached(Stage.WAITING_FOR_REVIEW)
        await decide(case, approve(view, "Rita", shown="a" * 64))
        with pytest.raises(WorkflowUpdateFailedError) as refused:
            await decide(case, approve(view, name, shown="b" * 64))
        still_open = await case.query(TicketWorkflow.view)
    assert "You have cleared review-1 already" in sentence(refused.value)
    assert len(held(still_open).approvals) == 1
    assert world.acted == []


async def test_the_first_approval_sent_twice_is_one_approval(running_case: RunningCase) -> None:
    world = a_large_refund()
    async with running_case(world) as case:
        view = await world.reached(Stage.WAITING_FOR_REVIEW)
        await decide(case, approve(view, "Rita"))
        again = await decide(case, approve(view, "Rita"))
        still_open = await case.query(TicketWorkflow.view)
    assert again.already_taken
    assert "Nothing is done until another person approves it too." in again.sentence
    assert len(held(still_open).approvals) == 1


async def test_a_customer_who_writes_voids_the_first_approval(running_case: RunningCase) -> None:
    world = a_large_refund()
    async with running_case(world) as case:
        view = await world.reached(Stage.WAITING_FOR_REVIEW)
        await decide(case, approve(view, "Rita"))
        await world.reached(Stage.WAITING_FOR_REVIEW, times=2)
        await case.signal(TicketWorkflow.customer_message, a_message("It was the blue tent.", 2))
        anew = await world.reached(Stage.WAITING_FOR_REVIEW, times=3)
        with pytest.raises(WorkflowUpdateFailedError) as refused:
            await decide(case, approve(view, "Leo"))
        await decide(case, approve(anew, "Leo"))
        half_way = await case.query(TicketWorkflow.view)
    assert held(anew).approvals == ()
    assert "has moved on to review-2" in sentence(refused.value)
    assert [taken.decision.reviewer for taken in held(half_way).approvals] == ["Leo"]
    assert world.acted == []


async def test_an_edit_must_be_cleared_by_another_person_as_it_was_edited(running_case: RunningCase) -> None:
    world = a_large_refund()
    async with running_case(world) as case:
        view = await world.reached(Stage.WAITING_FOR_REVIEW)
        await decide(case, half("Rita"))
        with pytest.raises(WorkflowUpdateFailedError) as refused:
            await decide(case, approve(view, "Leo"))
        edited = await world.reached(Stage.WAITING_FOR_REVIEW, times=2)
        await decide(case, approval_of(held(edited), "Leo"))
        outcome = await case.result()
    assert "Rita has edited what review-1 proposes, and this approves it unedited" in sentence(refused.value)
    assert outcome.reason.sentence == "edited and approved by Rita and Leo"
    assert [request.action.value for request in world.acted] == [Money(amount=Decimal("40.00"), currency="EUR")]


async def test_another_edit_begins_anew_and_the_first_approver_may_clear_it(running_case: RunningCase) -> None:
    world = a_large_refund()
    async with running_case(world) as case:
        view = await world.reached(Stage.WAITING_FOR_REVIEW)
        await decide(case, approve(view, "Rita"))
        await decide(case, half("Leo"))
        done_before = list(world.acted)
        await decide(case, half("Rita"))
        await case.result()
    assert done_before == []
    assert [taken.decision.reviewer for taken in world.recorded[-1].decisions] == ["Leo", "Rita"]
    assert len(world.acted) == 1


async def test_a_rejection_needs_no_second_person(running_case: RunningCase) -> None:
    world = a_large_refund()
    async with running_case(world) as case:
        view = await world.reached(Stage.WAITING_FOR_REVIEW)
        await decide(case, approve(view, "Rita"))
        reject = Reject(request_id="review-1", case_version=0, reviewer="Leo", reason=RejectReason.NOT_ELIGIBLE)
        await decide(case, reject)
        outcome = await case.result()
    assert outcome.reason.sentence == "rejected by Leo: not eligible"
    assert world.acted == []


async def test_the_second_approval_can_be_taken_back_and_the_first_stays(
    running_case: RunningCase, engine: WorkflowEnvironment
) -> None:
    world = a_large_refund()
    async with running_case(world) as case:
        view = await world.reached(Stage.WAITING_FOR_REVIEW)
        await decide(case, approve(view, "Rita", undo_seconds=60))
        await decide(case, approve(view, "Leo", undo_seconds=60))
        await undo(case, view, "Leo")
        await engine.sleep(timedelta(seconds=90))
        half_way = await case.query(TicketWorkflow.view)
        await decide(case, approve(view, "Lea"))
        outcome = await case.result()
    assert [taken.decision.reviewer for taken in held(half_way).approvals] == ["Rita"]
    assert outcome.reason.sentence == "approved by Rita and Lea"
    assert len(world.acted) == 1


async def test_the_first_approval_can_be_taken_back_while_it_waits(running_case: RunningCase) -> None:
    world = a_large_refund()
    async with running_case(world) as case:
        view = await world.reached(Stage.WAITING_FOR_REVIEW)
        await decide(case, approve(view, "Rita"))
        await undo(case, view, "Rita")
        await decide(case, approve(view, "Leo"))
        half_way = await case.query(TicketWorkflow.view)
    assert [taken.decision.reviewer for taken in held(half_way).approvals] == ["Leo"]
    assert world.acted == []


async def test_the_first_approval_gives_the_claim_back_for_the_second_person(running_case: RunningCase) -> None:
    world = a_large_refund()
    async with running_case(world) as case:
        view = await world.reached(Stage.WAITING_FOR_REVIEW)
        await claim(case, view, "Rita")
        await decide(case, approve(view, "Rita"))
        await claim(case, view, "Leo")
        await decide(case, approve(view, "Leo"))
        outcome = await case.result()
    assert outcome.kind is OutcomeKind.RESOLVED_AFTER_REVIEW


async def test_two_approvals_by_signal_count_as_by_update(running_case: RunningCase) -> None:
    world = a_large_refund()
    async with running_case(world) as case:
        view = await world.reached(Stage.WAITING_FOR_REVIEW)
        await case.signal(TicketWorkflow.decision, approve(view, "Rita"))
        await case.signal(TicketWorkflow.decision, approve(view, "Leo", undo_seconds=60))
        outcome = await case.result()
    assert outcome.reason.sentence == "approved by Rita and Leo"
    assert len(world.acted) == 1

"""Taking a decision back: nothing is done while it can be, and nothing is taken back once it is done."""

import asyncio
from datetime import timedelta

import pytest
from temporalio.client import WorkflowUpdateFailedError
from temporalio.testing import WorkflowEnvironment

from cases.classification import Entities
from cases.outcome import OutcomeKind, Stage
from cases.review import AskAgain, AskCustomer, Reject, RejectReason, ReviewQueue, TakeOver
from tests.samples import a_message
from tests.workflows.conftest import RunningCase, start_case, workers
from tests.workflows.reviewers import UNTIL_THE_LEADS_HEAR, a_risky_refund, approve, claim, decide, held, sentence, undo
from workflows.ticket import TicketWorkflow


async def test_nothing_is_done_until_the_time_to_take_it_back_is_over(
    running_case: RunningCase, engine: WorkflowEnvironment
) -> None:
    world = a_risky_refund()
    async with running_case(world) as case:
        view = await world.reached(Stage.WAITING_FOR_REVIEW)
        receipt = await decide(case, approve(view, undo_seconds=60))
        waiting = await world.reached(Stage.WAITING_FOR_REVIEW, times=2)
        await engine.sleep(timedelta(seconds=30))
        done_before = (list(world.acted), list(world.said))
        outcome = await case.result()
    pending = held(waiting).pending
    assert pending is not None
    assert receipt.undo_until == pending.executes_at
    assert pending.executes_at - pending.at == timedelta(seconds=60)
    assert done_before == ([], [])
    assert outcome.kind is OutcomeKind.RESOLVED_AFTER_REVIEW
    assert len(world.acted) == 1


async def test_what_is_taken_back_was_never_decided_and_can_be_decided_again(
    running_case: RunningCase, engine: WorkflowEnvironment
) -> None:
    world = a_risky_refund()
    async with running_case(world) as case:
        view = await world.reached(Stage.WAITING_FOR_REVIEW)
        decision = approve(view, undo_seconds=60)
        await decide(case, decision)
        receipt = await undo(case, view)
        await engine.sleep(timedelta(seconds=90))
        done_meanwhile = list(world.acted)
        again = await decide(case, decision)
        outcome = await case.result()
    assert receipt.sentence == "Your decision on review-1 is taken back. Nothing was done; decide again."
    assert done_meanwhile == []
    assert not again.already_taken
    assert outcome.kind is OutcomeKind.RESOLVED_AFTER_REVIEW
    assert len(world.acted) == 1
    assert len(world.recorded[-1].decisions) == 1


async def test_the_claim_stands_again_when_a_decision_is_taken_back(running_case: RunningCase) -> None:
    world = a_risky_refund()
    async with running_case(world) as case:
        view = await world.reached(Stage.WAITING_FOR_REVIEW)
        await claim(case, view, "Rita")
        await decide(case, approve(view, undo_seconds=60))
        await undo(case, view)
        with pytest.raises(WorkflowUpdateFailedError) as refused:
            await decide(case, approve(view, "Leo"))
    assert "Rita is looking at review-1" in sentence(refused.value)


async def test_the_same_decision_from_a_second_tab_is_a_success(
    running_case: RunningCase, engine: WorkflowEnvironment
) -> None:
    world = a_risky_refund()
    async with running_case(world) as case:
        view = await world.reached(Stage.WAITING_FOR_REVIEW)
        first = await decide(case, approve(view, undo_seconds=60, shown="a" * 64))
        second = await decide(case, approve(view, undo_seconds=60, shown="b" * 64))
        await engine.sleep(timedelta(seconds=90))
        await world.reached(Stage.FOLLOW_UP)
        late = await decide(case, approve(view, undo_seconds=60, shown="c" * 64))
    assert (first.already_taken, second.already_taken, late.already_taken) == (False, True, True)
    assert second.undo_until == first.undo_until
    assert len(world.acted) == 1


async def test_who_decides_otherwise_meanwhile_reads_who_was_first(running_case: RunningCase) -> None:
    world = a_risky_refund()
    async with running_case(world) as case:
        view = await world.reached(Stage.WAITING_FOR_REVIEW)
        await decide(case, approve(view, undo_seconds=60))
        with pytest.raises(WorkflowUpdateFailedError) as refused:
            await decide(case, approve(view, "Leo"))
        with pytest.raises(WorkflowUpdateFailedError) as undo_refused:
            await undo(case, view, "Leo")
    assert "Rita has decided on review-1 (approve): it is carried out at" in sentence(refused.value)
    assert sentence(undo_refused.value) == "Rita decided on review-1: only they can take it back."


async def test_what_is_done_cannot_be_taken_back(running_case: RunningCase) -> None:
    world = a_risky_refund()
    async with running_case(world) as case:
        view = await world.reached(Stage.WAITING_FOR_REVIEW)
        await decide(case, approve(view))
        await world.reached(Stage.FOLLOW_UP)
        with pytest.raises(WorkflowUpdateFailedError) as refused:
            await undo(case, view)
    assert "It is too late to undo: the decision “approve” of Rita on review-1" in sentence(refused.value)
    assert len(world.acted) == 1


async def test_who_has_decided_nothing_has_nothing_to_take_back(running_case: RunningCase) -> None:
    world = a_risky_refund()
    async with running_case(world) as case:
        view = await world.reached(Stage.WAITING_FOR_REVIEW)
        with pytest.raises(WorkflowUpdateFailedError) as refused:
            await undo(case, view)
    assert "it is open for a decision" in sentence(refused.value)


async def test_a_customer_who_writes_meanwhile_voids_the_decision(
    running_case: RunningCase, engine: WorkflowEnvironment
) -> None:
    world = a_risky_refund()
    async with running_case(world) as case:
        view = await world.reached(Stage.WAITING_FOR_REVIEW)
        await decide(case, approve(view, undo_seconds=60))
        await world.reached(Stage.WAITING_FOR_REVIEW, times=2)
        await case.signal(TicketWorkflow.customer_message, a_message("No wait, I keep it!", 2))
        second = await world.reached(Stage.WAITING_FOR_REVIEW, times=3)
        await engine.sleep(timedelta(seconds=90))
        with pytest.raises(WorkflowUpdateFailedError) as refused:
            await undo(case, view)
    assert held(second).id == "review-2"
    assert second.decisions == ()
    assert world.acted == []
    assert world.said == []
    assert "approve by Rita no longer counts" in [step.sentence for step in second.steps]
    assert "the case has moved on" in sentence(refused.value)


async def test_a_decision_and_a_customer_at_the_same_moment_do_nothing_that_was_not_read(
    running_case: RunningCase, engine: WorkflowEnvironment
) -> None:
    world = a_risky_refund()
    async with running_case(world) as case:
        view = await world.reached(Stage.WAITING_FOR_REVIEW)
        await asyncio.gather(
            case.signal(TicketWorkflow.decision, approve(view, undo_seconds=60)),
            case.signal(TicketWorkflow.customer_message, a_message("No wait, I keep it!", 2)),
        )
        await engine.sleep(timedelta(seconds=90))
        again = await world.reached(Stage.WAITING_FOR_REVIEW, times=2)
    assert world.acted == []
    assert held(again).case_version == 1


async def test_a_worker_that_dies_meanwhile_forgets_neither_the_decision_nor_its_time(
    engine: WorkflowEnvironment,
) -> None:
    world = a_risky_refund()
    async with workers(engine, world):
        case = await start_case(engine)
        view = await world.reached(Stage.WAITING_FOR_REVIEW)
        await decide(case, approve(view, undo_seconds=60))
        await world.reached(Stage.WAITING_FOR_REVIEW, times=2)
    assert world.acted == []
    async with workers(engine, world):
        outcome = await case.result()
    assert outcome.kind is OutcomeKind.RESOLVED_AFTER_REVIEW
    assert len(world.acted) == 1


async def test_it_can_be_taken_back_after_a_worker_has_died(engine: WorkflowEnvironment) -> None:
    world = a_risky_refund()
    async with workers(engine, world):
        case = await start_case(engine)
        view = await world.reached(Stage.WAITING_FOR_REVIEW)
        await decide(case, approve(view, undo_seconds=60))
        await world.reached(Stage.WAITING_FOR_REVIEW, times=2)
    async with workers(engine, world):
        await undo(case, view)
        await engine.sleep(timedelta(seconds=90))
        open_again = await case.query(TicketWorkflow.view)
    assert held(open_again).pending is None
    assert world.acted == []


async def test_nobody_is_reminded_of_what_was_decided_and_may_be_taken_back(
    running_case: RunningCase, engine: WorkflowEnvironment
) -> None:
    world = a_risky_refund()
    async with running_case(world) as case:
        view = await world.reached(Stage.WAITING_FOR_REVIEW)
        await engine.sleep(timedelta(hours=2) - timedelta(seconds=30))
        await decide(case, approve(view, undo_seconds=60))
        outcome = await case.result()
    assert outcome.kind is OutcomeKind.RESOLVED_AFTER_REVIEW
    assert [request.reference for request in world.written if "reminder" in request.reference] == []


async def test_a_decision_taken_back_is_waited_for_again_and_the_leads_hear_of_it(
    running_case: RunningCase, engine: WorkflowEnvironment
) -> None:
    world = a_risky_refund()
    async with running_case(world) as case:
        view = await world.reached(Stage.WAITING_FOR_REVIEW)
        await decide(case, approve(view, undo_seconds=60))
        await world.reached(Stage.WAITING_FOR_REVIEW, times=2)
        await undo(case, view)
        await world.reached(Stage.WAITING_FOR_REVIEW, times=3)
        await engine.sleep(UNTIL_THE_LEADS_HEAR)
        escalated = await world.reached(Stage.WAITING_FOR_REVIEW, times=4)
    assert held(escalated).queue is ReviewQueue.LEADS
    assert world.acted == []


async def test_a_rejection_and_a_question_can_be_taken_back_too(
    running_case: RunningCase, engine: WorkflowEnvironment
) -> None:
    world = a_risky_refund()
    async with running_case(world) as case:
        view = await world.reached(Stage.WAITING_FOR_REVIEW)
        about = {"request_id": "review-1", "case_version": 0, "reviewer": "Rita", "undo_seconds": 60}
        for decision in (
            Reject.model_validate({**about, "reason": RejectReason.TONE}),
            AskCustomer.model_validate({**about, "question": "Which tent?"}),
        ):
            assert (await decide(case, decision)).undo_until is not None
            await undo(case, view)
        await engine.sleep(timedelta(seconds=90))
    assert world.said == []


@pytest.mark.parametrize("kind", [TakeOver, AskAgain])
async def test_what_tells_nobody_anything_is_done_at_once(
    running_case: RunningCase, kind: type[TakeOver] | type[AskAgain]
) -> None:
    world = a_risky_refund()
    async with running_case(world) as case:
        await world.reached(Stage.WAITING_FOR_REVIEW)
        about = {"request_id": "review-1", "case_version": 0, "reviewer": "Rita", "undo_seconds": 60}
        details = {"details": Entities(order_ids=("W10001",))} if kind is AskAgain else {}
        receipt = await decide(case, kind.model_validate({**about, **details}))
    assert receipt.undo_until is None

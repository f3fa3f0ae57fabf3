"""The review: what a decision does, and what cannot be decided twice."""

import asyncio
from decimal import Decimal

import pytest
from temporalio.client import WorkflowUpdateFailedError
from temporalio.testing import WorkflowEnvironment

from cases.action import Refund
from cases.classification import Entities
from cases.money import Money
from cases.outcome import OutcomeKind, Stage
from cases.reason import ReasonCode
from cases.review import Approve, AskAgain, Edit, Reject, RejectReason, ReviewQueue, TakeOver
from cases.work import Reading, SayDraft
from tests.samples import EUR_30, a_classification, a_message, a_payment, a_ticket, an_order
from tests.workflows.conftest import RunningCase
from tests.workflows.reviewers import UNTIL_THE_LEADS_HEAR, a_risky_refund, approve, decide, held
from tests.workflows.world import World
from workflows.ticket import TicketWorkflow


async def test_an_approval_acts_and_replies(running_case: RunningCase) -> None:
    world = a_risky_refund()
    async with running_case(world) as case:
        receipt = await decide(case, approve(await world.reached(Stage.WAITING_FOR_REVIEW)))
        outcome = await case.result()
    assert not receipt.already_taken
    assert outcome.kind is OutcomeKind.RESOLVED_AFTER_REVIEW
    assert len(world.acted) == 1


async def test_the_same_approval_again_is_a_success_that_does_nothing(running_case: RunningCase) -> None:
    world = a_risky_refund()
    async with running_case(world) as case:
        decision = approve(await world.reached(Stage.WAITING_FOR_REVIEW))
        await decide(case, decision)
        await world.reached(Stage.FOLLOW_UP)
        again = await decide(case, decision)
        await case.result()
    assert again.already_taken
    assert len(world.acted) == 1


async def test_the_first_of_two_decisions_wins_and_the_second_is_told_who_was_first(
    running_case: RunningCase,
) -> None:
    world = a_risky_refund()
    async with running_case(world) as case:
        view = await world.reached(Stage.WAITING_FOR_REVIEW)
        await decide(case, approve(view, "Rita"))
        with pytest.raises(WorkflowUpdateFailedError) as refused:
            await decide(case, approve(view, "Bob"))
        await case.result()
    assert "was already decided (approve) by Rita" in str(refused.value.cause)
    assert len(world.acted) == 1


async def test_a_signal_has_the_same_effect_as_the_update(running_case: RunningCase) -> None:
    world = a_risky_refund()
    async with running_case(world) as case:
        await case.signal(TicketWorkflow.decision, approve(await world.reached(Stage.WAITING_FOR_REVIEW)))
        outcome = await case.result()
    assert outcome.kind is OutcomeKind.RESOLVED_AFTER_REVIEW


async def test_a_refused_signal_is_written_down(running_case: RunningCase) -> None:
    world = a_risky_refund()
    async with running_case(world) as case:
        view = await world.reached(Stage.WAITING_FOR_REVIEW)
        stale = approve(view).model_copy(update={"case_version": 99})
        await case.signal(TicketWorkflow.decision, stale)
        await decide(case, approve(view))
        await case.result()
    assert any("refused: This decision is about review-1 (version 99)" in s.sentence for s in world.recorded[-1].steps)


async def test_a_stale_decision_is_refused_with_a_sentence(running_case: RunningCase) -> None:
    world = a_risky_refund()
    async with running_case(world) as case:
        view = await world.reached(Stage.WAITING_FOR_REVIEW)
        await case.signal("customer_message", a_message("Please hurry, and tell me when.", 2))
        await world.reached(Stage.WAITING_FOR_REVIEW, times=2)
        with pytest.raises(WorkflowUpdateFailedError) as refused:
            await decide(case, approve(view))
    assert "Look at the new draft, then decide again." in str(refused.value.cause)
    assert world.acted == []


async def test_a_decision_given_while_the_request_comes_back_after_a_crash_counts(running_case: RunningCase) -> None:
    world = a_risky_refund()
    world.drafting = asyncio.Event()
    async with running_case(world) as case:
        early = Approve(request_id="review-1", case_version=0, reviewer="Rita")
        await world.draft_asked.wait()
        deciding = asyncio.create_task(decide(case, early))
        world.drafting.set()
        receipt = await deciding
        outcome = await case.result()
    assert not receipt.already_taken
    assert outcome.kind is OutcomeKind.RESOLVED_AFTER_REVIEW
    assert len(world.acted) == 1


async def test_a_decision_on_a_case_that_waits_for_nobody_is_refused(running_case: RunningCase) -> None:
    world = World()
    async with running_case(world) as case:
        await world.reached(Stage.FOLLOW_UP)
        with pytest.raises(WorkflowUpdateFailedError) as refused:
            await decide(case, Approve(request_id="review-1", case_version=0, reviewer="Rita"))
    assert "does not wait for a decision" in str(refused.value.cause)


async def test_a_new_customer_message_voids_the_draft_and_asks_for_a_new_one(running_case: RunningCase) -> None:
    world = a_risky_refund()
    async with running_case(world) as case:
        first = await world.reached(Stage.WAITING_FOR_REVIEW)
        await case.signal("customer_message", a_message("It was the blue tent.", 2))
        second = await world.reached(Stage.WAITING_FOR_REVIEW, times=2)
    assert held(second).id != held(first).id
    assert held(second).case_version > held(first).case_version
    assert "It was the blue tent." in world.drafted[-1].text


async def test_a_message_right_behind_an_approval_voids_what_was_approved(running_case: RunningCase) -> None:
    world = a_risky_refund()
    async with running_case(world) as case:
        decision = approve(await world.reached(Stage.WAITING_FOR_REVIEW))
        await asyncio.gather(
            case.signal(TicketWorkflow.decision, decision),
            case.signal(TicketWorkflow.customer_message, a_message("No wait, I want to keep it!", 2)),
        )
        await world.reached(Stage.WAITING_FOR_REVIEW, times=2)
    promised = [request for request in world.written if request.say.say == "draft"]
    assert len(promised) == len(world.acted)


async def test_an_edit_changes_the_reply_and_the_amount(running_case: RunningCase) -> None:
    world = a_risky_refund()
    half = Refund(payment_id="pay_10001", amount=Money(amount=Decimal("40.00"), currency="EUR"))
    async with running_case(world) as case:
        request = held(await world.reached(Stage.WAITING_FOR_REVIEW))
        await decide(
            case,
            Edit(
                request_id=request.id,
                case_version=request.case_version,
                reviewer="Rita",
                reply="Half of it is on its way.",
                actions=(half,),
            ),
        )
        outcome = await case.result()
    assert outcome.kind is OutcomeKind.RESOLVED_AFTER_REVIEW
    assert world.acted[0].action.arguments == half
    assert isinstance(world.written[-1].say, SayDraft)
    assert world.written[-1].say.text.text == "Half of it is on its way."


async def test_an_edit_cannot_refund_more_than_was_proposed(running_case: RunningCase) -> None:
    world = a_risky_refund()
    double = Refund(payment_id="pay_10001", amount=Money(amount=Decimal("160.00"), currency="EUR"))
    async with running_case(world) as case:
        request = held(await world.reached(Stage.WAITING_FOR_REVIEW))
        edit = Edit(request_id=request.id, case_version=request.case_version, reviewer="Rita", actions=(double,))
        with pytest.raises(WorkflowUpdateFailedError) as refused:
            await decide(case, edit)
    assert "160.00 EUR is more than the 80.00 EUR that can be refunded" in str(refused.value.cause)


async def test_another_amount_asks_for_other_words_so_that_none_go_out_unseen(running_case: RunningCase) -> None:
    world = a_risky_refund()
    half = Refund(payment_id="pay_10001", amount=Money(amount=Decimal("40.00"), currency="EUR"))
    async with running_case(world) as case:
        request = held(await world.reached(Stage.WAITING_FOR_REVIEW))
        edit = Edit(request_id=request.id, case_version=request.case_version, reviewer="Rita", actions=(half,))
        with pytest.raises(WorkflowUpdateFailedError) as refused:
            await decide(case, edit)
        await decide(case, edit.model_copy(update={"reply": "Half of it is on its way."}))
        await case.result()
    assert str(refused.value.cause).endswith("Give the reply too, in words that fit.")
    assert [request.action.arguments for request in world.acted] == [half]


async def test_a_rejection_does_nothing_and_a_person_answers(running_case: RunningCase) -> None:
    world = a_risky_refund()
    async with running_case(world) as case:
        request = held(await world.reached(Stage.WAITING_FOR_REVIEW))
        await decide(
            case,
            Reject(
                request_id=request.id,
                case_version=request.case_version,
                reviewer="Rita",
                reason=RejectReason.NOT_ELIGIBLE,
                comment="worn",
            ),
        )
        outcome = await case.result()
    assert outcome.reason.sentence == "rejected by Rita: not eligible: worn"
    assert world.acted == []
    assert world.said == ["holding"]


async def test_asking_again_with_a_detail_makes_only_the_look_up_it_unblocks(running_case: RunningCase) -> None:
    world = a_risky_refund()
    world.orders = (an_order("W10001"), an_order("W10002"))
    world.readings[0] = world.readings[0].model_copy(update={"entities": Entities(order_ids=("W10001",))})
    async with running_case(world) as case:
        request = held(await world.reached(Stage.WAITING_FOR_REVIEW))
        asked_before = len(world.looked_up)
        details = Entities(order_ids=("W10002",))
        await decide(
            case,
            AskAgain(request_id=request.id, case_version=request.case_version, reviewer="Rita", details=details),
        )
        await world.reached(Stage.WAITING_FOR_REVIEW, times=2)
    assert world.looked_up[asked_before:] == ["orders:order_id:W10002"]


async def test_taking_over_leaves_the_customer_to_the_person(running_case: RunningCase) -> None:
    world = a_risky_refund()
    async with running_case(world) as case:
        request = held(await world.reached(Stage.WAITING_FOR_REVIEW))
        await decide(case, TakeOver(request_id=request.id, case_version=request.case_version, reviewer="Rita"))
        outcome = await case.result()
    assert outcome.kind is OutcomeKind.TAKEN_OVER
    assert world.said == []
    assert world.acted == []


async def test_nobody_deciding_reminds_then_tells_the_leads_and_never_approves(
    running_case: RunningCase, engine: WorkflowEnvironment
) -> None:
    world = a_risky_refund()
    async with running_case(world):
        await world.reached(Stage.WAITING_FOR_REVIEW)
        await engine.sleep(UNTIL_THE_LEADS_HEAR)
        await world.reached(Stage.WAITING_FOR_REVIEW, times=2)
    assert [request.reference.rsplit("/", 1)[1] for request in world.written] == [
        "review-reminder-1",
        "review-escalation-1",
    ]
    assert held(world.recorded[-1]).queue is ReviewQueue.LEADS
    assert world.acted == []


async def test_a_refund_for_one_of_two_orders_that_the_customer_names_waits_for_a_person(
    running_case: RunningCase,
) -> None:
    both = Reading(language="en", findings=(), entities=Entities(order_ids=("W10001", "W10002")))
    world = World(
        readings=[both],
        classifications=[a_classification("refund_request")],
        orders=(an_order(), an_order("W10002")),
        payments=(a_payment(EUR_30), a_payment(EUR_30, "W10002")),
        drafts=["We have refunded you."],
    )
    async with running_case(world, a_ticket("Refund W10001, please. W10002 fits.")):
        view = await world.reached(Stage.WAITING_FOR_REVIEW)
    assert [why.code for why in held(view).reasons] == [ReasonCode.AMBIGUOUS]
    assert world.acted == []

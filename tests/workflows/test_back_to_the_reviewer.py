"""Back to the reviewer: an approved action that fails, and the answer to a reviewer's own question."""

from collections.abc import AsyncGenerator, Iterator
from contextlib import asynccontextmanager
from typing import NamedTuple

import pytest
from temporalio.client import WorkflowUpdateFailedError

from cases.action import ActionResult, ActionStatus
from cases.classification import RequestEvidence
from cases.outcome import OutcomeKind, Stage
from cases.reason import Reason, ReasonCode
from cases.review import Approve, AskCustomer, Edit, ReviewRequest
from cases.reviewer_answer import ReviewerAnswer
from cases.work import ActRequest
from tests.samples import a_message
from tests.small_rulebook import rulebook
from tests.workflows.conftest import CaseHandle, RunningCase
from tests.workflows.reviewers import a_risky_refund, decide, for_two_people, held, sentence
from tests.workflows.world import World
from workflows.ticket import TicketWorkflow

REFUSED = Reason(code=ReasonCode.ACTION_REFUSED, sentence="the shop refused it")


def refused_once() -> Iterator[tuple[ActionStatus, Reason | None]]:
    yield ActionStatus.REFUSED, REFUSED
    while True:
        yield ActionStatus.EXECUTED, None


async def test_an_approved_action_that_fails_returns_to_the_queue_with_the_reason(running_case: RunningCase) -> None:
    world, endings = a_risky_refund(), refused_once()

    def act(request: ActRequest) -> ActionResult:
        status, why = next(endings)
        return ActionResult(action_id=request.action.id, status=status, reason=why)

    world.action = act
    async with running_case(world) as case:
        await world.reached(Stage.WAITING_FOR_REVIEW)
        await decide(case, Approve(request_id="review-1", case_version=0, reviewer="Rita"))
        again = held(await world.reached(Stage.WAITING_FOR_REVIEW, times=2))
        looked_up_again = world.looked_up.count(world.looked_up[0])
        await decide(case, Approve(request_id=again.id, case_version=again.case_version, reviewer="Rita"))
        done = await world.reached(Stage.FOLLOW_UP)
    assert again.reasons[0] == REFUSED
    assert looked_up_again == 3  # at first, when Rita decided, and anew
    assert world.said == ["draft"]
    assert done.outcome is not None
    assert done.outcome.kind is OutcomeKind.RESOLVED_AFTER_REVIEW


async def test_the_answer_to_a_reviewers_question_returns_to_them_with_both_texts(running_case: RunningCase) -> None:
    world = a_risky_refund()
    async with running_case(world) as case:
        await world.reached(Stage.WAITING_FOR_REVIEW)
        question = "Would 20 EUR be all right?"
        await decide(case, AskCustomer(request_id="review-1", case_version=0, reviewer="Rita", question=question))
        await world.reached(Stage.WAITING_FOR_CUSTOMER)
        await case.signal(TicketWorkflow.customer_message, a_message("Yes please!", 2))
        again = held(await world.reached(Stage.WAITING_FOR_REVIEW, times=2))
    assert again.question is not None
    assert (again.question.reviewer, again.question.question) == ("Rita", question)
    assert again.question.answer == "Yes please!"
    assert again.reasons[0].code is ReasonCode.QUESTION_ANSWERED
    assert world.asked_models == ["classify cheap standard"]


async def test_a_colleague_promised_in_an_edit_is_told(running_case: RunningCase) -> None:
    world = a_risky_refund(rules=rulebook(colleague_promises=("will call you",)))
    async with running_case(world) as case:
        await world.reached(Stage.WAITING_FOR_REVIEW)
        reply = "Our lead will call you tomorrow."
        await decide(case, Edit(request_id="review-1", case_version=0, reviewer="Rita", reply=reply, actions=()))
        outcome = await case.result()
    assert outcome.kind is OutcomeKind.HANDED_OVER
    assert outcome.reason.code is ReasonCode.COLLEAGUE_PROMISED
    assert world.written[-1].assign_to is not None


async def test_an_edit_that_no_longer_promises_a_colleague_gives_the_ticket_to_nobody(
    running_case: RunningCase,
) -> None:
    world = a_risky_refund(rules=rulebook(colleague_promises=("will call you",)))
    world.promises_a_colleague = True
    async with running_case(world) as case:
        await world.reached(Stage.WAITING_FOR_REVIEW)
        edit = Edit(request_id="review-1", case_version=0, reviewer="Rita", reply="We have refunded your tent.")
        await decide(case, edit)
        outcome = await case.result()
    assert outcome.kind is OutcomeKind.RESOLVED_AFTER_REVIEW
    assert world.written[-1].assign_to is None


class Answered(NamedTuple):
    """A case whose reviewer has asked the customer, and who sees it again with the answer."""

    case: CaseHandle
    world: World
    shown: ReviewRequest

    def edit(self, reviewer: str = "Rita", **changes: object) -> Edit:
        """Another reply, and what else is given."""
        about = {"request_id": self.shown.id, "case_version": self.shown.case_version, "reviewer": reviewer}
        return Edit.model_validate({**about, "reply": "We will repair it.", **changes})


@asynccontextmanager
async def answered(
    running_case: RunningCase, answer: ReviewerAnswer, world: World | None = None
) -> AsyncGenerator[Answered]:
    world = world or a_risky_refund()
    world.reviewer_answer = answer
    async with running_case(world) as case:
        await world.reached(Stage.WAITING_FOR_REVIEW)
        question = "Would a repair be all right?"
        await decide(case, AskCustomer(request_id="review-1", case_version=0, reviewer="Rita", question=question))
        await world.reached(Stage.WAITING_FOR_CUSTOMER)
        await case.signal(TicketWorkflow.customer_message, a_message("Yes please!", 2))
        yield Answered(case, world, held(await world.reached(Stage.WAITING_FOR_REVIEW, times=2)))


async def test_what_was_asked_for_before_an_answer_is_shown_and_not_proposed(running_case: RunningCase) -> None:
    async with answered(running_case, ReviewerAnswer()) as again:
        assert again.shown.actions == ()
        assert [action.summary for action in again.shown.earlier] == ["Refund 80.00 EUR of payment pay_10001"]
        codes = [why.code for why in again.shown.reasons]
        assert codes[:2] == [ReasonCode.QUESTION_ANSWERED, ReasonCode.ASKED_EARLIER]
        assert again.world.drafted[-1].open_intents == ("refund_request",)


async def test_an_approval_leaves_undone_what_was_asked_for_before_the_answer(running_case: RunningCase) -> None:
    async with answered(running_case, ReviewerAnswer()) as again:
        about = {"request_id": again.shown.id, "case_version": again.shown.case_version, "reviewer": "Rita"}
        await decide(again.case, Approve.model_validate(about))
        await again.world.reached(Stage.FOLLOW_UP)
        assert again.world.acted == []


async def test_an_edit_takes_up_what_was_asked_for_before_the_answer(running_case: RunningCase) -> None:
    async with answered(running_case, ReviewerAnswer()) as again:
        actions = [action.arguments for action in again.shown.earlier]
        await decide(again.case, again.edit(actions=actions, reply="We have refunded your tent."))
        await again.world.reached(Stage.FOLLOW_UP)
    (done,) = again.world.acted
    assert done.action.request == again.shown.id


async def test_what_two_must_clear_two_must_take_up(running_case: RunningCase) -> None:
    world = a_risky_refund(rules=for_two_people())
    async with answered(running_case, ReviewerAnswer(), world) as again:
        taken_up = again.edit(actions=[action.arguments for action in again.shown.earlier])
        await decide(again.case, taken_up)
        assert world.acted == []
        await decide(again.case, taken_up.model_copy(update={"reviewer": "Omar"}))
        await world.reached(Stage.FOLLOW_UP)
    assert len(world.acted) == 1


async def test_a_reply_alone_needs_no_second_person_for_what_it_does_not_take_up(running_case: RunningCase) -> None:
    async with answered(running_case, ReviewerAnswer(), a_risky_refund(rules=for_two_people())) as again:
        await decide(again.case, again.edit())
        await again.world.reached(Stage.FOLLOW_UP)
    assert again.world.acted == []


async def test_no_edit_takes_up_what_nobody_asked_for(running_case: RunningCase) -> None:
    async with answered(running_case, ReviewerAnswer()) as again:
        (earlier,) = again.shown.earlier
        other = earlier.arguments.model_copy(update={"payment_id": "pay_99999"})
        with pytest.raises(WorkflowUpdateFailedError) as refused:
            await decide(again.case, again.edit(actions=[other]))
    assert "was not proposed" in sentence(refused.value)


async def test_a_fact_for_an_answer_leaves_the_proposal_standing(running_case: RunningCase) -> None:
    async with answered(running_case, ReviewerAnswer(stands=True)) as again:
        assert [action.request for action in again.shown.actions] == ["m1"]
        assert again.shown.earlier == ()


async def test_what_the_answer_asks_for_is_proposed_as_asked_by_it(running_case: RunningCase) -> None:
    evidence = RequestEvidence(intent="refund_request", quote="please refund me", message_id="m2")
    async with answered(running_case, ReviewerAnswer(requests=(evidence,))) as again:
        assert [action.request for action in again.shown.actions] == ["m2"]
        assert again.shown.earlier == ()


async def test_what_was_overtaken_once_no_later_fact_brings_back(running_case: RunningCase) -> None:
    async with answered(running_case, ReviewerAnswer()) as again:
        about = {"request_id": again.shown.id, "case_version": again.shown.case_version, "reviewer": "Rita"}
        await decide(again.case, AskCustomer.model_validate({**about, "question": "When may we fetch it?"}))
        again.world.reviewer_answer = ReviewerAnswer(stands=True)
        await again.world.reached(Stage.WAITING_FOR_CUSTOMER, times=2)
        await again.case.signal(TicketWorkflow.customer_message, a_message("On Monday", 3))
        later = held(await again.world.reached(Stage.WAITING_FOR_REVIEW, times=3))
    assert later.actions == ()
    assert len(later.earlier) == 1

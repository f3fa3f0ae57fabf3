"""Back to the reviewer: an approved action that fails, and the answer to a reviewer's own question."""

from collections.abc import Iterator

from cases.action import ActionResult, ActionStatus
from cases.outcome import OutcomeKind, Stage
from cases.reason import Reason, ReasonCode
from cases.review import Approve, AskCustomer, Edit
from cases.work import ActRequest
from tests.samples import a_message
from tests.small_rulebook import rulebook
from tests.workflows.conftest import RunningCase
from tests.workflows.reviewers import a_risky_refund, decide, held
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

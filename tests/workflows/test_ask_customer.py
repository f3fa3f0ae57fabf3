"""A reviewer asks the customer: one plain question, in the reviewer's words, and the answer begins a new pass."""

from cases.outcome import OutcomeKind, Stage
from cases.review import AskCustomer
from cases.work import SayDraft
from tests.samples import a_message
from tests.workflows.conftest import RunningCase
from tests.workflows.reviewers import a_risky_refund, decide, held
from workflows.ticket import TicketWorkflow

QUESTION = "Which of the two tents do you mean?"


def ask() -> AskCustomer:
    return AskCustomer(request_id="review-1", case_version=0, reviewer="Rita", question=f"  {QUESTION} ")


async def test_the_question_goes_out_as_it_was_written_and_the_answer_begins_a_new_pass(
    running_case: RunningCase,
) -> None:
    world = a_risky_refund()
    async with running_case(world) as case:
        await world.reached(Stage.WAITING_FOR_REVIEW)
        await decide(case, ask())
        waiting = await world.reached(Stage.WAITING_FOR_CUSTOMER)
        await case.signal(TicketWorkflow.customer_message, a_message("The blue one.", 2))
        again = await world.reached(Stage.WAITING_FOR_REVIEW, times=2)
    asked = [request.say.text.text for request in world.written if isinstance(request.say, SayDraft)]
    assert asked == [QUESTION]
    assert waiting.waiting_for is not None
    assert f"Rita asked the customer: {QUESTION}" in waiting.waiting_for
    assert held(again).id == "review-2"
    assert "The blue one." in world.drafted[-1].text
    assert world.acted == []


async def test_a_customer_who_does_not_answer_ends_the_case_without_an_action(running_case: RunningCase) -> None:
    world = a_risky_refund()
    async with running_case(world) as case:
        await world.reached(Stage.WAITING_FOR_REVIEW)
        await decide(case, ask())
        outcome = await case.result()
    assert outcome.kind is OutcomeKind.NO_ANSWER
    assert world.acted == []

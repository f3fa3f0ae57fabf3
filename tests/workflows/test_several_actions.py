"""Several actions of one reply: cleared together, and no further one once somebody has said more."""

from cases.outcome import OutcomeKind, Stage
from cases.reason import ReasonCode
from tests.workflows.conftest import RunningCase
from tests.workflows.reviewers import approve, decide, held
from tests.workflows.two_refunds import two_refunds


async def test_two_refunds_over_the_limit_together_wait_for_a_person_and_are_both_done(
    running_case: RunningCase,
) -> None:
    world = two_refunds()
    async with running_case(world) as case:
        view = await world.reached(Stage.WAITING_FOR_REVIEW)
        await decide(case, approve(view))
        await case.result()
    assert [why.code for why in held(view).reasons] == [ReasonCode.REFUND_OVER_LIMIT]
    assert [request.action.arguments.target for request in world.acted] == ["pay_10001", "pay_2b"]


async def test_a_customer_who_writes_while_the_first_of_two_actions_is_done_keeps_the_second_from_being_done(
    running_case: RunningCase,
) -> None:
    world = two_refunds()
    async with running_case(world) as case:
        view = await world.reached(Stage.WAITING_FOR_REVIEW)
        world.case.append(case)
        await decide(case, approve(view))
        outcome = await case.result()
    assert [request.action.arguments.target for request in world.acted] == ["pay_10001"]
    assert outcome.kind is OutcomeKind.HANDED_OVER
    assert outcome.reason.sentence == (
        "ambiguous: the customer wrote after Refund 30.00 EUR of payment pay_10001, "
        "before Refund 30.00 EUR of payment pay_2b"
    )
    told = [step.sentence for step in world.recorded[-1].steps]
    assert "not done, because more was said meanwhile: Refund 30.00 EUR of payment pay_2b" in told

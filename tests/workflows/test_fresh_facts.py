"""Fresh facts: who decides, decides about the records as they are now, and knows of a limit before."""

from decimal import Decimal

from cases.action import ActionResult, ActionStatus
from cases.money import Money
from cases.outcome import OutcomeKind, Stage
from cases.reason import Reason, ReasonCode
from cases.reservation import OverLimit
from cases.review import Approve
from tests.samples import EUR_80, a_payment
from tests.small_rulebook import rulebook
from tests.waiting import eventually
from tests.workflows.conftest import RunningCase
from tests.workflows.reviewers import a_risky_refund, decide, held
from tests.workflows.test_other_cases import another, refunding


def eur(amount: int) -> Money:
    return Money(amount=Decimal(amount), currency="EUR")


async def test_an_approval_of_what_has_changed_since_is_void_and_the_case_is_shown_anew(
    running_case: RunningCase,
) -> None:
    world = a_risky_refund()
    async with running_case(world) as case:
        await world.reached(Stage.WAITING_FOR_REVIEW)
        world.payments = (a_payment(EUR_80).model_copy(update={"refunded": eur(60)}),)
        await decide(case, Approve(request_id="review-1", case_version=0, reviewer="Rita"))
        again = held(await world.reached(Stage.WAITING_FOR_REVIEW, times=2))
    assert world.acted == []
    assert again.reasons[0].code is ReasonCode.FACTS_CHANGED
    assert "refunded 0.00 → 60.00 EUR" in str(again.reasons[0])
    assert [action.value for action in again.actions] == [eur(20)]


async def test_another_case_about_the_same_record_that_was_opened_since_voids_an_approval(
    running_case: RunningCase,
) -> None:
    world = a_risky_refund()

    async def looked_twice() -> bool:
        return world.looks_for_other_cases > 1

    async with running_case(world) as case:
        await world.reached(Stage.WAITING_FOR_REVIEW)
        await eventually(looked_twice, "the look at other cases as the review stands")
        world.other_cases = (another("W10001"),)
        await decide(case, Approve(request_id="review-1", case_version=0, reviewer="Rita"))
        again = held(await world.reached(Stage.WAITING_FOR_REVIEW, times=2))
    assert world.acted == []
    assert again.reasons[0].code is ReasonCode.OTHER_OPEN_CASE


async def test_what_changed_right_before_the_action_brings_the_case_to_a_person(running_case: RunningCase) -> None:
    why = Reason(code=ReasonCode.FACTS_CHANGED, sentence="payment pay_10001: refunded 0.00 → 30.00 EUR")
    world = refunding()
    world.action = lambda request: ActionResult(action_id=request.action.id, status=ActionStatus.OUTDATED, reason=why)
    async with running_case(world):
        view = await world.reached(Stage.WAITING_FOR_REVIEW)
    assert held(view).reasons[0] == why
    assert world.said == []


async def test_a_limit_that_would_refuse_is_shown_before_anybody_approves_and_a_lead_may_exceed_it(
    running_case: RunningCase,
) -> None:
    rules = rulebook()
    limits = rules.value_limits.model_copy(update={"leads_may_exceed": True})
    world = refunding()
    world.rules = rules.model_copy(update={"value_limits": limits})
    world.limit_reached = OverLimit(which="customer", used=eur(190), limit=eur(200))
    async with running_case(world) as case:
        view = await world.reached(Stage.WAITING_FOR_REVIEW)
        review = held(view)
        await decide(case, Approve(request_id=review.id, case_version=0, reviewer="Lena", beyond_limits=True))
        outcome = await case.result()
    assert [why.code for why in review.reasons] == [ReasonCode.VALUE_LIMIT_REACHED]
    assert review.leads_may_exceed
    assert world.acted[0].beyond_limits == "Lena"
    assert outcome.kind is OutcomeKind.RESOLVED_AFTER_REVIEW

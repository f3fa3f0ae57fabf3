"""Several actions of one reply: cleared together, and no further one once somebody has said more."""

from dataclasses import dataclass, field

from temporalio import activity

from cases.action import ActionKind, ActionResult
from cases.classification import Entities
from cases.facts import LookupKind
from cases.outcome import OutcomeKind, Stage
from cases.policy.rulebook import PaymentChoice, Rulebook
from cases.reason import ReasonCode
from cases.work import ActRequest, Reading
from tests.samples import EUR_30, a_classification, a_message, a_payment, an_order
from tests.small_rulebook import intent_rules, rulebook
from tests.workflows.conftest import CaseHandle, RunningCase
from tests.workflows.reviewers import approve, decide, held
from tests.workflows.world import World
from workflows.ticket import TicketWorkflow

TWINS = tuple(a_payment(EUR_30, "W10002").model_copy(update={"id": name}) for name in ("pay_2a", "pay_2b"))


def with_double_charges() -> Rulebook:
    charged_twice = intent_rules(
        lookups=(LookupKind.ORDERS, LookupKind.PAYMENTS),
        action=ActionKind.REFUND,
        refund_of=PaymentChoice.CHARGED_TWICE,
    )
    return rulebook(intents={**rulebook().intents, "double_charge": charged_twice})


@dataclass
class TwoRefunds(World):
    """A world whose customer writes again while the first of two refunds is done."""

    case: list[CaseHandle] = field(default_factory=list[CaseHandle])

    @activity.defn(name="act")
    async def act(self, request: ActRequest) -> ActionResult:
        if self.case:
            await self.case.pop().signal(TicketWorkflow.customer_message, a_message("Stop, not that one!", 2))
        return await World.act(self, request)


def two_refunds() -> TwoRefunds:
    return TwoRefunds(
        rules=with_double_charges(),
        readings=[Reading(language="en", findings=(), entities=Entities(order_ids=("W10001",)))],
        classifications=[a_classification("refund_request", "double_charge")],
        orders=(an_order(),),
        payments=(a_payment(EUR_30), *TWINS),
        drafts=["We have refunded you."],
    )


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

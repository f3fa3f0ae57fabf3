"""What is said at the worst moment: nothing is lost, nothing is sent that is no longer true."""

import asyncio
from decimal import Decimal

from temporalio.testing import WorkflowEnvironment

from cases.action import Refund
from cases.case import CaseView
from cases.classification import Entities
from cases.money import Money
from cases.outcome import OutcomeKind, Reopening, Stage
from cases.reason import ReasonCode
from cases.review import Edit, TakeOver
from cases.route import GuardFinding, SafetyFlag
from cases.work import Reading
from tests.samples import EUR_80, NOW, a_classification, a_message, a_payment, an_order
from tests.small_rulebook import rulebook
from tests.workflows.conftest import RunningCase, start_case, workers
from tests.workflows.world import World
from workflows.ticket import TicketWorkflow

CRITICAL = GuardFinding(flag=SafetyFlag.CRITICAL_WORDS, heading="self_harm", words="kill myself")


def reading(*findings: GuardFinding, **entities: object) -> Reading:
    return Reading(language="en", findings=findings, entities=Entities.model_validate(entities))


def a_risky_refund() -> World:
    return World(
        classifications=[a_classification("refund_request")],
        orders=(an_order(),),
        payments=(a_payment(EUR_80),),
        drafts=["We have refunded your tent."],
    )


async def test_a_message_heard_while_the_case_opens_is_read_by_the_guard(running_case: RunningCase) -> None:
    opening = asyncio.Event()
    world = World(readings=[reading(), reading(CRITICAL)], opening=opening)
    async with running_case(world) as case:
        await world.opening_asked.wait()
        await case.signal(TicketWorkflow.customer_message, a_message("I'll kill myself", 2))
        opening.set()
        outcome = await case.result()
    assert outcome.reason.code is ReasonCode.CRITICAL_WORDS
    assert world.said == ["holding"]


async def test_a_message_heard_as_the_case_closes_begins_a_new_run(running_case: RunningCase) -> None:
    world = World()
    async with running_case(world) as case:
        world.before_closing = lambda: case.signal(TicketWorkflow.customer_message, a_message("And in winter?", 2))
        waiting = asyncio.create_task(case.result())
        again = await world.reached(Stage.FOLLOW_UP, times=2)
        await waiting
    assert again.repeat_contact


async def test_taking_over_stands_whatever_the_customer_writes_meanwhile(running_case: RunningCase) -> None:
    world = a_risky_refund()
    async with running_case(world) as case:
        review = (await world.reached(Stage.WAITING_FOR_REVIEW)).review
        assert review is not None
        taken = TakeOver(request_id=review.id, case_version=review.case_version, reviewer="Rita")
        await case.signal(TicketWorkflow.decision, taken)
        await case.signal(TicketWorkflow.customer_message, a_message("Hello?", 2))
        ended = await world.reached(Stage.FOLLOW_UP)
    assert ended.outcome is not None
    assert ended.outcome.kind is OutcomeKind.TAKEN_OVER


async def test_a_decision_is_not_overtaken_by_a_message_that_arrived_after_it(engine: WorkflowEnvironment) -> None:
    world = a_risky_refund()
    async with workers(engine, world):
        case = await start_case(engine)
        review = (await world.reached(Stage.WAITING_FOR_REVIEW)).review
    assert review is not None
    taken = TakeOver(request_id=review.id, case_version=review.case_version, reviewer="Rita")
    await case.signal(TicketWorkflow.decision, taken)
    await case.signal(TicketWorkflow.customer_message, a_message("Hello?", 2))
    async with workers(engine, world):
        ended = await world.reached(Stage.FOLLOW_UP)
    assert ended.outcome is not None
    assert ended.outcome.kind is OutcomeKind.TAKEN_OVER


async def test_a_smaller_amount_without_new_words_is_worded_anew(running_case: RunningCase) -> None:
    world = a_risky_refund()
    half = Refund(payment_id="pay_10001", amount=Money(amount=Decimal("40.00"), currency="EUR"))
    async with running_case(world) as case:
        review = (await world.reached(Stage.WAITING_FOR_REVIEW)).review
        assert review is not None
        edit = Edit(request_id=review.id, case_version=review.case_version, reviewer="Rita", actions=(half,))
        await case.signal(TicketWorkflow.decision, edit)
        await case.result()
    assert world.drafted[-1].actions[0].arguments == half
    assert world.acted[0].action.arguments == half


async def test_an_answer_that_holds_another_wish_is_read_for_it(running_case: RunningCase) -> None:
    world = World(
        readings=[reading(), reading(order_ids=("W10001",))],
        classifications=[a_classification("order_status"), a_classification("privacy_request")],
    )
    async with running_case(world) as case:
        await world.reached(Stage.WAITING_FOR_CUSTOMER)
        wish = "It is W10001. And please delete everything that you hold about me."
        await case.signal(TicketWorkflow.customer_message, a_message(wish, 2))
        outcome = await case.result()
    assert outcome.reason.code is ReasonCode.SECURITY_OR_PRIVACY


async def test_a_reply_that_promises_a_colleague_gives_the_ticket_to_one(running_case: RunningCase) -> None:
    world = World(promises_a_colleague=True)
    async with running_case(world) as case:
        outcome = await case.result()
    assert outcome.kind is OutcomeKind.HANDED_OVER
    assert outcome.reason.code is ReasonCode.COLLEAGUE_PROMISED
    assert world.written[-1].assign_to is not None


async def test_a_reopening_before_the_answer_changes_nothing(running_case: RunningCase) -> None:
    world = a_risky_refund()
    async with running_case(world) as case:
        held: CaseView = await world.reached(Stage.WAITING_FOR_REVIEW)
        await case.signal(TicketWorkflow.reopened, Reopening(at=NOW))
        assert held.review is not None
        taken = TakeOver(request_id=held.review.id, case_version=held.review.case_version, reviewer="Rita")
        await case.signal(TicketWorkflow.decision, taken)
        outcome = await case.result()
    assert outcome.kind is OutcomeKind.TAKEN_OVER


async def test_two_machines_answering_each_other_end_with_a_person(running_case: RunningCase) -> None:
    world = World(rules=rulebook(passes_allowed=2))
    async with running_case(world) as case:
        for number in (2, 3):
            await world.reached(Stage.FOLLOW_UP, times=number - 1)
            await case.signal(TicketWorkflow.customer_message, a_message("I am out of office.", number))
        last = await world.reached(Stage.FOLLOW_UP, times=3)
    assert last.outcome is not None
    assert last.outcome.reason.code is ReasonCode.TOO_MANY_PASSES


async def test_more_spent_than_the_ceiling_ends_the_ladder_and_not_the_workflow(running_case: RunningCase) -> None:
    world = World(rules=rulebook(cost_ceiling=Decimal("0.01")), cost=Decimal("0.05"))
    async with running_case(world) as case:
        outcome = await case.result()
    assert outcome.kind in (OutcomeKind.HANDED_OVER, OutcomeKind.RESOLVED)

"""Somebody in copy writes in a ticket: what anybody may know is answered, and money and records wait for a person."""

from datetime import timedelta

from cases.case import CaseStart
from cases.classification import Entities
from cases.outcome import OutcomeKind, Stage
from cases.reason import ReasonCode
from cases.ticket import Message, Ticket, Writer
from cases.work import Reading
from tests.samples import NOW, a_classification, a_payment, a_ticket, an_order
from tests.workflows.conftest import RunningCase
from tests.workflows.reviewers import approve, decide
from tests.workflows.world import World
from workflows.ticket import TicketWorkflow

ADA = Writer(email="ada@example.com")
EVE = Writer(name="Ada Lovelace", email="eve@example.com")
"""She may call herself what she likes."""

NOTHING_NAMED = Reading(language="en", findings=(), entities=Entities())
W10001 = Entities(order_ids=("W10001",))
ORDER_NAMED = Reading(language="en", findings=(), entities=W10001)
REFUND = a_classification("refund_request", entities=W10001)


def wrote(writer: Writer, text: str, number: int) -> Message:
    return Message(id=f"m{number}", text=text, sent_at=NOW + timedelta(minutes=number), written_by=writer)


def begun_by(writer: Writer, text: str) -> Ticket:
    return a_ticket().model_copy(update={"messages": (wrote(writer, text, 1),)})


def a_small_refund() -> World:
    """30 EUR of a returned order: nobody needs to look where its customer asks."""
    return World(
        readings=[ORDER_NAMED],
        classifications=[REFUND],
        orders=(an_order(),),
        payments=(a_payment(),),
        drafts=["We send your money back."],
    )


async def test_what_the_customer_asks_for_needs_nobody(running_case: RunningCase) -> None:
    world = a_small_refund()
    async with running_case(world, begun_by(ADA, "My money for W10001, please.")) as case:
        outcome = await case.result()
    assert outcome.kind is OutcomeKind.RESOLVED
    assert len(world.acted) == 1


async def test_the_same_asked_by_somebody_in_copy_is_held_with_a_reason_that_says_so(
    running_case: RunningCase,
) -> None:
    world = a_small_refund()
    async with running_case(world, begun_by(EVE, "My money for W10001, please.")) as case:
        view = await world.reached(Stage.WAITING_FOR_REVIEW)
        assert (world.acted, world.said) == ([], [])
        assert view.review is not None
        assert [why.code for why in view.review.reasons] == [ReasonCode.SOMEBODY_ELSE_ASKS]
        assert str(view.review.reasons[0]).startswith(
            "eve@example.com asks for this, and is not the customer: Refund 30"
        )
        await decide(case, approve(view, "Rita"))
        outcome = await case.result()
    assert outcome.kind is OutcomeKind.RESOLVED_AFTER_REVIEW
    assert "Not the customer, and writes here: eve@example.com." in world.written[-1].note.text


async def test_an_answer_that_somebody_in_copy_gives_later_moves_no_money(running_case: RunningCase) -> None:
    world = a_small_refund()
    world.readings = [NOTHING_NAMED, ORDER_NAMED]
    world.classifications = [a_classification("refund_request")]
    world.orders = (an_order(), an_order("W10002"))
    async with running_case(world, begun_by(ADA, "My money, please.")) as case:
        await world.reached(Stage.WAITING_FOR_CUSTOMER)
        await case.signal(TicketWorkflow.customer_message, wrote(EVE, "It is W10001.", 2))
        view = await world.reached(Stage.WAITING_FOR_REVIEW)
        assert view.review is not None
        assert view.review.reasons[0].code is ReasonCode.SOMEBODY_ELSE_ASKS
        await case.terminate()
    assert (world.acted, world.said) == ([], ["questions"])


async def test_somebody_in_copy_is_told_of_no_records_by_itself(running_case: RunningCase) -> None:
    world = World(
        readings=[NOTHING_NAMED, ORDER_NAMED],
        classifications=[a_classification("faq_returns"), a_classification("order_status", entities=W10001)],
        orders=(an_order(),),
    )
    async with running_case(world, begun_by(ADA, "How long can I return things?")) as case:
        await world.reached(Stage.FOLLOW_UP)
        await case.signal(TicketWorkflow.customer_message, wrote(EVE, "And where is W10001?", 2))
        view = await world.reached(Stage.WAITING_FOR_REVIEW)
        await case.terminate()
    assert view.review is not None
    assert str(view.review.reasons[0]).endswith("the reply tells of the customer's records")
    assert world.said == ["draft"]


async def test_somebody_in_copy_is_answered_what_anybody_may_know(running_case: RunningCase) -> None:
    world = World()
    async with running_case(world, begun_by(EVE, "How long can I return things?")) as case:
        outcome = await case.result()
    assert outcome.kind is OutcomeKind.RESOLVED
    assert world.said == ["draft"]


async def test_a_new_run_still_knows_who_wrote_before_it(running_case: RunningCase) -> None:
    world = a_small_refund()
    world.readings = [NOTHING_NAMED, ORDER_NAMED]
    world.classifications = [
        a_classification("faq_returns"),
        a_classification("refund_request", entities=W10001, asked_in="m2"),
    ]
    async with running_case(world, begun_by(EVE, "How long can I return things?")) as case:
        await world.reached(Stage.FOLLOW_UP)
        await case.signal(TicketWorkflow.customer_message, wrote(ADA, "Then my money for W10001, please.", 2))
        view = await world.reached(Stage.WAITING_FOR_REVIEW)
        await case.terminate()
    assert view.repeat_contact
    assert view.review is not None
    assert view.review.reasons[0].code is ReasonCode.SOMEBODY_ELSE_ASKS
    assert world.acted == []


def test_a_message_of_before_decodes_and_says_nothing_of_who_wrote_it() -> None:
    before = a_ticket().model_dump(mode="json", exclude={"messages": {"__all__": {"written_by"}}})
    assert CaseStart.model_validate({"ticket": before}).ticket.messages[0].written_by is None

"""A colleague who answers in the helpdesk has the ticket: the case stands back, wherever it is, and sends no more."""

import asyncio
from datetime import timedelta

from cases.outcome import OutcomeKind, Stage
from cases.reason import ReasonCode
from cases.source_event import AgentReply, ReplyUndelivered, TicketSolved
from tests.samples import EUR_80, NOW, a_classification, a_message, a_payment, an_order
from tests.workflows.conftest import RunningCase
from tests.workflows.world import World
from workflows.ticket import TicketWorkflow

HER_REPLY = AgentReply(id="c7", author="Maya", text="I have sent your money back.", at=NOW + timedelta(minutes=1))
SOLVED = TicketSolved(ticket_id="1001", at=NOW + timedelta(minutes=1))


def a_held_refund() -> World:
    return World(
        classifications=[a_classification("refund_request")],
        orders=(an_order(),),
        payments=(a_payment(EUR_80),),
        drafts=["We have refunded your tent."],
    )


async def test_a_colleagues_answer_voids_what_is_held_and_nothing_is_sent_or_done(running_case: RunningCase) -> None:
    world = a_held_refund()
    async with running_case(world) as case:
        await world.reached(Stage.WAITING_FOR_REVIEW)
        await case.signal(TicketWorkflow.agent_reply, HER_REPLY)
        outcome = await case.result()
        view = await case.query(TicketWorkflow.view)
    assert (outcome.kind, outcome.reason.code) == (OutcomeKind.TAKEN_OVER, ReasonCode.COLLEAGUE_ANSWERED)
    assert "Maya" in outcome.reason.sentence
    assert (world.said, world.acted) == ([], [])
    assert view.review is None
    assert [note.reference.rpartition("/")[2] for note in world.written] == ["stand-back-2"]


async def test_a_colleagues_answer_ends_the_wait_for_the_customer(running_case: RunningCase) -> None:
    world = World(classifications=[a_classification("order_status")])
    async with running_case(world) as case:
        await world.reached(Stage.WAITING_FOR_CUSTOMER)
        await case.signal(TicketWorkflow.agent_reply, HER_REPLY)
        outcome = await case.result()
    assert outcome.reason.code is ReasonCode.COLLEAGUE_ANSWERED
    assert world.said == ["questions"]


async def test_a_colleague_who_follows_up_our_answer_has_the_ticket_from_there_on(running_case: RunningCase) -> None:
    world = World()
    async with running_case(world) as case:
        await world.reached(Stage.FOLLOW_UP)
        await case.signal(TicketWorkflow.agent_reply, HER_REPLY)
        await world.reached(Stage.FOLLOW_UP, times=2)
        await case.signal(TicketWorkflow.customer_message, a_message("Thank you, Maya! And the tent pegs?", 2))
        outcome = await case.result()
    assert outcome.kind is OutcomeKind.TAKEN_OVER
    assert world.said == ["draft"]


async def test_the_same_colleagues_reply_again_changes_nothing(running_case: RunningCase) -> None:
    world = a_held_refund()
    async with running_case(world) as case:
        await world.reached(Stage.WAITING_FOR_REVIEW)
        await case.signal(TicketWorkflow.agent_reply, HER_REPLY)
        await case.signal(TicketWorkflow.agent_reply, HER_REPLY)
        await case.result()
        view = await case.query(TicketWorkflow.view)
    assert [message.id for message in view.ticket.messages] == ["m1", "c7"]
    assert len([step for step in view.steps if "Maya" in step.sentence and step.kind == "colleague"]) == 1


async def test_a_ticket_that_is_solved_while_it_is_held_needs_nothing_more(running_case: RunningCase) -> None:
    world = a_held_refund()
    async with running_case(world) as case:
        await world.reached(Stage.WAITING_FOR_REVIEW)
        await case.signal(TicketWorkflow.solved, SOLVED)
        outcome = await case.result()
    assert (outcome.kind, outcome.reason.code) == (OutcomeKind.TAKEN_OVER, ReasonCode.SOLVED_ELSEWHERE)
    assert (world.said, world.acted) == ([], [])


async def test_a_customer_who_writes_after_the_wait_for_them_was_solved_away_is_served(
    running_case: RunningCase,
) -> None:
    world = World(classifications=[a_classification("order_status"), a_classification("faq_returns")])
    async with running_case(world) as case:
        await world.reached(Stage.WAITING_FOR_CUSTOMER)
        await case.signal(TicketWorkflow.solved, SOLVED)
        await world.reached(Stage.FOLLOW_UP)
        await case.signal(TicketWorkflow.customer_message, a_message("Never mind. How long can I return it?", 2))
        outcome = await case.result()
    assert outcome.kind is OutcomeKind.RESOLVED
    assert world.said == ["questions", "draft"]


async def test_a_reply_that_never_arrived_goes_to_a_person_and_is_not_sent_again(running_case: RunningCase) -> None:
    world = World()
    async with running_case(world) as case:
        await world.reached(Stage.FOLLOW_UP)
        await case.signal(TicketWorkflow.undelivered, ReplyUndelivered(message_id="wamid.1", why="blocked by them"))
        outcome = await case.result()
    assert outcome.kind is OutcomeKind.HANDED_OVER
    assert "blocked by them" in outcome.reason.sentence
    assert world.said == ["draft"]
    assert world.written[-1].assign_to is not None


async def test_solving_what_we_have_answered_leaves_the_outcome_as_it_is(running_case: RunningCase) -> None:
    world = World()
    async with running_case(world) as case:
        await world.reached(Stage.FOLLOW_UP)
        await case.signal(TicketWorkflow.solved, SOLVED)
        outcome = await case.result()
        view = await case.query(TicketWorkflow.view)
    assert outcome.kind is OutcomeKind.RESOLVED
    assert view.solved


async def test_a_customer_who_writes_after_the_ticket_was_solved_is_served_again(running_case: RunningCase) -> None:
    world = World(drafting=asyncio.Event())
    async with running_case(world) as case:
        await world.draft_asked.wait()
        await case.signal(TicketWorkflow.solved, SOLVED)
        await case.signal(TicketWorkflow.customer_message, a_message("It is not solved. How long?", 2))
        if world.drafting is not None:
            world.drafting.set()
        outcome = await case.result()
    assert outcome.kind is OutcomeKind.RESOLVED
    assert world.said == ["draft"]


async def test_a_ticket_that_is_solved_as_our_reply_goes_out_is_not_answered_once_more(
    running_case: RunningCase,
) -> None:
    world = World()
    async with running_case(world) as case:

        async def a_trigger_solves_it() -> None:
            await case.signal(TicketWorkflow.solved, SOLVED)

        world.before_answer = a_trigger_solves_it
        outcome = await case.result()
    assert outcome.kind is OutcomeKind.RESOLVED
    assert world.said == ["draft"]


async def test_a_customer_who_wrote_before_a_solving_that_met_our_reply_is_heard(running_case: RunningCase) -> None:
    world = World()
    async with running_case(world) as case:

        async def they_write_and_a_trigger_solves_it() -> None:
            await case.signal(TicketWorkflow.customer_message, a_message("And how long for the pegs?", 2))
            await case.signal(TicketWorkflow.solved, SOLVED)

        world.before_answer = they_write_and_a_trigger_solves_it
        await case.result()
    assert world.said == ["draft", "draft"]


async def test_a_customer_who_writes_after_a_solving_that_met_our_reply_is_heard(running_case: RunningCase) -> None:
    world = World()
    async with running_case(world) as case:

        async def a_trigger_solves_it() -> None:
            await case.signal(TicketWorkflow.solved, SOLVED)

        world.before_answer = a_trigger_solves_it
        await world.reached(Stage.FOLLOW_UP)
        await case.signal(TicketWorkflow.customer_message, a_message("And how long for the pegs?", 2))
        await case.result()
    assert world.said == ["draft", "draft"]

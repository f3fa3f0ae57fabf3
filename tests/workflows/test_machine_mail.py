"""Mail that a machine wrote starts no work, wakes none and is never answered; a bounce of ours is told once."""

import asyncio
from datetime import timedelta

import pytest
from temporalio.testing import WorkflowEnvironment

from cases.case import CaseStart
from cases.machine_mail import MailHeaders
from cases.outcome import OutcomeKind, Stage
from cases.reason import ReasonCode
from cases.source_event import ReplyUndelivered
from cases.task_queues import TaskQueue
from cases.ticket import Author, Channel, Message, Ticket
from tests.samples import EUR_80, NOW, a_classification, a_message, a_payment, a_ticket, an_order
from tests.small_rulebook import rulebook
from tests.workflows.conftest import RunningCase, workers
from tests.workflows.reviewers import approve, decide
from tests.workflows.world import World
from workflows.ticket import TicketWorkflow

AWAY = MailHeaders(auto_submitted="auto-replied")
BOUNCED = MailHeaders(content_type="multipart/report; report-type=delivery-status", return_path="<>")


def an_auto_reply(number: int = 2) -> Message:
    """What a vacation responder writes."""
    return a_message("I am out of the office until Monday.", number).model_copy(update={"headers": AWAY})


def a_bounce(number: int = 2) -> Message:
    """What a mail server writes of a reply of ours."""
    said = "Your message to ada@example.com could not be delivered: 550 5.1.1 user unknown"
    return a_message(said, number).model_copy(update={"headers": BOUNCED})


def a_ticket_of(message: Message) -> Ticket:
    """A ticket with nothing else in it."""
    return a_ticket().model_copy(update={"messages": (message,)})


def a_held_refund() -> World:
    return World(
        classifications=[a_classification("refund_request")],
        orders=(an_order(),),
        payments=(a_payment(EUR_80),),
        drafts=["We have refunded your tent."],
    )


async def test_a_case_that_only_a_machine_began_ends_without_a_word(running_case: RunningCase) -> None:
    world = World()
    async with running_case(world, a_ticket_of(an_auto_reply(1))) as case:
        ended = await world.reached(Stage.FOLLOW_UP)
        outcome = await case.result()
    assert (outcome.kind, outcome.reason.code) == (OutcomeKind.MACHINE_MAIL, ReasonCode.MACHINE_MAIL)
    assert "Auto-Submitted" in outcome.reason.sentence
    assert (world.written, world.asked_models, world.looked_up) == ([], [], [])
    assert ended.review is None


async def test_a_bounce_that_began_a_case_is_told_to_a_person_and_to_nobody_else(running_case: RunningCase) -> None:
    world = World()
    async with running_case(world, a_ticket_of(a_bounce(1))) as case:
        outcome = await case.result()
    assert (outcome.kind, outcome.reason.code) == (OutcomeKind.HANDED_OVER, ReasonCode.BOUNCE_OF_UNKNOWN)
    assert world.said == []
    assert [note.assign_to is not None for note in world.written] == [True]
    assert world.asked_models == []


async def test_a_person_whose_ticket_holds_an_auto_reply_too_is_served(running_case: RunningCase) -> None:
    world = World()
    ticket = a_ticket().with_message(an_auto_reply())
    async with running_case(world, ticket) as case:
        outcome = await case.result()
    assert outcome.kind is OutcomeKind.RESOLVED
    assert world.said == ["draft"]
    assert "out of the office" not in world.drafted[0].text


async def test_an_auto_reply_to_our_question_is_kept_and_the_wait_for_the_customer_goes_on(
    running_case: RunningCase,
) -> None:
    world = World(classifications=[a_classification("order_status")])
    async with running_case(world) as case:
        asked = await world.reached(Stage.WAITING_FOR_CUSTOMER)
        await case.signal(TicketWorkflow.customer_message, an_auto_reply())
        await case.signal(TicketWorkflow.customer_message, an_auto_reply(3))
        kept = await world.reached(Stage.WAITING_FOR_CUSTOMER, times=3)
        outcome = await case.result()
    assert [message.machine is not None for message in kept.ticket.messages] == [False, True, True]
    assert kept.case_version == asked.case_version
    assert outcome.kind is OutcomeKind.NO_ANSWER
    assert world.said == ["questions"]
    assert world.drafted == []


async def test_an_auto_reply_leaves_a_review_as_it_stands(running_case: RunningCase) -> None:
    world = a_held_refund()
    async with running_case(world) as case:
        held = await world.reached(Stage.WAITING_FOR_REVIEW)
        await case.signal(TicketWorkflow.customer_message, an_auto_reply())
        kept = await world.reached(Stage.WAITING_FOR_REVIEW, times=2)
        assert kept.review == held.review
        await decide(case, approve(held))
        outcome = await case.result()
    assert outcome.kind is OutcomeKind.RESOLVED_AFTER_REVIEW
    assert len(world.acted) == 1


async def test_an_auto_reply_after_our_answer_wakes_nothing(running_case: RunningCase) -> None:
    world = World()
    async with running_case(world) as case:
        await world.reached(Stage.FOLLOW_UP)
        await case.signal(TicketWorkflow.customer_message, an_auto_reply())
        kept = await world.reached(Stage.FOLLOW_UP, times=2)
        outcome = await case.result()
    assert kept.ticket.messages[-1].machine is not None
    assert outcome.kind is OutcomeKind.RESOLVED
    assert world.said == ["draft"]


async def test_a_customer_who_writes_after_their_vacation_responder_is_served(running_case: RunningCase) -> None:
    world = World()
    async with running_case(world) as case:
        await world.reached(Stage.FOLLOW_UP)
        await case.signal(TicketWorkflow.customer_message, an_auto_reply())
        await case.signal(TicketWorkflow.customer_message, a_message("And how long for the pegs?", 3))
        outcome = await case.result()
    assert outcome.kind is OutcomeKind.RESOLVED
    assert world.said == ["draft", "draft"]


async def test_a_person_who_writes_into_a_case_that_a_machine_began_is_no_repeat_contact(
    running_case: RunningCase,
) -> None:
    world = World()
    async with running_case(world, a_ticket_of(an_auto_reply(1))) as case:
        await world.reached(Stage.FOLLOW_UP)
        await case.signal(TicketWorkflow.customer_message, a_message("How long can I return it?", 2))
        outcome = await case.result()
        view = await case.query(TicketWorkflow.view)
    assert outcome.kind is OutcomeKind.RESOLVED
    assert not view.repeat_contact


async def test_a_bounce_of_our_reply_gives_the_case_to_a_person_once(running_case: RunningCase) -> None:
    world = World()
    async with running_case(world) as case:
        await world.reached(Stage.FOLLOW_UP)
        await case.signal(TicketWorkflow.customer_message, a_bounce())
        await case.signal(TicketWorkflow.customer_message, a_bounce(3))
        outcome = await case.result()
    assert outcome.kind is OutcomeKind.HANDED_OVER
    assert "the mail bounced: " in outcome.reason.sentence
    assert "ada@example.com" not in outcome.reason.sentence
    assert world.said == ["draft"]
    assert [note.reference.rpartition("/")[2] for note in world.written if note.say.say == "nothing"] == [
        "undelivered-1"
    ]


async def test_a_bounce_in_a_ticket_that_we_never_answered_is_not_ours(running_case: RunningCase) -> None:
    world = a_held_refund()
    async with running_case(world) as case:
        held = await world.reached(Stage.WAITING_FOR_REVIEW)
        await case.signal(TicketWorkflow.customer_message, a_bounce())
        kept = await world.reached(Stage.WAITING_FOR_REVIEW, times=2)
        assert kept.review == held.review
        assert world.said == []


async def test_a_decision_made_while_the_customers_words_are_being_sorted_waits_for_them(
    running_case: RunningCase,
) -> None:
    world = a_held_refund()
    world.sorting = asyncio.Event()
    async with running_case(world) as case:
        held = await world.reached(Stage.WAITING_FOR_REVIEW)
        await case.signal(TicketWorkflow.customer_message, a_message("Stop! I want to keep it.", 2))
        await decide(case, approve(held))
        world.sorting.set()
        await world.reached(Stage.WAITING_FOR_REVIEW, times=2)
        assert world.acted == []


async def test_a_chat_is_heard_without_being_sorted(running_case: RunningCase) -> None:
    world = World(classifications=[a_classification("order_status"), a_classification("faq_returns")])
    async with running_case(world, a_ticket().model_copy(update={"channel": Channel.CHAT})) as case:
        await world.reached(Stage.WAITING_FOR_CUSTOMER)
        await case.signal(TicketWorkflow.customer_message, a_message("How long can I return it?", 2))
        await case.result()
    assert world.sorted_mail == []


async def test_a_closed_case_that_only_a_machine_woke_ends_without_a_word(engine: WorkflowEnvironment) -> None:
    world = World()
    ticket = a_ticket().with_message(an_auto_reply())
    start = CaseStart(ticket=ticket, repeat_contact=True, case_version=3, turn=3)
    async with workers(engine, world):
        case = await engine.client.start_workflow(
            TicketWorkflow.run, start, id=ticket.case_id, task_queue=TaskQueue.CASES
        )
        outcome = await case.result()
    assert outcome.kind is OutcomeKind.MACHINE_MAIL
    assert world.written == []


async def test_two_machines_that_no_header_gives_away_get_only_so_many_replies_an_hour(
    running_case: RunningCase,
) -> None:
    world = World(rules=rulebook(replies_per_hour=3))
    async with running_case(world) as case:
        for number in range(2, 6):
            await world.reached(Stage.FOLLOW_UP, times=number - 1)
            await case.signal(TicketWorkflow.customer_message, a_message(f"We value your message {number}.", number))
        outcome = await case.result()
        view = await case.query(TicketWorkflow.view)
    assert (outcome.kind, outcome.reason.code) == (OutcomeKind.HANDED_OVER, ReasonCode.TOO_MANY_REPLIES)
    assert world.said == ["draft", "draft", "draft"]
    assert len([note for note in world.written if note.reference.rpartition("/")[2].startswith("handoff")]) == 1
    assert view.ticket.messages[-1].id == "m5"


async def test_replies_of_the_hour_before_count_no_more(running_case: RunningCase, engine: WorkflowEnvironment) -> None:
    world = World(rules=rulebook(replies_per_hour=1))
    async with running_case(world) as case:
        await world.reached(Stage.FOLLOW_UP)
        await engine.sleep(timedelta(hours=1, minutes=1))
        await case.signal(TicketWorkflow.customer_message, a_message("And how long for the pegs?", 2))
        await case.result()
    assert world.said == ["draft", "draft"]


async def test_two_machines_that_answer_each_other_end_with_one_mail_of_ours_per_real_message(
    running_case: RunningCase,
) -> None:
    """Each text of ours is answered by a vacation responder at once, as fast as mail can go."""
    world = World(classifications=[a_classification("order_status"), a_classification("faq_returns")])
    async with running_case(world) as case:
        answered = 0
        for number, stage in ((10, Stage.WAITING_FOR_CUSTOMER), (20, Stage.FOLLOW_UP)):
            await world.reached(stage)
            for again in range(3):
                answered += 1
                await case.signal(TicketWorkflow.customer_message, an_auto_reply(number + again))
            if stage is Stage.WAITING_FOR_CUSTOMER:
                await case.signal(TicketWorkflow.customer_message, a_message("How long can I return it?", 2))
        await case.result()
    assert answered == 6
    assert world.said == ["questions", "draft"]


@pytest.mark.parametrize("author", [Author.AGENT, Author.SIGNALBOX])
async def test_what_our_own_side_writes_is_no_customers_mail(running_case: RunningCase, author: Author) -> None:
    world = World()
    async with running_case(world) as case:
        await world.reached(Stage.FOLLOW_UP)
        await case.signal(TicketWorkflow.customer_message, an_auto_reply().model_copy(update={"author": author}))
        await case.result()
        view = await case.query(TicketWorkflow.view)
    assert [message.id for message in view.ticket.messages] == ["m1"]


async def test_a_reply_that_a_channel_says_was_lost_is_heard_as_before(running_case: RunningCase) -> None:
    world = World()
    async with running_case(world) as case:
        await world.reached(Stage.FOLLOW_UP)
        await case.signal(TicketWorkflow.undelivered, ReplyUndelivered(message_id="r1", why="blocked"))
        await case.signal(TicketWorkflow.customer_message, a_bounce())
        outcome = await case.result()
    assert "blocked" in outcome.reason.sentence
    assert outcome.at > NOW

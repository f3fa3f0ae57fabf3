"""The days after an answer: who writes again, reopens or says how it was is heard by a case that knows."""

from datetime import timedelta

from temporalio.testing import WorkflowEnvironment

from cases.outcome import OutcomeKind, Reopening, Satisfaction, Stage
from cases.reason import ReasonCode
from cases.ticket import Channel
from tests.samples import NOW, a_classification, a_message, a_ticket
from tests.small_rulebook import rulebook
from tests.workflows.conftest import RunningCase
from tests.workflows.world import World
from workflows.ticket import TicketWorkflow


async def test_the_window_closes_after_seven_days(running_case: RunningCase) -> None:
    world = World()
    async with running_case(world) as case:
        await case.result()
    assert (world.recorded[-1].updated_at - world.recorded[0].updated_at).days >= 7
    assert world.recorded[-1].stage is Stage.CLOSED


async def test_a_customer_who_writes_again_after_the_answer_starts_a_run_that_knows(
    running_case: RunningCase,
) -> None:
    world = World()
    async with running_case(world) as case:
        await world.reached(Stage.FOLLOW_UP)
        await case.signal("customer_message", a_message("And in winter?", 2))
        again = await world.reached(Stage.FOLLOW_UP, times=2)
    assert again.repeat_contact
    assert again.run_id != world.recorded[0].run_id
    assert [message.text for message in again.ticket.messages][-1] == "And in winter?"
    assert again.route is not None
    assert again.route.reason.code is ReasonCode.REPEAT_CONTACT


async def test_only_what_was_not_answered_is_read_again(running_case: RunningCase) -> None:
    world = World()
    async with running_case(world) as case:
        await world.reached(Stage.FOLLOW_UP)
        await case.signal("customer_message", a_message("And in winter?", 2))
        again = await world.reached(Stage.FOLLOW_UP, times=2)
    assert "And in winter?" in world.drafted[-1].text
    assert again.ticket.messages[0].text not in world.drafted[-1].text


async def test_a_request_that_waited_for_a_detail_is_still_open_after_nobody_answered(
    running_case: RunningCase, engine: WorkflowEnvironment
) -> None:
    world = World(classifications=[a_classification("order_status")])
    async with running_case(world) as case:
        await world.reached(Stage.WAITING_FOR_CUSTOMER)
        await engine.sleep(timedelta(days=4))
        asked = await world.reached(Stage.FOLLOW_UP)
        assert asked.outcome is not None
        assert asked.outcome.kind is OutcomeKind.NO_ANSWER
        assert asked.answered == ()
        await case.signal("customer_message", a_message("It is W10023", 2))
        again = await world.reached(Stage.WAITING_FOR_CUSTOMER, times=2)
    assert again.answered == ()


async def test_the_same_question_again_after_its_answer_is_seen_by_a_person(running_case: RunningCase) -> None:
    world = World(rules=rulebook(repeats_need_review=True))
    async with running_case(world) as case:
        await world.reached(Stage.FOLLOW_UP)
        await case.signal("customer_message", a_message("That does not help me.", 2))
        held = await world.reached(Stage.WAITING_FOR_REVIEW)
    assert held.review is not None
    assert held.review.reasons[0].code is ReasonCode.ASKED_AGAIN
    assert world.said == ["draft"]


async def test_a_message_that_comes_while_the_reply_goes_out_is_not_lost(running_case: RunningCase) -> None:
    world = World()
    async with running_case(world) as case:
        world.before_answer = lambda: case.signal(TicketWorkflow.customer_message, a_message("And in winter?", 2))
        again = await world.reached(Stage.FOLLOW_UP, times=2)
    assert again.repeat_contact
    assert [message.text for message in again.ticket.messages][-1] == "And in winter?"


async def test_a_case_with_a_person_stays_with_the_person(running_case: RunningCase) -> None:
    world = World(classifications=[a_classification("privacy_request")])
    async with running_case(world) as case:
        await world.reached(Stage.FOLLOW_UP)
        await case.signal("customer_message", a_message("Hello?", 2))
        outcome = await case.result()
    assert outcome.kind is OutcomeKind.HANDED_OVER
    assert world.said == ["holding"]


async def test_what_is_written_to_a_case_with_a_person_stands_in_the_ledger(running_case: RunningCase) -> None:
    world = World(classifications=[a_classification("privacy_request")])
    async with running_case(world) as case:
        await world.reached(Stage.FOLLOW_UP)
        await case.signal("customer_message", a_message("Hello?", 2))
        kept = await world.reached(Stage.FOLLOW_UP, times=2)
    assert [message.text for message in kept.ticket.messages][-1] == "Hello?"


async def test_where_the_thread_never_ends_a_message_after_long_silence_is_a_new_subject(
    running_case: RunningCase, engine: WorkflowEnvironment
) -> None:
    rules = rulebook(new_subject_seconds={Channel.WHATSAPP: 86_400})
    world = World(rules=rules, classifications=[a_classification("privacy_request"), a_classification("faq_returns")])
    async with running_case(world, a_ticket().model_copy(update={"channel": Channel.WHATSAPP})) as case:
        await world.reached(Stage.FOLLOW_UP)
        await case.signal("customer_message", a_message("Hello?", 2))
        await engine.sleep(timedelta(hours=30))
        assert world.said == ["holding"]
        await case.signal("customer_message", a_message("How long can I return a tent?", 3))
        again = await world.reached(Stage.FOLLOW_UP, times=3)
    assert world.said == ["holding", "draft"]
    assert again.facts.orders == ()


async def test_a_reopened_ticket_goes_to_a_person_who_knows_why(running_case: RunningCase) -> None:
    world = World()
    async with running_case(world) as case:
        await world.reached(Stage.FOLLOW_UP)
        await case.signal(TicketWorkflow.reopened, Reopening(at=NOW))
        outcome = await case.result()
    assert outcome.kind is OutcomeKind.HANDED_OVER
    assert outcome.reason.code is ReasonCode.REOPENED
    assert world.said == ["draft", "holding"]


async def test_the_same_message_twice_is_one_message(running_case: RunningCase) -> None:
    world = World()
    async with running_case(world) as case:
        await world.reached(Stage.FOLLOW_UP)
        await case.signal("customer_message", a_message("How long can I return things?", 1))
        await case.result()
    assert world.said == ["draft"]


async def test_the_customers_mark_is_kept_with_the_case(running_case: RunningCase) -> None:
    world = World()
    async with running_case(world) as case:
        await world.reached(Stage.FOLLOW_UP)
        await case.signal("satisfaction", Satisfaction(score=5, at=NOW))
        marked = await world.reached(Stage.FOLLOW_UP, times=2)
    assert marked.satisfaction is not None
    assert marked.satisfaction.score == 5


async def test_every_case_that_goes_out_by_itself_can_be_drawn_for_the_audit(running_case: RunningCase) -> None:
    world = World(rules=rulebook(sample_rate=1.0))
    async with running_case(world) as case:
        outcome = await case.result()
    assert outcome.audit_sample
    assert outcome.sample_rate == 1.0

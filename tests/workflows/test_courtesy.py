"""No request, no work: hello is asked once what is wanted, thanks are left to stand, and a burst is read as one."""

from datetime import timedelta

from temporalio.testing import WorkflowEnvironment

from cases.classification import Entities
from cases.courtesy import Courtesy
from cases.outcome import OutcomeKind, Stage
from cases.reason import ReasonCode
from cases.ticket import Channel
from cases.work import Reading
from tests.samples import a_classification, a_message, a_ticket
from tests.small_rulebook import rulebook
from tests.workflows.conftest import RunningCase
from tests.workflows.world import World


def reading(**courtesies: Courtesy) -> Reading:
    """A conversation with these messages of courtesy."""
    return Reading(language="en", findings=(), entities=Entities(), courtesies=courtesies)


async def test_thanks_after_an_answer_are_kept_and_cost_nobody_time(running_case: RunningCase) -> None:
    world = World(readings=[reading(), reading(m2=Courtesy.THANKS)])
    async with running_case(world) as case:
        answered = await world.reached(Stage.FOLLOW_UP)
        await case.signal("customer_message", a_message("Thanks!", 2))
        thanked = await world.reached(Stage.FOLLOW_UP, times=2)
    assert thanked.run_id == answered.run_id
    assert thanked.outcome == answered.outcome
    assert [message.text for message in thanked.ticket.messages][-1] == "Thanks!"
    assert (thanked.replies, thanked.draft) == (answered.replies, answered.draft)
    assert world.said == ["draft"]


async def test_a_question_after_thanks_is_answered(running_case: RunningCase) -> None:
    world = World(readings=[reading(), reading(m2=Courtesy.THANKS), reading()])
    async with running_case(world) as case:
        await world.reached(Stage.FOLLOW_UP)
        await case.signal("customer_message", a_message("Thanks!", 2))
        await world.reached(Stage.FOLLOW_UP, times=2)
        await case.signal("customer_message", a_message("And in winter?", 3))
        await world.reached(Stage.FOLLOW_UP, times=3)
    assert world.said == ["draft", "draft"]
    assert "Thanks!" not in world.drafted[-1].text


async def test_hello_is_asked_what_is_wanted_once(running_case: RunningCase, engine: WorkflowEnvironment) -> None:
    world = World(readings=[reading(m1=Courtesy.GREETING), reading(m1=Courtesy.GREETING, m2=Courtesy.GREETING)])
    async with running_case(world) as case:
        await world.reached(Stage.WAITING_FOR_CUSTOMER)
        await case.signal("customer_message", a_message("Hello??", 2))
        await engine.sleep(timedelta(days=4))
        ended = await world.reached(Stage.FOLLOW_UP)
    assert world.said == ["welcome"]
    assert world.asked_models == []
    assert ended.outcome is not None
    assert ended.outcome.kind is OutcomeKind.NO_ANSWER


async def test_what_follows_hello_is_answered(running_case: RunningCase) -> None:
    world = World(readings=[reading(m1=Courtesy.GREETING), reading(m1=Courtesy.GREETING)])
    async with running_case(world) as case:
        await world.reached(Stage.WAITING_FOR_CUSTOMER)
        await case.signal("customer_message", a_message("How long can I return a tent?", 2))
        ended = await world.reached(Stage.FOLLOW_UP)
    assert world.said == ["welcome", "draft"]
    assert ended.outcome is not None
    assert ended.outcome.kind is OutcomeKind.RESOLVED


async def test_thanks_are_no_answer_to_our_question(running_case: RunningCase) -> None:
    world = World(
        classifications=[a_classification("order_status")], readings=[reading(), reading(m2=Courtesy.THANKS), reading()]
    )
    async with running_case(world) as case:
        await world.reached(Stage.WAITING_FOR_CUSTOMER)
        await case.signal("customer_message", a_message("Thanks", 2))
        await case.signal("customer_message", a_message("W10023", 3))
        await world.reached(Stage.WAITING_FOR_CUSTOMER, times=2)
    assert world.said == ["questions", "questions"]


async def test_a_burst_on_chat_is_read_as_one(running_case: RunningCase, engine: WorkflowEnvironment) -> None:
    world = World(rules=rulebook(quiet_seconds={Channel.CHAT: 10.0}))
    ticket = a_ticket().model_copy(update={"channel": Channel.CHAT})
    async with running_case(world, ticket) as case:
        await engine.sleep(timedelta(seconds=6))
        await case.signal("customer_message", a_message("How long can I return a tent?", 2))
        await engine.sleep(timedelta(seconds=8))
        await case.signal("customer_message", a_message("Hello??", 3))
        await engine.sleep(timedelta(seconds=20))
        answered = await world.reached(Stage.FOLLOW_UP)
    assert world.said == ["draft"]
    assert len(answered.ticket.messages) == 3
    assert answered.outcome is not None
    assert answered.outcome.reason.code is ReasonCode.ANSWERED

"""From a cheap model to a stronger one to the customer to a person: what is wanted is never guessed."""

from cases.ladder import AttemptOutcome
from cases.outcome import OutcomeKind, Stage
from cases.reason import ReasonCode
from tests.samples import a_classification, a_message, a_ticket
from tests.workflows.conftest import RunningCase
from tests.workflows.world import World


async def test_an_unsure_answer_is_asked_again_more_strictly_then_of_a_stronger_model(
    running_case: RunningCase,
) -> None:
    unsure = a_classification("faq_returns", confidence=0.6)
    world = World(classifications=[unsure, unsure, a_classification("faq_returns")])
    async with running_case(world) as case:
        outcome = await case.result()
    assert outcome.kind is OutcomeKind.RESOLVED
    assert world.asked_models == ["classify cheap standard", "classify cheap strict", "classify strong standard"]


async def test_when_no_model_is_sure_the_customer_is_asked_what_is_wanted(running_case: RunningCase) -> None:
    unsure = a_classification("faq_returns", confidence=0.4)
    world = World(classifications=[unsure, unsure, unsure, unsure, a_classification("faq_returns")])
    async with running_case(world) as case:
        waiting = await world.reached(Stage.WAITING_FOR_CUSTOMER)
        assert waiting.route is not None
        assert waiting.route.reason.sentence == "confidence 0.40 below 0.75"
        await case.signal("customer_message", a_message("I want to return my tent.", 2))
        outcome = await case.result()
    assert outcome.kind is OutcomeKind.RESOLVED
    assert world.said == ["questions", "draft"]


async def test_a_customer_who_never_says_what_is_wanted_gets_a_person(running_case: RunningCase) -> None:
    world = World(classifications=[a_classification("faq_returns", confidence=0.4)])
    async with running_case(world) as case:
        for number in (1, 2):
            await world.reached(Stage.WAITING_FOR_CUSTOMER, times=number)
            await case.signal("customer_message", a_message("??", number + 1))
        await world.reached(Stage.FOLLOW_UP)
        outcome = await case.result()
    assert outcome.reason.code is ReasonCode.TOO_MANY_QUESTIONS
    assert world.said == ["questions", "questions", "holding"]


async def test_a_model_that_stays_away_costs_one_retry_then_the_next_rung(running_case: RunningCase) -> None:
    world = World(classifications=[AttemptOutcome.TIMEOUT, AttemptOutcome.TIMEOUT, a_classification("faq_returns")])
    async with running_case(world) as case:
        await case.result()
    assert world.asked_models == ["classify cheap standard", "classify cheap standard", "classify strong standard"]


async def test_a_permanent_failure_is_never_repeated(running_case: RunningCase) -> None:
    world = World(classifications=[AttemptOutcome.PERMANENT, a_classification("faq_returns")])
    async with running_case(world) as case:
        await case.result()
    assert world.asked_models == ["classify cheap standard", "classify strong standard"]


async def test_who_has_written_a_long_letter_is_not_asked_for_a_sentence(running_case: RunningCase) -> None:
    world = World(classifications=[a_classification("faq_returns", confidence=0.3)])
    async with running_case(world, a_ticket("word " * 61)) as case:
        outcome = await case.result()
    assert outcome.reason.code is ReasonCode.WORDY_AND_UNCLEAR
    assert world.said == ["holding"]

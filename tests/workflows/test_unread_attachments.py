"""What no model could make out: asked for again, noted, or a person's, and never passed over."""

from cases.attachment import UnreadState
from cases.ladder import AttemptOutcome, Job
from cases.outcome import OutcomeKind, Stage
from cases.policy.rulebook import Detail
from cases.route import RouteName
from tests.samples import a_classification, a_message
from tests.workflows.conftest import RunningCase
from tests.workflows.gallery import BLURRED, CUT_OFF, GONE, SEEN, Gallery, a_file, seeing, showing


async def test_an_unreadable_picture_that_matters_is_asked_for_again_and_the_clearer_one_is_read(
    running_case: RunningCase,
) -> None:
    world = Gallery(read=[BLURRED, SEEN], classifications=[a_classification("technical_problem")])
    async with running_case(world, showing()) as case:
        waiting = await world.reached(Stage.WAITING_FOR_CUSTOMER)
        assert waiting.questions == (Detail.PICTURE,)
        assert any(step.sentence == "shot.png cannot be read: it is blurred" for step in waiting.steps)
        clearer = a_message("Here it is.", 2).model_copy(update={"attachments": (a_file(2),)})
        await case.signal("customer_message", clearer)
        outcome = await case.result()
    assert outcome.kind is OutcomeKind.RESOLVED
    assert world.shown == ["see a1 eyes standard", "see a2 eyes standard"]
    assert world.said == ["questions", "draft"]
    assert SEEN in world.drafted[0].text
    assert [file.state for file in world.recorded[-1].facts.unread] == [UnreadState.SUPERSEDED]


async def test_a_picture_that_is_cut_off_is_asked_for_again(running_case: RunningCase) -> None:
    world = Gallery(read=[CUT_OFF], classifications=[a_classification("technical_problem")])
    async with running_case(world, showing()):
        waiting = await world.reached(Stage.WAITING_FOR_CUSTOMER)
    assert waiting.questions == (Detail.PICTURE,)
    assert len(world.shown) == 1


async def test_who_types_what_the_picture_says_is_not_asked_again(running_case: RunningCase) -> None:
    world = Gallery(read=[BLURRED], classifications=[a_classification("technical_problem")])
    async with running_case(world, showing()) as case:
        await world.reached(Stage.WAITING_FOR_CUSTOMER)
        await case.signal("customer_message", a_message("It says: error 17, the planner cannot open the file.", 2))
        outcome = await case.result()
    assert outcome.kind is OutcomeKind.RESOLVED
    assert world.said == ["questions", "draft"]


async def test_who_only_ever_sends_unreadable_pictures_gets_a_person(running_case: RunningCase) -> None:
    world = Gallery(read=[BLURRED], classifications=[a_classification("technical_problem")])
    async with running_case(world, showing()) as case:
        for number in (1, 2):
            await world.reached(Stage.WAITING_FOR_CUSTOMER, times=number)
            again = a_message("Again.", 1 + number).model_copy(update={"attachments": (a_file(1 + number),)})
            await case.signal("customer_message", again)
        outcome = await case.result()
    assert outcome.reason.sentence == "asked 2 times and still missing: picture"


async def test_an_unreadable_picture_that_does_not_matter_is_noted_and_the_question_answered(
    running_case: RunningCase,
) -> None:
    world = Gallery(read=[BLURRED])
    async with running_case(world, showing()) as case:
        outcome = await case.result()
    assert outcome.kind is OutcomeKind.RESOLVED
    assert "shot.png cannot be read: it is blurred" in world.written[-1].note.text


async def test_where_nobody_understood_and_the_picture_is_unreadable_a_clearer_one_is_asked_for(
    running_case: RunningCase,
) -> None:
    world = Gallery(read=[BLURRED], classifications=[a_classification("faq_returns", confidence=0.4)])
    async with running_case(world, showing()):
        waiting = await world.reached(Stage.WAITING_FOR_CUSTOMER)
    assert waiting.questions == (Detail.PICTURE,)


async def test_without_a_model_that_sees_what_needs_the_picture_goes_to_a_person(running_case: RunningCase) -> None:
    world = Gallery(rules=seeing(see=None), classifications=[a_classification("technical_problem")])
    async with running_case(world, showing()) as case:
        outcome = await case.result()
    assert outcome.kind is OutcomeKind.HANDED_OVER
    assert outcome.reason.sentence == "nobody has read shot.png: no model of this policy reads a picture"
    assert world.recorded[-1].route is not None
    assert world.recorded[-1].route.name is RouteName.HUMAN
    assert world.drafted == []


async def test_without_a_model_that_sees_what_needs_no_picture_is_answered_with_a_note(
    running_case: RunningCase,
) -> None:
    world = Gallery(rules=seeing(see=None))
    async with running_case(world, showing()) as case:
        outcome = await case.result()
    assert outcome.kind is OutcomeKind.RESOLVED
    assert "no model of this policy reads a picture" in world.written[-1].note.text
    assert any("nobody has read shot.png" in step.sentence for step in world.recorded[-1].steps)


async def test_a_picture_that_is_gone_sends_what_needs_it_to_a_person_and_is_no_models_fault(
    running_case: RunningCase,
) -> None:
    world = Gallery(read=[GONE], classifications=[a_classification("technical_problem")])
    async with running_case(world, showing()) as case:
        outcome = await case.result()
    assert outcome.reason.sentence == "nobody has read shot.png: it is not at its address (404)"
    rungs = [(attempt.job, attempt.outcome) for attempt in world.recorded[-1].attempts]
    assert rungs == [(Job.SEE, AttemptOutcome.SKIPPED), (Job.CLASSIFY, AttemptOutcome.SUCCEEDED)]

"""What a customer shows and says, on the path of a ticket: read once, and guarded like words."""

from decimal import Decimal

from cases.classification import Entities
from cases.ladder import AttemptOutcome, Job
from cases.outcome import OutcomeKind, Stage
from cases.reason import ReasonCode
from cases.route import GuardFinding, SafetyFlag
from cases.work import Reading
from tests.samples import a_classification, a_message
from tests.workflows.conftest import RunningCase
from tests.workflows.gallery import SEEN, VOICEMAIL, Gallery, a_file, seeing, showing


async def test_what_a_picture_shows_is_read_before_the_ticket_is_classified(running_case: RunningCase) -> None:
    world = Gallery(read_cost=Decimal("0.002"))
    async with running_case(world, showing()) as case:
        outcome = await case.result()
    assert outcome.kind is OutcomeKind.RESOLVED
    assert world.shown == ["see a1 eyes standard"]
    assert SEEN in world.classified_texts[0]
    assert SEEN in world.drafted[0].text
    (seen,) = [attempt for attempt in world.recorded[-1].attempts if attempt.job is Job.SEE]
    assert seen.cost == Decimal("0.002")


async def test_a_picture_is_read_once_however_often_the_customer_writes(running_case: RunningCase) -> None:
    unsure = a_classification("faq_returns", confidence=0.4)
    world = Gallery(classifications=[unsure, unsure, unsure, unsure, a_classification("faq_returns")])
    async with running_case(world, showing()) as case:
        await world.reached(Stage.WAITING_FOR_CUSTOMER)
        await case.signal("customer_message", a_message("I want to return my tent.", 2))
        await case.result()
    assert world.shown == ["see a1 eyes standard"]
    assert SEEN in world.classified_texts[-1]


async def test_the_guard_reads_what_a_picture_says_before_any_other_model_does(running_case: RunningCase) -> None:
    threat = GuardFinding(flag=SafetyFlag.CRITICAL_WORDS, heading="legal_threat", words="my lawyer")
    quiet = Reading(language="en", findings=(), entities=Entities())
    world = Gallery(readings=[quiet, quiet.model_copy(update={"findings": (threat,)})])
    async with running_case(world, showing()) as case:
        outcome = await case.result()
    assert SEEN in world.guarded_texts[0]
    assert outcome.reason.code is ReasonCode.CRITICAL_WORDS
    assert world.asked_models == []


async def test_a_ticket_with_critical_words_shows_its_picture_to_no_model(running_case: RunningCase) -> None:
    threat = GuardFinding(flag=SafetyFlag.CRITICAL_WORDS, heading="legal_threat", words="my lawyer")
    world = Gallery(readings=[Reading(language="en", findings=(threat,), entities=Entities())])
    async with running_case(world, showing()) as case:
        outcome = await case.result()
    assert outcome.reason.code is ReasonCode.CRITICAL_WORDS
    assert world.shown == []


async def test_a_model_that_fails_to_see_is_followed_by_the_next_one(running_case: RunningCase) -> None:
    world = Gallery(read=[AttemptOutcome.CONTENT_FAILURE, AttemptOutcome.PERMANENT, SEEN])
    async with running_case(world, showing()) as case:
        outcome = await case.result()
    assert outcome.kind is OutcomeKind.RESOLVED
    assert world.shown == ["see a1 eyes standard", "see a1 eyes strict", "see a1 better-eyes standard"]


async def test_only_the_newest_files_are_read(running_case: RunningCase) -> None:
    rules = seeing()
    few = rules.model_copy(update={"attachments": rules.attachments.model_copy(update={"at_most": 1})})
    world = Gallery(rules=few)
    async with running_case(world, showing(a_file(1), a_file(2))) as case:
        await case.result()
    assert world.shown == ["see a2 eyes standard"]
    assert any(step.sentence.endswith("only the newest 1 files are read") for step in world.recorded[-1].steps)


async def test_a_voicemail_is_transcribed_before_anything_is_made_of_it(running_case: RunningCase) -> None:
    world = Gallery(read=["How long can I return a tent?"])
    async with running_case(world, VOICEMAIL) as case:
        outcome = await case.result()
    assert outcome.kind is OutcomeKind.RESOLVED
    assert world.shown == ["transcribe a1 ears standard"]
    assert world.classified_texts[0] == "How long can I return a tent?\n\nVoicemail"


async def test_a_voicemail_nobody_could_hear_goes_to_a_person_before_it_is_classified(
    running_case: RunningCase,
) -> None:
    world = Gallery(read=[AttemptOutcome.TIMEOUT])
    async with running_case(world, VOICEMAIL) as case:
        outcome = await case.result()
    assert outcome.kind is OutcomeKind.HANDED_OVER
    assert outcome.reason.sentence == "nobody has read voicemail.mp3: ears gave no answer in 2 s"
    assert world.shown == ["transcribe a1 ears standard"] * 2
    assert world.asked_models == []
    assert [attempt.job for attempt in world.recorded[-1].attempts] == [Job.TRANSCRIBE] * 2


async def test_a_voicemail_under_a_policy_without_ears_goes_to_a_person(running_case: RunningCase) -> None:
    world = Gallery(rules=seeing(transcribe=None))
    async with running_case(world, VOICEMAIL) as case:
        outcome = await case.result()
    assert outcome.reason.sentence == "nobody has read voicemail.mp3: no model of this policy reads a recording"
    assert world.said == ["holding"]


async def test_words_that_came_with_a_recording_are_not_listened_to_again(running_case: RunningCase) -> None:
    heard = a_file(media_type="audio/mpeg").model_copy(update={"words": "How long can I return a tent?"})
    world = Gallery()
    async with running_case(world, VOICEMAIL.model_copy(update={"attachments": (heard,)})) as case:
        outcome = await case.result()
    assert outcome.kind is OutcomeKind.RESOLVED
    assert world.shown == []
    assert "How long can I return a tent?" in world.classified_texts[0]


async def test_a_plain_ticket_costs_no_more_calls_than_before(running_case: RunningCase) -> None:
    world = Gallery()
    async with running_case(world) as case:
        await case.result()
        history = await case.fetch_history()
    done = {
        event.activity_task_scheduled_event_attributes.activity_type.name
        for event in history.events
        if event.HasField("activity_task_scheduled_event_attributes")
    }
    assert done == {"classify", "look_up", "draft", "answer"}
    assert world.guarded_texts == []

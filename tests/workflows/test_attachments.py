"""What a customer shows and says, on the path of a ticket: read once, guarded like words, and never passed over."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from decimal import Decimal

from temporalio import activity

from cases.attachment import AttachmentReading, UnreadState
from cases.classification import Entities
from cases.ladder import Attempt, AttemptOutcome, Job, LastRung, Stop
from cases.outcome import OutcomeKind, Stage
from cases.policy.rulebook import Detail, Rulebook
from cases.reason import ReasonCode
from cases.route import GuardFinding, RouteName, SafetyFlag
from cases.ticket import Attachment, Channel, Ticket
from cases.work import AttachmentReport, AttachmentRequest, ClassifyReport, ClassifyRequest, Reading, ReadRequest
from routing.messages import reason
from tests.workflows.conftest import RunningCase
from tests.workflows.world import World, a_classification, a_message, a_ticket, intent_rules, ladder, rulebook

Answers = Sequence[str | AttachmentReading | AttemptOutcome | Stop]

BLURRED = AttachmentReading(illegible="it is blurred")
CUT_OFF = Stop(
    last=LastRung.CUSTOMER,
    reason=reason(ReasonCode.ATTACHMENT_ILLEGIBLE, file="shot.png", what="it is cut off in the middle"),
)
GONE = Stop(
    last=LastRung.PERSON,
    reason=reason(ReasonCode.ATTACHMENT_UNREAD, file="shot.png", what="it is not at its address (404)"),
)
SEEN = "Error W-17: the order W10001 was paid twice"


def seeing(**changes: object) -> Rulebook:
    """Rules under which a screenshot matters to a technical problem, with two models that see and one that hears."""
    rules = rulebook()
    intents = {**rules.intents, "technical_problem": intent_rules(needs_attachments=True)}
    able: dict[str, object] = {
        "intents": intents,
        "see": ladder(Job.SEE, "eyes", "better-eyes"),
        "transcribe": ladder(Job.TRANSCRIBE, "ears"),
    }
    return rules.model_copy(update={**able, **changes})


def a_file(number: int = 1, media_type: str = "image/png", name: str = "shot.png") -> Attachment:
    return Attachment(id=f"a{number}", name=name, media_type=media_type, size_bytes=9, url=f"/files/a{number}")


def showing(*files: Attachment, **changes: object) -> Ticket:
    shown = files or (a_file(),)
    return a_ticket("It does not work, see the picture.").model_copy(update={"attachments": shown, **changes})


VOICEMAIL = a_ticket("Voicemail").model_copy(
    update={"channel": Channel.VOICE, "attachments": (a_file(media_type="audio/mpeg", name="voicemail.mp3"),)}
)


@dataclass
class Gallery(World):
    """A world with models that see and hear: their answers are used up one by one, and the last one stays."""

    rules: Rulebook = field(default_factory=seeing)
    read: Answers = (SEEN,)
    read_cost: Decimal = Decimal(0)
    shown: list[str] = field(default_factory=list[str])
    classified_texts: list[str] = field(default_factory=list[str])
    guarded_texts: list[str] = field(default_factory=list[str])

    @property
    def activities(self) -> list[Callable[..., object]]:
        return [*super().activities, self.see, self.hear]

    @activity.defn(name="see")
    async def see(self, request: AttachmentRequest) -> AttachmentReport | Stop:
        return self._read_by(Job.SEE, request)

    @activity.defn(name="hear")
    async def hear(self, request: AttachmentRequest) -> AttachmentReport | Stop:
        return self._read_by(Job.TRANSCRIBE, request)

    @activity.defn(name="classify")
    async def classify(self, request: ClassifyRequest) -> ClassifyReport:
        self.classified_texts.append(request.text)
        return await World.classify(self, request)

    @activity.defn(name="read_again")
    async def read_again(self, request: ReadRequest) -> Reading:
        self.guarded_texts.append(request.ticket.customer_text)
        return await World.read_again(self, request)

    def _read_by(self, job: Job, request: AttachmentRequest) -> AttachmentReport | Stop:
        answer = self.read[min(len(self.shown), len(self.read) - 1)]
        self.shown.append(f"{job} {request.attachment.id} {request.model} {request.prompt}")
        if isinstance(answer, Stop):
            return answer
        failed = isinstance(answer, AttemptOutcome)
        attempt = Attempt(
            job=job,
            rung=request.rung,
            model=request.model,
            prompt=request.prompt,
            outcome=answer if isinstance(answer, AttemptOutcome) else AttemptOutcome.SUCCEEDED,
            reason=reason(ReasonCode.MODEL_TIMEOUT, model=request.model, seconds="2") if failed else None,
            seconds=0.01,
            cost=self.read_cost,
        )
        match answer:
            case AttemptOutcome():
                return AttachmentReport(attempt=attempt)
            case AttachmentReading():
                return AttachmentReport(attempt=attempt, reading=answer)
            case _:
                return AttachmentReport(attempt=attempt, reading=AttachmentReading(words=answer))


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
    assert outcome.reason.sentence == "asked 2 times without getting picture"


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
    assert [attempt.job for attempt in world.recorded[-1].attempts] == [Job.CLASSIFY]


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

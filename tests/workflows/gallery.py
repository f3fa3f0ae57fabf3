"""A world with models that see and hear, and what customers show them."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from decimal import Decimal

from temporalio import activity

from cases.attachment import AttachmentReading
from cases.ladder import Attempt, AttemptOutcome, Job, LastRung, Stop
from cases.policy.rulebook import Rulebook
from cases.reason import ReasonCode
from cases.ticket import Attachment, Channel, Ticket
from cases.work import AttachmentReport, AttachmentRequest, ClassifyReport, ClassifyRequest, Reading, ReadRequest
from routing.messages import reason
from tests.samples import a_ticket
from tests.small_rulebook import intent_rules, ladder, rulebook
from tests.workflows.world import World

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
    """A file that came with a message."""
    return Attachment(id=f"a{number}", name=name, media_type=media_type, size_bytes=9, url=f"/files/a{number}")


def showing(*files: Attachment, **changes: object) -> Ticket:
    """A ticket that shows these files, or a picture."""
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

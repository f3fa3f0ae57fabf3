"""What the workflow asks of its activities, and what they answer."""

from decimal import Decimal
from enum import StrEnum
from typing import Literal

from pydantic import AwareDatetime

from cases.action import ActionResult, ProposedAction
from cases.attachment import AttachmentReading, UnreadAttachment
from cases.cache import Recall
from cases.classification import Classification, Entities, IntentName, Team
from cases.draft import CustomerText, Draft, InternalNote
from cases.facts import EarlierContact, Facts, LookupRequest, Passage
from cases.ladder import Attempt, Prompt
from cases.outcome import Outcome, Satisfaction, Stage
from cases.policy.jobs import About
from cases.policy.rulebook import Detail, IntentRules, Rulebook
from cases.reason import Reason
from cases.record import Record
from cases.review import ReviewRequest, TakenDecision
from cases.route import GuardFinding, Route, RouteName
from cases.ticket import Attachment, Channel, Customer, Locale, Slug, Ticket


class Reading(Record):
    """What can be read off a conversation without a model."""

    language: Locale
    findings: tuple[GuardFinding, ...]
    entities: Entities
    by_rule: Classification | None = None
    """The classification, where one of the policy's patterns settles it."""
    rules: dict[IntentName, IntentRules] = {}
    """How the intents of that classification are served."""


class OpenedCase(Record):
    """A case at its start: the rules it runs on, what was read, and who has written before."""

    rulebook: Rulebook
    reading: Reading
    earlier_contacts: tuple[EarlierContact, ...] = ()


class OpenRequest(Record):
    """Open a case: fix its rules, read its text, and enter it in the ledger."""

    start: "CaseStart"
    run_id: str
    opened_at: AwareDatetime


class ReadRequest(Record):
    """Read a conversation again, under the rules the case started with."""

    ticket: Ticket
    policy_version: str


class ClassifyRequest(Record):
    """Ask one model what a ticket is about."""

    case_id: str
    tenant: Slug
    channel: Channel
    policy_version: str
    model: str
    rung: int
    prompt: Prompt
    timeout_seconds: float
    text: str
    shown: tuple[str, ...] = ()
    """The parts of `text` that were read in files, and that anybody may have written."""
    language: Locale
    entities: Entities

    @property
    def about(self) -> About:
        """What is known of the ticket before it is classified."""
        return About(tenant=self.tenant, language=self.language, channel=self.channel)


class ClassifyReport(Record):
    """What a model said a ticket is about, or why it said nothing usable."""

    attempt: Attempt
    classification: Classification | None = None
    rules: dict[IntentName, IntentRules] = {}
    """How the intents of the classification are served, under the case's policy."""


class RetrieveRequest(Record):
    """Find the help-centre passages that answer a text."""

    tenant: Slug
    locale: Locale
    text: str


class Retrieved(Record):
    """Passages, best first."""

    passages: tuple[Passage, ...]


class DraftRequest(Record):
    """Ask one model for a reply to everything that can be answered now, and the questions for the rest."""

    case_id: str
    tenant: Slug
    route: RouteName
    policy_version: str
    model: str
    rung: int
    prompt: Prompt
    timeout_seconds: float
    channel: Channel
    locale: Locale
    customer: Customer
    text: str
    shown: tuple[str, ...] = ()
    """The parts of `text` that were read in files, and that anybody may have written."""
    intents: tuple[IntentName, ...]
    """What this reply answers."""
    questions: tuple[Detail, ...]
    """What this reply asks, because another intent waits for it."""
    facts: Facts
    actions: tuple[ProposedAction, ...]
    """What will have been done when the reply is read."""


class DraftReport(Record):
    """A draft and what is wrong with it, or why a model gave none."""

    attempt: Attempt
    draft: Draft | None = None
    failed_checks: tuple[Reason, ...] = ()


class AttachmentRequest(Record):
    """Fetch one file and ask one model what it shows, or what is said in it."""

    case_id: str
    tenant: Slug
    source: Slug | None = None
    """Whose helpdesk keeps the file."""
    policy_version: str
    model: str
    rung: int
    prompt: Prompt
    timeout_seconds: float
    attachment: Attachment
    language: Locale


class AttachmentReport(Record):
    """What a model read in a file, or why it gave nothing usable. Where none could be asked, a Stop says why."""

    attempt: Attempt
    reading: AttachmentReading | None = None


ModelRequest = ClassifyRequest | DraftRequest | AttachmentRequest
"""Whatever one model is asked once."""


class ActRequest(Record):
    """Do one cleared action. Repeating the request is safe: its key is the case and the action."""

    case_id: str
    tenant: Slug
    customer_id: str | None = None
    policy_version: str
    action: ProposedAction

    @property
    def idempotency_key(self) -> str:
        """Never the activity's id (new when rescheduled), never the run's (new when reset)."""
        return f"{self.case_id}/{self.action.id}"


class SayDraft(Record):
    """Send the text of a draft, as cleared."""

    say: Literal["draft"] = "draft"
    text: CustomerText


class SayQuestions(Record):
    """Ask the customer for what is missing; without details, ask what is wanted."""

    say: Literal["questions"] = "questions"
    details: tuple[Detail, ...]


class SayHolding(Record):
    """Tell the customer, calmly, that a person has it; `heading` is what the guard found, where it found something."""

    say: Literal["holding"] = "holding"
    heading: str | None = None


class SayNothing(Record):
    """Write a note for colleagues only."""

    say: Literal["nothing"] = "nothing"


class AnswerRequest(Record):
    """Write in the helpdesk: at most one text for the customer, one note for colleagues.

    Repeating the request is safe: what already stands under `reference` is not written again.
    """

    case_id: str
    tenant: Slug
    source: Slug
    ticket_id: str
    reference: str
    policy_version: str
    locale: Locale
    customer: Customer
    say: SayDraft | SayQuestions | SayHolding | SayNothing
    note: InternalNote
    assign_to: Team | None = None
    tags: tuple[str, ...] = ()
    """What lists in the helpdesk filter by."""
    customer_wrote_at: AwareDatetime | None = None
    """When the customer last wrote: some channels let nobody answer after a day."""


class AnswerReport(Record):
    """What stands in the helpdesk now. `reply_id` and `text` are none where nothing was said to the customer."""

    reply_id: str | None = None
    note_id: str | None = None
    text: CustomerText | None = None
    refused: str | None = None
    """Why the helpdesk will never take the text for the customer, such as a ticket that was merged away."""
    note_refused: str | None = None
    """Why colleagues can read nothing of it there, or the ticket is nobody's."""


class SentReply(Record):
    """A text the customer received."""

    reference: str
    kind: str
    text: CustomerText
    at: AwareDatetime


class StepKind(StrEnum):
    """What a line of a case's history is about."""

    RECEIVED = "received"
    CLASSIFIED = "classified"
    LOOKED_UP = "looked_up"
    ROUTED = "routed"
    MODEL = "model"
    REVIEW = "review"
    DECISION = "decision"
    ACTION = "action"
    REPLY = "reply"
    CUSTOMER = "customer"
    COLLEAGUE = "colleague"
    OUTCOME = "outcome"


class Step(Record):
    """One line of a case's history, in words a person reads in five seconds."""

    kind: StepKind
    sentence: str
    at: AwareDatetime


class CaseView(Record):
    """A case as it stands: what the desk and the command line show, and what the ledger keeps."""

    case_id: str
    run_id: str
    ticket: Ticket
    case_version: int
    stage: Stage
    policy_version: str
    opened_at: AwareDatetime
    updated_at: AwareDatetime
    repeat_contact: bool = False
    classification: Classification | None = None
    route: Route | None = None
    facts: Facts = Facts()
    recall: Recall | None = None
    """That an earlier answer was looked for, and which one was found."""
    draft: Draft | None = None
    actions: tuple[ProposedAction, ...] = ()
    review: ReviewRequest | None = None
    """The request that waits for a decision now."""
    questions: tuple[Detail, ...] = ()
    waiting_for: str | None = None
    """What the case waits for, as a sentence."""
    attempts: tuple[Attempt, ...] = ()
    decisions: tuple[TakenDecision, ...] = ()
    results: tuple[ActionResult, ...] = ()
    replies: tuple[SentReply, ...] = ()
    steps: tuple[Step, ...] = ()
    outcome: Outcome | None = None
    satisfaction: Satisfaction | None = None
    solved: bool = False
    """Whether somebody has solved the ticket in the helpdesk, and the customer has not written since."""


class CaseStart(Record):
    """What starts a case, or continues it in a new run."""

    ticket: Ticket
    repeat_contact: bool = False
    case_version: int = 0
    questions_asked: int = 0
    turn: int = 0
    """How often the case has been gone through: it numbers reviews and replies, over all runs."""
    served: tuple[IntentName, ...] = ()
    """What earlier runs have answered."""
    told: Entities = Entities()
    """What reviewers have told us over all runs: it outranks what is read."""
    unread: tuple[UnreadAttachment, ...] = ()
    """The files that earlier runs could not read: nobody tries again what cannot change."""
    spent: Decimal = Decimal(0)
    """US dollars that models have cost over all runs: the ceiling is the ticket's."""
    answered_by: str | None = None
    """The colleague who answered in the helpdesk as the last run came to its end."""


class LookupOrder(Record):
    """The questions to ask the systems of record, all at once."""

    tenant: Slug
    requests: tuple[LookupRequest, ...]
    customer: Customer


OpenRequest.model_rebuild()

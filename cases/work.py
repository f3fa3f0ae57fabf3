"""What the workflow asks of its activities, and what they answer."""

import hashlib
from typing import Literal

from pydantic import AwareDatetime

from cases.action import ProposedAction
from cases.attachment import AttachmentReading
from cases.case import CaseStart
from cases.classification import Classification, Entities, IntentName, Team
from cases.courtesy import Courtesy
from cases.draft import CustomerText, Draft, InternalNote
from cases.facts import EarlierContact, Facts, LookupRequest, Passage
from cases.ladder import Attempt, Prompt
from cases.machine_mail import MachineMail
from cases.message_part import MessagePart, PartKind
from cases.other_case import OtherCase
from cases.policy.jobs import About
from cases.policy.rulebook import Detail, IntentRules, Rulebook
from cases.reason import Reason
from cases.record import Record
from cases.reservation import OverLimit
from cases.review import Reviewer
from cases.reviewer_answer import ReviewerAnswer
from cases.route import GuardFinding, RouteName
from cases.short_answer import ShortAnswer
from cases.source_event import HelpdeskChange
from cases.target_records import TargetRecords
from cases.ticket import Attachment, Channel, Customer, Locale, Message, Slug, Ticket, TicketId, Writer

KEY_CHARACTERS = 255
"""How long an idempotency key may be. Stripe's limit, https://docs.stripe.com/api/idempotent_requests"""


class Reading(Record):
    """What can be read off a conversation without a model."""

    language: Locale
    parts: dict[TicketId, tuple[MessagePart, ...]] = {}
    """What each of the customer's messages is made of, by its id."""
    subject_kind: PartKind = PartKind.NEW
    forwarded_from: Writer | None = None
    """Who wrote the mail that the customer's newest message passes on; None where it passes none on. A writer of whom
    nothing is known is one whose name could not be read."""
    findings: tuple[GuardFinding, ...]
    entities: Entities
    by_rule: Classification | None = None
    """The classification, where one of the policy's patterns settles it."""
    rules: dict[IntentName, IntentRules] = {}
    """How the intents of that classification are served."""
    answer: ShortAnswer = ShortAnswer.NEITHER
    """What the newest messages say to the question that we asked last."""
    agreed: Entities = Entities()
    """What stands in a reviewer's question to which the customer said yes."""
    reviewer_answer: ReviewerAnswer | None = None
    """What the newest messages say to a reviewer's question; None where none was asked."""
    courtesies: dict[TicketId, Courtesy] = {}
    """The messages that greet or thank and ask for nothing, by their ids."""
    machine_mail: dict[TicketId, MachineMail] = {}
    """Which messages machines wrote, by id: nothing else was read in them."""


class OpenedCase(Record):
    """A case at its start: the rules it runs on, what was read, and who has written before."""

    rulebook: Rulebook
    reading: Reading
    earlier_contacts: tuple[EarlierContact, ...] = ()


class OpenRequest(Record):
    """Open a case: fix its rules, read its text, and enter it in the ledger."""

    start: CaseStart
    run_id: str
    opened_at: AwareDatetime


class Confirming(Record):
    """An action that the customer is asked about: whether they want it."""

    action: ProposedAction
    order_id: str | None = None
    """The order it is about, if it is about one."""


class ReadRequest(Record):
    """Read a conversation again, under the rules the case started with."""

    ticket: Ticket
    policy_version: str
    read_before: tuple[TicketId, ...] = ()
    """The customer's messages that had been read when we last wrote."""
    confirming: Confirming | None = None
    """What we asked the customer to confirm."""
    question: str = ""
    """What a reviewer asked the customer."""
    intents: tuple[IntentName, ...] = ()
    """What the case was found to be about as the reviewer asked."""


class NewestMessage(Record):
    """One of the messages that the customer wrote since we last wrote: only their words ask for anything."""

    message_id: str
    words: str
    """Its new words, without quotations, signature and footer."""


class MailRequest(Record):
    """Tell whether a machine wrote a message, under the rules the case started with."""

    message: Message
    ticket: Ticket
    """What it belongs to, with its first message at least."""
    policy_version: str


class SortedMail(Record):
    """What a message is: a machine's mail, or a person's."""

    machine: MachineMail | None = None


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
    newest: tuple[NewestMessage, ...] = ()
    """Oldest first. Empty: only what the text is about matters, and nothing will be done for it."""

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
    confirming: Confirming | None = None
    """What this reply asks the customer to confirm."""
    not_found: tuple[str, ...] = ()
    """What the customer named and no record of theirs matches, in their own writing."""
    facts: Facts
    actions: tuple[ProposedAction, ...]
    """What will have been done when the reply is read."""
    open_intents: tuple[IntentName, ...] = ()
    """Those of `intents` whose action the customer does not plainly ask for: no record is why nothing is done."""


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
    """Whose case it is. A record of anybody else is left alone; None: nobody knows, and a person has cleared it."""
    policy_version: str
    route: RouteName | None = None
    action: ProposedAction
    basis: TargetRecords
    """The records as the decision saw them. Where they are others now, nothing is done."""
    decision: str | None = None
    """The id of the review by which a person cleared it; None where nobody had to. What the system of record refused
    is asked again only by a new decision of a person."""
    beyond_limits: Reviewer | None = None
    """The lead who goes on although the limits on moved money are reached."""

    @property
    def idempotency_key(self) -> str:
        """Never the activity's id (new when rescheduled), never the run's (new when reset)."""
        key = f"{self.case_id}/{self.action.id}"
        if len(key) <= KEY_CHARACTERS:
            return key
        return f"{key[: KEY_CHARACTERS - 65]}-{hashlib.sha256(key.encode()).hexdigest()}"


class LimitRequest(Record):
    """Find out whether the limits on moved money allow these actions of one case together, if they were done now."""

    policy_version: str
    requests: tuple[ActRequest, ...]


class LimitAhead(Record):
    """The limit that would refuse them, if any would."""

    over: OverLimit | None = None


class SayDraft(Record):
    """Send the text of a draft, as cleared."""

    say: Literal["draft"] = "draft"
    text: CustomerText


class SayQuestions(Record):
    """Ask the customer for what is missing; without details, ask what is wanted."""

    say: Literal["questions"] = "questions"
    details: tuple[Detail, ...]
    confirming: Confirming | None = None
    """What the customer is asked to confirm."""
    not_found: tuple[str, ...] = ()
    """What the customer named and no record of theirs matches, in their own writing."""


class SayWelcome(Record):
    """Ask somebody who has only said hello what they need."""

    say: Literal["welcome"] = "welcome"


class SayUnchanged(Record):
    """Tell a customer who has declined what we asked about that everything stays as it is."""

    say: Literal["unchanged"] = "unchanged"


class SayHolding(Record):
    """Tell the customer, calmly, that a person has it; `heading` is what the guard found, where it found something."""

    say: Literal["holding"] = "holding"
    heading: str | None = None


class SayNothing(Record):
    """Write a note for colleagues only."""

    say: Literal["nothing"] = "nothing"


Say = SayDraft | SayQuestions | SayWelcome | SayUnchanged | SayHolding | SayNothing
"""What the customer is to read."""


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
    say: Say
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
    overtaken: HelpdeskChange | None = None
    """What had happened to the ticket in the helpdesk by the time of writing, so that nothing was written."""
    note_refused: str | None = None
    """Why colleagues can read nothing of it there, or the ticket is nobody's."""


class OtherCasesRequest(Record):
    """Find the other open cases of a customer, and those that would change one of these records."""

    ticket: Ticket
    """Whose customer it is; all but its last message is left out."""
    facts: Facts
    """Whose account was found, and how surely."""
    records: tuple[str, ...]


class OtherCases(Record):
    """The other open cases, oldest first."""

    cases: tuple[OtherCase, ...]


class LookupOrder(Record):
    """The questions to ask the systems of record, all at once."""

    tenant: Slug
    requests: tuple[LookupRequest, ...]
    customer: Customer

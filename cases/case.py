"""A case: what starts it, the lines of its history, and how it stands."""

from decimal import Decimal
from enum import StrEnum

from pydantic import AwareDatetime

from cases.action import ActionResult, ProposedAction
from cases.attachment import UnreadAttachment
from cases.cache import Recall
from cases.classification import Classification, Entities, IntentName
from cases.draft import CustomerText, Draft
from cases.facts import Facts
from cases.ladder import Attempt
from cases.other_case import OtherCase
from cases.outcome import Outcome, Satisfaction, Stage
from cases.policy.rulebook import Detail
from cases.record import Record
from cases.review import AskedQuestion, ReviewRequest, TakenDecision, VoidedRequest
from cases.route import Route
from cases.ticket import Ticket, TicketId, Writer


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
    answered: tuple[TicketId, ...] = ()
    """The customer's messages that were answered, or are with a person."""
    forwarded_from: Writer | None = None
    """Who wrote the mail that the customer's newest message passes on."""
    classification: Classification | None = None
    route: Route | None = None
    facts: Facts = Facts()
    other_cases: tuple[OtherCase, ...] = ()
    """Other open cases of the same customer or about the same record, as they were when last looked for."""
    recall: Recall | None = None
    """That an earlier answer was looked for, and which one was found."""
    draft: Draft | None = None
    actions: tuple[ProposedAction, ...] = ()
    review: ReviewRequest | None = None
    """The request that waits for a decision now."""
    questions: tuple[Detail, ...] = ()
    question: AskedQuestion | None = None
    """What a reviewer has asked the customer, as long as nobody has decided on the answer."""
    waiting_for: str | None = None
    """What the case waits for, as a sentence."""
    attempts: tuple[Attempt, ...] = ()
    decisions: tuple[TakenDecision, ...] = ()
    results: tuple[ActionResult, ...] = ()
    replies: tuple[SentReply, ...] = ()
    steps: tuple[Step, ...] = ()
    outcome: Outcome | None = None
    satisfaction: Satisfaction | None = None
    requester_changed_at: AwareDatetime | None = None
    """When the ticket last got another requester."""
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
    answered: tuple[TicketId, ...] = ()
    """The customer's messages that were answered, or are with a person: history, and no request any more."""
    told: Entities = Entities()
    """What reviewers have told us over all runs: it outranks what is read."""
    unread: tuple[UnreadAttachment, ...] = ()
    """The files that earlier runs could not read: nobody tries again what cannot change."""
    spent: Decimal = Decimal(0)
    """US dollars that models have cost over all runs: the ceiling is the ticket's."""
    question: AskedQuestion | None = None
    """What a reviewer has asked the customer, as long as nobody has decided on the answer."""
    answered_by: str | None = None
    """The colleague who answered in the helpdesk as the last run came to its end."""
    replied_at: tuple[AwareDatetime, ...] = ()
    """When earlier runs last wrote to the customer, within an hour of this one."""
    undelivered: str | None = None
    """Why a reply of the last run never reached the customer, where that was heard as it came to its end."""
    requester_changed_at: AwareDatetime | None = None
    """When the ticket last got another requester: what is older changes nothing."""
    voided: tuple[VoidedRequest, ...] = ()
    """The requests of earlier passes that no decision counts for any more."""

    @property
    def to_read(self) -> Ticket:
        """The ticket without what was answered."""
        return self.ticket.without(self.answered)

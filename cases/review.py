"""The review: the wait for a person, what is shown and what may be decided."""

from enum import StrEnum
from typing import Annotated, Literal

from pydantic import AwareDatetime, Field, StringConstraints

from cases.action import ActionArguments, ProposedAction
from cases.classification import Entities, Team
from cases.draft import Draft
from cases.reason import Reason
from cases.record import Document, Record

Reviewer = Annotated[str, StringConstraints(min_length=1, max_length=100)]
"""Who decides: a name or an id of the team's own."""


class ReviewQueue(StrEnum):
    """Whose turn it is."""

    REVIEWERS = "reviewers"
    LEADS = "leads"


class _Decision(Document):
    request_id: str
    case_version: int
    reviewer: Reviewer
    shown: Annotated[str, StringConstraints(pattern=r"^([0-9a-f]{64})?$")] = ""
    """SHA-256, in hex, of what the reviewer saw; empty where a door shows nothing of its own."""
    undo_seconds: Annotated[int, Field(ge=0, le=60)] = 0
    """How long the sender may take it back before anything is done."""


class _Clearance(_Decision):
    beyond_limits: bool = False
    """Whether whoever decides, a lead, goes on although a limit on moved money is reached."""


class Approve(_Clearance):
    """Send the reply and take the actions, as proposed."""

    decision: Literal["approve"] = "approve"


class Edit(_Clearance):
    """Send another reply, and take the actions with other arguments if some are given: those need a reply that fits."""

    decision: Literal["edit"] = "edit"
    reply: Annotated[str, StringConstraints(min_length=1, max_length=10_000)] | None = None
    actions: tuple[ActionArguments, ...] | None = None


class RejectReason(StrEnum):
    """Why a proposal was turned down."""

    NOT_ELIGIBLE = "not_eligible"
    WRONG_ACTION = "wrong_action"
    WRONG_FACTS = "wrong_facts"
    TONE = "tone"
    SUSPECTED_FRAUD = "suspected_fraud"
    OTHER = "other"


class Reject(_Decision):
    """Do none of it; a person of the owning team answers."""

    decision: Literal["reject"] = "reject"
    reason: RejectReason
    comment: Annotated[str, StringConstraints(max_length=1_000)] = ""


class AskAgain(_Decision):
    """Start over with details the reviewer knows: only the look-ups they unblock are made."""

    decision: Literal["ask_again"] = "ask_again"
    details: Entities


class AskCustomer(_Decision):
    """Send the customer this one question, in the reviewer's words, and wait for the answer."""

    decision: Literal["ask_customer"] = "ask_customer"
    question: Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=2_000)]


class TakeOver(_Decision):
    """Stand back: this person answers in the helpdesk."""

    decision: Literal["take_over"] = "take_over"


Decision = Annotated[Approve | Edit | Reject | AskAgain | AskCustomer | TakeOver, Field(discriminator="decision")]
"""What a reviewer decided about one request."""


class DecisionReceipt(Record):
    """The answer to a decision: taken now, or the very same one taken before."""

    request_id: str
    already_taken: bool
    sentence: str
    undo_until: AwareDatetime | None = None
    """Until when its sender may take it back; None where it is carried out at once, or waits for a second approver."""


class TakenDecision(Record):
    """A decision that counted, and when."""

    decision: Decision
    at: AwareDatetime
    changes: str = ""
    """What an edit changed of the proposal, as a unified diff."""


class PendingDecision(TakenDecision):
    """A decision that is carried out at a moment to come, unless its sender takes it back before."""

    executes_at: AwareDatetime


class Claim(Record):
    """A lease: until it ends, nobody but this reviewer decides. Claiming again renews it."""

    reviewer: Reviewer
    until: AwareDatetime


class AskedQuestion(Record):
    """A question that a reviewer had sent to the customer, and what came back."""

    reviewer: Reviewer
    question: str
    answer: str = ""


class ReviewRequest(Record):
    """What a person is asked to clear.

    `id` is new in every pass through the case. `case_version` grows with what we are told, by the customer or by a
    reviewer who asks again: what was decided about an earlier one no longer counts.
    """

    id: str
    case_version: int
    team: Team
    draft: Draft
    other_draft: Draft | None = None
    """What a second model would have written, where two must agree."""
    actions: tuple[ProposedAction, ...]
    earlier: tuple[ProposedAction, ...] = ()
    """What was asked for before the customer answered a reviewer. An approval leaves it undone; an edit may name it."""
    reasons: Annotated[tuple[Reason, ...], Field(min_length=1)]
    leads_may_exceed: bool = False
    """Whether a limit on moved money is reached that a lead may exceed."""
    question: AskedQuestion | None = None
    """What a reviewer had asked before: the answer is theirs to read first."""
    requested_at: AwareDatetime
    due_at: AwareDatetime
    queue: ReviewQueue = ReviewQueue.REVIEWERS
    claim: Claim | None = None
    """Who looks at it, or looked at it last: a lease that has ended stands here until the next one."""
    approvals_needed: Annotated[int, Field(ge=1, le=2)] = 1
    """How many different people must clear it."""
    approvals_with_earlier: Annotated[int, Field(ge=1, le=2)] = 1
    """The same, where an edit takes up what was asked for earlier."""
    approvals: tuple[TakenDecision, ...] = ()
    """Who has cleared it while another must still do so."""
    pending: PendingDecision | None = None
    """What was decided, while it can still be taken back."""


class VoidedRequest(Record):
    """A request that no decision counts for any more, and what happened."""

    request_id: str
    why: str
    """As part of a sentence: `the ticket was given to another requester`."""


class ClaimRequest(Document):
    """Ask to be the one who decides, for the time the policy gives."""

    request_id: str
    case_version: int
    reviewer: Reviewer


class ReleaseRequest(Document):
    """Give a claim back before it ends."""

    request_id: str
    reviewer: Reviewer


class UndoRequest(Document):
    """Take one's own decision back, while nothing of it has been done."""

    request_id: str
    reviewer: Reviewer


class Reassign(Document):
    """Let another team decide."""

    request_id: str
    reviewer: Reviewer
    team: Team


class ReviewReceipt(Record):
    """The answer to what was asked of a review: how it stands now, in a sentence."""

    request_id: str
    sentence: str

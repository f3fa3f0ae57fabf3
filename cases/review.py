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
    reasons: Annotated[tuple[Reason, ...], Field(min_length=1)]
    requested_at: AwareDatetime
    due_at: AwareDatetime
    queue: ReviewQueue = ReviewQueue.REVIEWERS


class _Decision(Document):
    request_id: str
    case_version: int
    reviewer: Reviewer


class Approve(_Decision):
    """Send the reply and take the actions, as proposed."""

    decision: Literal["approve"] = "approve"


class Edit(_Decision):
    """Send another reply, or take the actions with other arguments; what is not given stays as proposed."""

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


class TakeOver(_Decision):
    """Stand back: this person answers in the helpdesk."""

    decision: Literal["take_over"] = "take_over"


Decision = Annotated[Approve | Edit | Reject | AskAgain | TakeOver, Field(discriminator="decision")]
"""What a reviewer decided about one request."""


class DecisionReceipt(Record):
    """The answer to a decision: taken now, or the very same one taken before."""

    request_id: str
    already_taken: bool
    sentence: str


class TakenDecision(Record):
    """A decision that counted, and when."""

    decision: Decision
    at: AwareDatetime

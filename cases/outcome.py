"""How a case ended, and what came after."""

from enum import StrEnum
from typing import Annotated

from pydantic import AwareDatetime, Field

from cases.reason import Reason
from cases.record import Document, Record


class OutcomeKind(StrEnum):
    """How a case ended. A model, a tool or a helpdesk that failed is never the end of it."""

    RESOLVED = "resolved"
    """Answered without a person."""
    RESOLVED_AFTER_REVIEW = "resolved_after_review"
    """Answered as a person cleared it."""
    HANDED_OVER = "handed_over"
    """A person of the owning team has it, with all that was found."""
    TAKEN_OVER = "taken_over"
    """A reviewer answers it."""
    NO_ANSWER = "no_answer"
    """The customer was asked and did not answer in time."""
    WITHDRAWN = "withdrawn"
    """Nobody is to be answered: the ticket or all the customer said was deleted, or it is spam."""
    ENDED_BY_OPS = "ended_by_ops"
    """Ops ended the workflow in Temporal, and it could not end by itself."""
    MACHINE_MAIL = "machine_mail"
    """A machine wrote it: nobody was answered, and nobody's time was taken."""


class Outcome(Record):
    """How a case ended, why, and when."""

    kind: OutcomeKind
    reason: Reason
    at: AwareDatetime
    audit_sample: bool = False
    """Drawn for the audit of what went out by itself."""
    sample_rate: Annotated[float, Field(ge=0, le=1)] = 0.0
    """The known probability with which it could have been drawn."""


class Satisfaction(Document):
    """The customer's own mark, 1 to 5."""

    score: Annotated[int, Field(ge=1, le=5)]
    comment: Annotated[str, Field(max_length=2_000)] = ""
    at: AwareDatetime


class Reopening(Document):
    """The helpdesk's word that a ticket was opened again, without a new message."""

    at: AwareDatetime


class Stage(StrEnum):
    """Where a case is now: one word for lists and search."""

    RECEIVED = "received"
    WORKING = "working"
    WAITING_FOR_CUSTOMER = "waiting_for_customer"
    WAITING_FOR_REVIEW = "waiting_for_review"
    WAITING_FOR_HELPDESK = "waiting_for_helpdesk"
    """The helpdesk no longer lets us in: ops must give us another key."""
    ACTING = "acting"
    FOLLOW_UP = "follow_up"
    CLOSED = "closed"

"""What a demo ticket is: the ticket, what the customer writes later, and what a reviewer does."""

from enum import StrEnum
from typing import Annotated, Literal

from pydantic import Field, StringConstraints

from cases.record import Document, Record
from cases.review import RejectReason
from cases.ticket import Ticket, TicketId

Text = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1)]
"""What somebody writes, in as many lines as they like."""

Line = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=200, pattern=r"^[^\n]+$")]
"""One line for a person."""


class Moment(StrEnum):
    """When a customer writes again."""

    ASKED = "asked"
    """After a question was put to the customer."""
    ANSWERED = "answered"
    """After the reply: a repeat contact, or thanks."""


class FollowUp(Record):
    """What the customer writes later."""

    id: TicketId
    when: Moment
    text: Text


class ApproveIt(Document):
    """The reviewer sends what is proposed."""

    does: Literal["approve"] = "approve"


class EditIt(Document):
    """The reviewer sends another reply."""

    does: Literal["edit"]
    reply: Text


class RejectIt(Document):
    """The reviewer turns the proposal down."""

    does: Literal["reject"]
    reason: RejectReason
    comment: str = ""


class TakeItOver(Document):
    """The reviewer answers in the helpdesk."""

    does: Literal["take_over"]


class AskAgainWith(Document):
    """The reviewer knows the orders that are meant."""

    does: Literal["ask_again"]
    order_ids: Annotated[tuple[str, ...], Field(min_length=1)]


ReviewerScript = Annotated[
    ApproveIt | EditIt | RejectIt | TakeItOver | AskAgainWith,
    Field(discriminator="does"),
]
"""What a scripted reviewer does if the case comes to review."""


class DemoTicket(Record):
    """A ticket and the story around it."""

    ticket: Ticket
    about: Line
    """What makes it interesting."""
    expect: Line
    """How it should end."""
    follow_up: tuple[FollowUp, ...] = ()
    reviewer: ReviewerScript = ApproveIt()
    absent_orders: tuple[str, ...] = ()
    """Orders the customer names that the shop does not have, on purpose."""

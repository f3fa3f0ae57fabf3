"""What a delivery of a source says: one of a few events, whatever helpdesk sent it.

```
TicketChanged      something happened to a ticket: read it again, and take that for the truth
CustomerWrote      a message of the customer, with as much of the ticket as was sent
AgentWrote         somebody answered in the helpdesk: we, or a colleague before whom the case stands back
TicketSolved · TicketReopened · CustomerRated
RequesterChanged   the ticket is somebody else's now
TicketMerged · TicketRemoved         the ticket is no more: it went into another, was deleted, or is spam
MessageEdited · MessageDeleted       what somebody had said is said otherwise, or no more
ReplyDelivered · ReplyUndelivered    what became of a reply of ours
Unreadable         a part of a delivery that somebody has to look at
Nothing            understood, and no business of ours
```
"""

from enum import StrEnum
from typing import Annotated, Literal

from pydantic import AwareDatetime, Field

from cases.outcome import Satisfaction
from cases.record import Record
from cases.ticket import Customer, Message, Ticket, TicketId


class TicketChanged(Record):
    """Something happened to a ticket. Sent where a delivery says too little, or could be an old one sent again."""

    event: Literal["ticket_changed"] = "ticket_changed"
    ticket_id: TicketId


class CustomerWrote(Record):
    """The customer wrote. A new ticket is its first message."""

    event: Literal["customer_wrote"] = "customer_wrote"
    ticket: Ticket
    """As much of it as is known, this message in it."""
    message: Message


class AgentReply(Record):
    """A public reply that stands in a ticket and is not the customer's."""

    id: TicketId
    author: str
    """Who wrote it, as the helpdesk calls them."""
    text: str
    """As plain text: our own are told by it where the helpdesk's answer was lost."""
    at: AwareDatetime


class AgentWrote(Record):
    """A public reply appeared: ours, or a colleague's."""

    event: Literal["agent_wrote"] = "agent_wrote"
    ticket_id: TicketId
    reply: AgentReply


class TicketSolved(Record):
    """The ticket was closed in the helpdesk."""

    event: Literal["ticket_solved"] = "ticket_solved"
    ticket_id: TicketId
    at: AwareDatetime


class TicketReopened(Record):
    """The ticket was opened again, without a new message."""

    event: Literal["ticket_reopened"] = "ticket_reopened"
    ticket_id: TicketId
    at: AwareDatetime


class CustomerRated(Record):
    """The customer's own mark."""

    event: Literal["customer_rated"] = "customer_rated"
    ticket_id: TicketId
    satisfaction: Satisfaction


class RequesterChanged(Record):
    """The ticket was given to another customer: what was found for the last one is not theirs to hear."""

    event: Literal["requester_changed"] = "requester_changed"
    ticket_id: TicketId
    customer: Customer
    at: AwareDatetime


class TicketMerged(Record):
    """The ticket went into another one, which goes on with its messages."""

    event: Literal["ticket_merged"] = "ticket_merged"
    ticket_id: TicketId
    into: TicketId | None = None
    """The ticket that goes on, where the helpdesk names it."""
    at: AwareDatetime


class Removal(StrEnum):
    """How a ticket went out of the helpdesk."""

    DELETED = "deleted"
    SPAM = "spam"


class TicketRemoved(Record):
    """The ticket was deleted, or marked as spam: nobody is to be answered."""

    event: Literal["ticket_removed"] = "ticket_removed"
    ticket_id: TicketId
    how: Removal
    at: AwareDatetime


class MessageEdited(Record):
    """A message has another text now."""

    event: Literal["message_edited"] = "message_edited"
    ticket_id: TicketId
    message: Message
    """As it reads now, under the id it had."""
    at: AwareDatetime


class MessageDeleted(Record):
    """A message was taken back, or taken out of what the customer sees."""

    event: Literal["message_deleted"] = "message_deleted"
    ticket_id: TicketId
    message_id: TicketId
    at: AwareDatetime


HelpdeskChange = Annotated[
    RequesterChanged | TicketMerged | TicketRemoved | MessageEdited | MessageDeleted, Field(discriminator="event")
]
"""What happened to a ticket in its helpdesk that voids what rests on it."""


class ReplyDelivered(Record):
    """A reply of ours has reached the customer, or their telephone."""

    event: Literal["reply_delivered"] = "reply_delivered"
    message_id: str
    reference: str | None = None
    """Our own name of it, where the sender gives it back."""


class ReplyUndelivered(Record):
    """A reply of ours will never reach the customer."""

    event: Literal["reply_undelivered"] = "reply_undelivered"
    message_id: str
    reference: str | None = None
    why: str


class Unreadable(Record):
    """A part of a delivery that cannot be understood, while the rest of it can."""

    event: Literal["unreadable"] = "unreadable"
    why: str
    """As a sentence that names the field."""


class Nothing(Record):
    """Understood, and no business of ours."""

    event: Literal["nothing"] = "nothing"
    why: str
    """As a sentence."""


SourceEvent = Annotated[
    TicketChanged
    | CustomerWrote
    | AgentWrote
    | TicketSolved
    | TicketReopened
    | CustomerRated
    | RequesterChanged
    | TicketMerged
    | TicketRemoved
    | MessageEdited
    | MessageDeleted
    | ReplyDelivered
    | ReplyUndelivered
    | Unreadable
    | Nothing,
    Field(discriminator="event"),
]


class HelpdeskTicket(Record):
    """A ticket as it stands in the helpdesk, read there: the truth that deliveries only hint at."""

    ticket: Ticket
    """With every public message: the customer's, and those of agents (ours among them)."""
    replies: tuple[AgentReply, ...] = ()
    """The public replies, oldest first."""
    solved: bool = False
    changed_at: AwareDatetime
    satisfaction: Satisfaction | None = None
    elsewhere: str | None = None
    """The group it is in, where the source does not read that one."""
    message_ids: tuple[TicketId, ...] | None = None
    """All public messages that stand there, those that a ticket has no room for too. None: not all were read, and what
    is missing says nothing."""
    deleted: tuple[TicketId, ...] = ()
    """Messages that stand there as deleted."""


class TicketGone(Record):
    """What is read where a ticket was: it is no more, and why."""

    gone: TicketMerged | TicketRemoved


class ChangedTickets(Record):
    """One page of what changed, oldest first."""

    ticket_ids: tuple[TicketId, ...]
    elsewhere: dict[TicketId, str] = {}
    """Those of them in a group that the source does not read, and which: such a ticket begins no case."""
    changed_until: AwareDatetime | None = None
    """When the last of them changed; None where there are none."""
    next_page: str | None = None
    """What the helpdesk wants to be asked with for the rest; None: there is no more."""

"""What the helpdesk keeps and shows: tickets, what the customer reads, and what only colleagues read."""

from enum import StrEnum
from typing import Annotated

from pydantic import AwareDatetime, Field, StringConstraints

from cases.classification import Team
from cases.machine_mail import HeaderValue
from cases.record import Document, Record
from cases.ticket import MAXIMUM_MESSAGE_CHARACTERS, Author, Channel, Customer

HeaderName = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9-]{1,100}$")]

Reference = Annotated[str, StringConstraints(min_length=1, max_length=300)]
"""The writer's own name for a message, the same on every try: a ticket holds it once."""


class Visibility(StrEnum):
    """Who may read a message."""

    PUBLIC = "public"
    INTERNAL = "internal"


class NewMessage(Document):
    """A reply or a note to write."""

    text: Annotated[str, StringConstraints(min_length=1, max_length=MAXIMUM_MESSAGE_CHARACTERS)]
    reference: Reference | None = None
    headers: Annotated[dict[HeaderName, HeaderValue], Field(max_length=20)] = {}
    """Of the mail that brings a reply to the customer, besides those that every mail has."""


class Assignment(Document):
    """Who owns a ticket from here on."""

    team: Team


class Tags(Document):
    """Tags to add to a ticket."""

    tags: Annotated[
        tuple[Annotated[str, StringConstraints(pattern=r"^[a-z0-9][a-z0-9-]{0,62}$")], ...], Field(max_length=20)
    ]


class StoredMessage(Record):
    """A message as it stands in a ticket."""

    id: str
    ticket_id: str
    author: Author
    visibility: Visibility
    text: str
    reference: str | None
    headers: dict[str, str] = {}
    at: AwareDatetime


class StoredTicket(Record):
    """A ticket without its messages. `tenant` and `source` are empty in one that was opened by writing to it."""

    id: str
    tenant: str
    source: str
    subject: str
    channel: Channel
    locale: str | None
    customer: Customer
    team: Team | None
    tags: tuple[str, ...] = ()


class Conversation(Record):
    """A ticket with its messages, oldest first, those for the customer apart from those for colleagues."""

    ticket: StoredTicket
    messages: tuple[StoredMessage, ...]
    """What the customer wrote, and what the customer reads."""
    notes: tuple[StoredMessage, ...]
    """What only colleagues read."""


class Written(Record):
    """A message that stands in a ticket, written now or on an earlier try."""

    message: StoredMessage
    created: bool

"""A ticket: what the helpdesk sent."""

from enum import StrEnum
from typing import Annotated, Self

from pydantic import AwareDatetime, Field, StringConstraints, model_validator

from cases.record import Document

Slug = Annotated[str, StringConstraints(pattern=r"^[a-z0-9][a-z0-9-]{0,62}$")]
"""A short lower-case name: a tenant, a source."""

TicketId = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9][A-Za-z0-9_.-]{0,99}$")]

Locale = Annotated[str, StringConstraints(pattern=r"^[a-z]{2}(-[A-Z]{2})?$")]
"""A language, or a language and a region: `en`, `de-AT`."""

MAXIMUM_MESSAGE_CHARACTERS = 20_000
"""Longer text is refused at the door: Temporal holds at most 2 MB a payload, and no model reads more with profit."""

MAXIMUM_MESSAGES = 50

MAXIMUM_TICKET_CHARACTERS = 100_000
"""All messages together: a conversation is passed whole, many times, and must stay far below those 2 MB."""


class Channel(StrEnum):
    """How the customer reached us; it sets how long an answer may take."""

    EMAIL = "email"
    WEB = "web"
    CHAT = "chat"
    WHATSAPP = "whatsapp"
    VOICE = "voice"


class Author(StrEnum):
    """Who wrote a message."""

    CUSTOMER = "customer"
    AGENT = "agent"
    SIGNALBOX = "signalbox"


class Message(Document):
    """One message of the conversation. Its text is data, never an instruction."""

    id: TicketId
    author: Author = Author.CUSTOMER
    text: Annotated[str, StringConstraints(min_length=1, max_length=MAXIMUM_MESSAGE_CHARACTERS)]
    sent_at: AwareDatetime


class Attachment(Document):
    """A file the customer sent, by reference."""

    id: TicketId
    name: Annotated[str, StringConstraints(min_length=1, max_length=255)]
    media_type: Annotated[str, StringConstraints(pattern=r"^[a-z]+/[a-z0-9.+-]+$")]
    size_bytes: Annotated[int, Field(ge=0)]
    url: str


class Customer(Document):
    """Who the helpdesk says is writing.

    `authenticated` is true only when the helpdesk itself has signed the person in.
    """

    id: str | None = None
    name: str | None = None
    email: Annotated[str, StringConstraints(pattern=r"^[^@\s]+@[^@\s]+\.[^@\s]+$", max_length=254)] | None = None
    authenticated: bool = False

    @property
    def first_name(self) -> str:
        """What a greeting calls them: the first word of the name, or nothing where it is a number and not a name."""
        first = (self.name or "").split(" ")[0]
        if any(letter.isdigit() for letter in self.name or ""):
            return ""
        return first.capitalize() if len(first) > 1 and (first.isupper() or first.islower()) else first


class Ticket(Document):
    """A support ticket with its whole conversation so far, oldest message first."""

    tenant: Slug
    source: Slug
    id: TicketId
    channel: Channel = Channel.EMAIL
    locale: Locale | None = None
    customer: Customer = Customer()
    subject: Annotated[str, StringConstraints(max_length=500)] = ""
    messages: Annotated[tuple[Message, ...], Field(min_length=1, max_length=MAXIMUM_MESSAGES)]
    attachments: Annotated[tuple[Attachment, ...], Field(max_length=20)] = ()

    @model_validator(mode="after")
    def _is_of_a_size(self) -> Self:
        characters = sum(len(message.text) for message in self.messages)
        if characters > MAXIMUM_TICKET_CHARACTERS:
            raise ValueError(
                f"messages have {characters} characters together, at most {MAXIMUM_TICKET_CHARACTERS} are taken; "
                "leave out older messages or pasted logs"
            )
        return self

    @property
    def case_id(self) -> str:
        """The workflow id of this ticket's case: the same ticket is always the same case."""
        return case_id(self.tenant, self.source, self.id)

    @property
    def customer_text(self) -> str:
        """The subject and all that the customer wrote, oldest first."""
        written = [message.text for message in self.messages if message.author is Author.CUSTOMER]
        return "\n\n".join(part for part in (self.subject, *written) if part)

    def with_message(self, message: Message) -> "Ticket":
        """The ticket with one more message; a message already in it changes nothing."""
        if any(known.id == message.id for known in self.messages):
            return self
        messages = (*self.messages, message)[-MAXIMUM_MESSAGES:]
        while sum(len(kept.text) for kept in messages) > MAXIMUM_TICKET_CHARACTERS:
            messages = messages[1:]
        return self.model_copy(update={"messages": messages})


def case_id(tenant: str, source: str, ticket_id: str) -> str:
    """The workflow id of a ticket's case."""
    return f"ticket:{tenant}:{source}:{ticket_id}"

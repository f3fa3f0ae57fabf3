"""The bodies that we define ourselves, for whoever sends by the Standard Webhooks specification.

`docs/standard-webhooks.md` shows a whole example of each. Ids, times and names of kinds must be right; what a customer
did is fitted in.
"""

from typing import Annotated

from pydantic import AwareDatetime, Field

from cases.outcome import Satisfaction
from cases.record import Record
from cases.source import Source
from cases.source_event import AgentReply
from cases.ticket import (
    MAXIMUM_ATTACHMENT_WORDS,
    Attachment,
    Author,
    Channel,
    Customer,
    Message,
    Ticket,
    TicketId,
    Writer,
)
from integrations.markup.mail import SentText
from integrations.sources.reading import (
    MAXIMUM_FILES,
    file_sent,
    fitting_email,
    fitting_headers,
    fitting_locale,
    fitting_subject,
    fitting_text,
    fitting_words,
    fitting_writer,
    with_room_for_all,
)

MAXIMUM_TICKET_FILES = 20
MAXIMUM_COMMENT = 2_000


class Envelope(Record):
    """What every body has."""

    type: str
    timestamp: AwareDatetime
    """When it happened."""


class SentFile(Record):
    """A file, by its address."""

    id: TicketId
    name: str | None = None
    media_type: str | None = None
    size_bytes: Annotated[int, Field(ge=0)] = 0
    url: Annotated[str, Field(min_length=1)]
    words: str | None = None
    """What stands or is said in it, where the sender knows."""

    def as_ours(self) -> Attachment:
        """As a ticket has it."""
        file = file_sent(self.id, self.url, self.media_type, self.name, self.size_bytes)
        words = self.words.replace("\0", "")[:MAXIMUM_ATTACHMENT_WORDS] if self.words is not None else None
        return file.model_copy(update={"words": words})


class SentWriter(Record):
    """Who wrote one message."""

    id: str | None = None
    name: str | None = None
    email: str | None = None

    def as_ours(self) -> Writer | None:
        """As a message has it."""
        return fitting_writer(self.id, self.name, self.email)


class SentMessage(Record):
    """A public message."""

    id: TicketId
    author: Author = Author.CUSTOMER
    written_by: SentWriter | None = None
    text: str
    sent_at: AwareDatetime
    attachments: tuple[SentFile, ...] = ()
    headers: dict[str, object] = {}
    """Of the mail it came as, by their names there; those that we do not read are left out."""
    automatic: bool | None = None
    """The sender's own word that a machine wrote it."""

    def as_ours(self) -> Message:
        """As a ticket has it."""
        said = fitting_words(SentText(text=self.text))
        return Message(
            id=self.id,
            author=self.author,
            written_by=self.written_by.as_ours() if self.written_by else None,
            text=said.text,
            hidden=said.hidden,
            left_out=said.left_out,
            sent_at=self.sent_at,
            attachments=tuple(file.as_ours() for file in self.attachments[:MAXIMUM_FILES]),
            headers=fitting_headers(self.headers),
            automatic=self.automatic,
        )


class SentCustomer(Record):
    """Who is writing."""

    id: str | None = None
    """Their id in the shop."""
    contact_id: str | None = None
    """The sender's own id of them, where that is another one."""
    name: str | None = None
    email: str | None = None
    authenticated: bool = False

    @property
    def writer(self) -> Writer | None:
        """The same as who wrote a message, where enough is said to know them again."""
        number = self.contact_id or self.id
        return fitting_writer(number, self.name, self.email) if number or self.email else None

    def as_ours(self) -> Customer:
        """As a ticket has it."""
        given = (("id", self.id), ("contact_id", self.contact_id), ("name", self.name))
        told = {key: value.replace("\0", "") for key, value in given if value}
        email = fitting_email(self.email)
        return Customer(**told, email=email, authenticated=self.authenticated)


class AboutTicket(Record):
    """What is said of a ticket besides its messages."""

    channel: Channel = Channel.EMAIL
    locale: str | None = None
    customer: SentCustomer = SentCustomer()
    subject: str = ""
    attachments: tuple[SentFile, ...] = ()

    def as_ticket(self, source: Source, ticket_id: TicketId, messages: tuple[Message, ...]) -> Ticket:
        """A ticket with these messages, at least one."""
        ticket = Ticket(
            tenant=source.tenant,
            source=source.name,
            id=ticket_id,
            channel=self.channel,
            locale=fitting_locale(self.locale),
            customer=self.customer.as_ours(),
            subject=fitting_subject(self.subject),
            messages=messages[:1],
            attachments=tuple(file.as_ours() for file in self.attachments[:MAXIMUM_TICKET_FILES]),
        )
        return with_room_for_all(ticket, messages)


class NewTicket(AboutTicket):
    """`data` of `ticket.created`."""

    id: TicketId
    messages: Annotated[tuple[SentMessage, ...], Field(min_length=1)]


class NewMessage(AboutTicket):
    """`data` of `message.created`: of the ticket, whatever the sender has at hand."""

    ticket_id: TicketId
    message: SentMessage


class SentReply(Record):
    """A public reply of a person."""

    id: TicketId
    author: str = "an agent"
    text: str
    at: AwareDatetime

    def as_ours(self) -> AgentReply:
        """As an event has it."""
        return AgentReply(id=self.id, author=self.author, text=fitting_text(self.text), at=self.at)


class NewReply(Record):
    """`data` of `agent.replied`."""

    ticket_id: TicketId
    reply: SentReply


class OfTicket(Record):
    """`data` of `ticket.solved`, `ticket.reopened`, `ticket.deleted` and `ticket.spam`."""

    ticket_id: TicketId


class NewRequester(OfTicket):
    """`data` of `ticket.requester_changed`."""

    customer: SentCustomer


class Merged(OfTicket):
    """`data` of `ticket.merged`."""

    into: TicketId | None = None


class OfMessage(OfTicket):
    """`data` of `message.deleted`."""

    message_id: TicketId


class EditedMessage(OfTicket):
    """`data` of `message.edited`."""

    message: SentMessage


class NewRating(OfTicket):
    """`data` of `ticket.rated`."""

    score: Annotated[int, Field(ge=1, le=5)]
    comment: str = ""

    def as_satisfaction(self, at: AwareDatetime) -> Satisfaction:
        """As an event has it."""
        return Satisfaction(score=self.score, comment=self.comment.replace("\0", "")[:MAXIMUM_COMMENT], at=at)


class TicketCreated(Envelope):
    """The whole body."""

    data: NewTicket


class MessageCreated(Envelope):
    """The whole body."""

    data: NewMessage


class AgentReplied(Envelope):
    """The whole body."""

    data: NewReply


class TicketMoved(Envelope):
    """The whole body."""

    data: OfTicket


class TicketRated(Envelope):
    """The whole body."""

    data: NewRating


class RequesterIsAnother(Envelope):
    """The whole body."""

    data: NewRequester


class TicketWasMerged(Envelope):
    """The whole body."""

    data: Merged


class MessageIsGone(Envelope):
    """The whole body."""

    data: OfMessage


class MessageIsAnother(Envelope):
    """The whole body."""

    data: EditedMessage

"""What Chatwoot sends and answers, as far as we read it, and what it is in our words.

Of an incoming mail Chatwoot keeps its sender, subject, type and references, and its own word whether a machine sent it.
A webhook names kinds of messages by words and writes times as ISO; the API numbers them and counts seconds.
"""

from datetime import datetime
from typing import Annotated, Literal

from pydantic import AwareDatetime, BeforeValidator, Field, TypeAdapter

from cases.machine_mail import MailHeaders
from cases.outcome import Satisfaction
from cases.record import Record
from cases.source import Source
from cases.source_event import AgentReply
from cases.ticket import Attachment, Author, Channel, Customer, Message, Ticket, TicketId, Writer
from integrations.markup.mail import SentText, read_markup
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
)

CHANNELS = {
    "Channel::Email": Channel.EMAIL,
    "Channel::Api": Channel.WEB,
    "Channel::Whatsapp": Channel.WHATSAPP,
    "Channel::Voice": Channel.VOICE,
}
"""By what Chatwoot calls the kind of an inbox. All others (web widget, Telegram, SMS …) are chats."""

MESSAGE_TYPES = ("incoming", "outgoing", "activity", "template")
"""In the order of their numbers in the API."""

PENDING = "pending"
"""The status of a conversation that waits for its bot; people look at those that are open."""

USUAL_KINDS = {"image": "image/jpeg", "audio": "audio/ogg", "video": "video/mp4"}
"""What a file is where its name does not say."""


_ANYTHING = TypeAdapter(list[object])


def _named(kind: object) -> object:
    return MESSAGE_TYPES[kind] if isinstance(kind, int) and 0 <= kind < len(MESSAGE_TYPES) else kind


def _as_text(number: object) -> object:
    return str(number) if isinstance(number, int) else number


def _addresses(said: object) -> object:
    """Some versions write one address, some a list; what is neither spoils no message."""
    if isinstance(said, str):
        return (said,)
    return (
        tuple(one for one in _ANYTHING.validate_python(said) if isinstance(one, str)) if isinstance(said, list) else ()
    )


MessageType = Annotated[Literal["incoming", "outgoing", "activity", "template"], BeforeValidator(_named)]
Number = Annotated[TicketId, BeforeValidator(_as_text)]
"""An id. Chatwoot counts; we keep no numbers that nobody reckons with."""


class Sender(Record):
    """Who wrote: a contact, an agent (`user`) or a bot. Webhooks give contacts no type."""

    id: Number | None = None
    identifier: Annotated[str | None, BeforeValidator(_as_text)] = None
    """The website's own id of a contact. Anybody can claim one, unless the website proves it with an HMAC."""
    name: str | None = None
    email: str | None = None
    type: str | None = None


class Rating(Record):
    """The answer to a survey."""

    rating: Annotated[int, Field(ge=1, le=5)]
    feedback_message: str | None = None


class Submitted(Record):
    """What a customer filled in."""

    csat_survey_response: Rating | None = None


class MailBody(Record):
    """An e-mail's HTML. Chatwoot shows what it takes for the reply; `full` is the mail as it came."""

    full: str | None = None


class MailHead(Record):
    """What is kept of an e-mail."""

    html_content: MailBody | None = None
    subject: str | None = None
    from_: Annotated[tuple[str, ...], Field(alias="from"), BeforeValidator(_addresses)] = ()
    """Whom it says it is from, or wants the answer to go to."""
    content_type: object = None
    in_reply_to: object = None
    references: Annotated[tuple[str, ...], BeforeValidator(_addresses)] = ()
    auto_reply: object = None
    """Chatwoot's own word, by the headers of the mail: true where a machine sent it."""

    @property
    def headers(self) -> MailHeaders | None:
        """As a message has them."""
        return fitting_headers(
            {
                "from": next(iter(self.from_), None),
                "subject": self.subject,
                "content_type": self.content_type,
                "in_reply_to": self.in_reply_to,
                "references": " ".join(self.references) or None,
            }
        )


class ContentAttributes(Record):
    """What a message says besides its text."""

    submitted_values: Submitted | list[object] | None = None
    email: MailHead | None = None
    deleted: bool | None = None

    @property
    def rating(self) -> Rating | None:
        """The mark given, where one is."""
        values = self.submitted_values
        return values.csat_survey_response if isinstance(values, Submitted) else None


class File(Record):
    """A file of a message. Locations and contact cards have no address."""

    id: Number
    file_type: str | None = None
    data_url: str | None = None
    file_size: int | None = None

    def as_ours(self) -> Attachment | None:
        """The file by its address; None where it has none."""
        if not self.data_url:
            return None
        file = file_sent(self.id, self.data_url, size_bytes=self.file_size)
        usual = USUAL_KINDS.get(self.file_type or "")
        told = usual is not None and file.media_type.partition("/")[0] != self.file_type
        return file.model_copy(update={"media_type": usual}) if told else file


class Words(Record):
    """A message, as a webhook and the API both give it."""

    id: Number
    content: str | None = None
    message_type: MessageType
    content_type: str | None = None
    content_attributes: ContentAttributes | None = None
    private: bool = False
    created_at: AwareDatetime
    updated_at: AwareDatetime | None = None
    sender: Sender | None = None
    attachments: tuple[File, ...] = ()

    @property
    def is_public(self) -> bool:
        """Whether the customer sees it, and somebody wrote it."""
        return not self.private and self.message_type in ("incoming", "outgoing") and not self.is_deleted

    @property
    def by_an_agent(self) -> bool:
        """Whether a person's account wrote it: no bot, and no automation, which has no sender."""
        return self.message_type == "outgoing" and self.sender is not None and self.sender.type == "user"

    @property
    def mail_subject(self) -> str | None:
        """The subject of the e-mail that it came as."""
        head = self.content_attributes.email if self.content_attributes else None
        return head.subject if head else None

    @property
    def sent(self) -> SentText:
        """What it says: of an e-mail the HTML, whose markup tells new words from old ones and hides nothing from us."""
        head = self.content_attributes.email if self.content_attributes else None
        markup = head.html_content.full if head and head.html_content else None
        return read_markup(markup) if markup else SentText(text=self.content or "")

    @property
    def writer(self) -> Writer | None:
        """Which customer wrote it.

        Chatwoot gives every mail of a conversation the same contact, whoever it is from: who answered in copy stands
        in the mail's head alone.
        """
        sender = self.sender or Sender()
        head = self.content_attributes.email if self.content_attributes else None
        address = next(iter(head.from_), None) if head else None
        if address is not None and address.lower() != (sender.email or "").lower():
            return fitting_writer(None, None, address)
        return fitting_writer(sender.id, sender.name, sender.email)

    @property
    def is_deleted(self) -> bool:
        """Whether somebody deleted it. Chatwoot keeps the message, with words of its own."""
        return bool(self.content_attributes and self.content_attributes.deleted)

    def as_message(self) -> Message:
        """As a message of a ticket."""
        files = tuple(file for sent in self.attachments if (file := sent.as_ours()))[:MAXIMUM_FILES]
        said = fitting_words(self.sent if self.message_type == "incoming" else SentText(text=self.content or ""))
        head = self.content_attributes.email if self.content_attributes else None
        return Message(
            id=self.id,
            author=Author.CUSTOMER if self.message_type == "incoming" else Author.AGENT,
            written_by=self.writer if self.message_type == "incoming" else None,
            text=said.text,
            parts=said.parts,
            hidden=said.hidden,
            left_out=said.left_out,
            sent_at=self.created_at,
            attachments=files,
            headers=head.headers if head else None,
            automatic=True if head and head.auto_reply is True else None,
        )

    def as_reply(self) -> AgentReply:
        """As a public reply."""
        author = self.sender.name if self.sender and self.sender.name else "an agent"
        return AgentReply(id=self.id, author=author, text=fitting_text(self.content or ""), at=self.created_at)

    def as_satisfaction(self, at: datetime) -> Satisfaction | None:
        """The mark given in a survey; None for any other message."""
        rating = self.content_attributes.rating if self.content_attributes else None
        if self.content_type != "input_csat" or rating is None:
            return None
        return Satisfaction(score=rating.rating, comment=(rating.feedback_message or "")[:2_000], at=at)


class Browser(Record):
    """What the web widget knows of a visitor's browser."""

    browser_language: str | None = None


class AdditionalAttributes(Record):
    """What a channel adds to a conversation."""

    mail_subject: str | None = None
    browser: Browser | None = None


class Meta(Record):
    """Who a conversation is with, and where."""

    sender: Sender | None = None
    channel: str | None = None
    hmac_verified: bool | None = None


class Talk(Record):
    """A conversation, as a webhook and the API both give it; its id is the one that agents see."""

    id: Number
    status: str | None = None
    channel: str | None = None
    meta: Meta | None = None
    additional_attributes: AdditionalAttributes | None = None
    updated_at: AwareDatetime | None = None
    last_activity_at: AwareDatetime | None = None

    @property
    def changed_at(self) -> datetime | None:
        """When it last changed, as far as this version of Chatwoot says."""
        return max((at for at in (self.updated_at, self.last_activity_at) if at is not None), default=None)

    def as_ticket(self, source: Source, messages: tuple[Message, ...], subject: str | None = None) -> Ticket:
        """As a ticket with these messages, at least one."""
        meta = self.meta or Meta()
        added = self.additional_attributes or AdditionalAttributes()
        language = added.browser.browser_language if added.browser else None
        return Ticket(
            tenant=source.tenant,
            source=source.name,
            id=self.id,
            channel=CHANNELS.get(self.channel or meta.channel or "", Channel.CHAT),
            locale=fitting_locale(language),
            customer=customer(meta),
            subject=fitting_subject(added.mail_subject or subject or ""),
            messages=messages,
        )


def customer(meta: Meta) -> Customer:
    """Who is writing. Chatwoot calls them verified where the website signed them in and proved it with an HMAC.

    What the website proved is the `identifier`; the contact's own number is Chatwoot's, and nobody else's.
    """
    sender = meta.sender or Sender()
    proven = sender.identifier if meta.hmac_verified else None
    return Customer(
        id=(proven or "").replace("\0", "").strip() or None,
        contact_id=sender.id,
        name=(sender.name or "").replace("\0", "") or None,
        email=fitting_email(sender.email),
        authenticated=bool(meta.hmac_verified),
    )

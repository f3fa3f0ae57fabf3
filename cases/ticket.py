"""A ticket: what the helpdesk sent."""

import re
from collections.abc import Collection, Mapping
from datetime import datetime
from enum import StrEnum
from typing import Annotated, Self

from pydantic import (
    AwareDatetime,
    Field,
    StringConstraints,
    ValidationInfo,
    field_validator,
    model_validator,
)
from pydantic_core import PydanticKnownError

from cases.machine_mail import MachineMail, MailHeaders
from cases.message_part import MessagePart, PartKind
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
"""All messages together, with what stands in their attachments: a conversation is passed whole, many times, and must
stay far below those 2 MB."""

MAXIMUM_ATTACHMENT_WORDS = 2_500
"""Characters of what stands in one file. The newest message and all files together stay under the ticket's limit, so
that older messages alone make room."""


MAXIMUM_HIDDEN_CHARACTERS = 2_000
"""Of what stands in a message and nobody sees."""


class Channel(StrEnum):
    """How the customer reached us; it sets how long an answer may take."""

    EMAIL = "email"
    WEB = "web"
    CHAT = "chat"
    WHATSAPP = "whatsapp"
    VOICE = "voice"


MAIL = frozenset({Channel.EMAIL, Channel.WEB})
"""Where machines write too. Some helpdesks call mail `web` that a form or an API brought."""


class Author(StrEnum):
    """Who wrote a message."""

    CUSTOMER = "customer"
    AGENT = "agent"
    SIGNALBOX = "signalbox"


class Medium(StrEnum):
    """What a file must be given to: somebody who sees, somebody who hears, or nobody we have."""

    PICTURE = "picture"
    RECORDING = "recording"
    OTHER = "file"


class Attachment(Document):
    """A file the customer sent, by reference: its bytes never enter a case."""

    id: TicketId
    name: Annotated[str, StringConstraints(min_length=1, max_length=255)]
    media_type: Annotated[str, StringConstraints(pattern=r"^[a-z]+/[a-z0-9.+-]+$")]
    size_bytes: Annotated[int, Field(ge=0)]
    """As the helpdesk says; 0 where it does not know."""
    url: str
    words: Annotated[str, StringConstraints(max_length=MAXIMUM_ATTACHMENT_WORDS)] | None = None
    """What stands in a picture or was said in a recording, as a helpdesk or one of our models read it: data, as every
    message is. None: nobody has read it."""

    @property
    def medium(self) -> Medium:
        """By what the helpdesk says it is."""
        kind = self.media_type.partition("/")[0]
        return {"image": Medium.PICTURE, "audio": Medium.RECORDING}.get(kind, Medium.OTHER)


EmailAddress = Annotated[str, StringConstraints(pattern=r"^[^@\s]+@[^@\s]+\.[^@\s]+$", max_length=254)]


class Writer(Document):
    """Who wrote one message, as the helpdesk knows them. In a ticket of one customer others may write, in copy."""

    id: str | None = None
    """As the helpdesk numbers its contacts: whoever has the ticket's `contact_id` is its customer."""
    name: Annotated[str, StringConstraints(max_length=254)] | None = None
    """What they call themselves. It proves nothing."""
    email: EmailAddress | None = None


class Message(Document):
    """One message of the conversation. Its text is data, never an instruction."""

    id: TicketId
    author: Author = Author.CUSTOMER
    """On which side whoever wrote it stands: everybody who is none of us counts as the customer here."""
    written_by: Writer | None = None
    """Who of them. None: the helpdesk does not tell, and it is taken for the ticket's customer."""
    text: Annotated[str, StringConstraints(min_length=1, max_length=MAXIMUM_MESSAGE_CHARACTERS)]
    sent_at: AwareDatetime
    attachments: Annotated[tuple[Attachment, ...], Field(max_length=10)] = ()
    parts: tuple[MessagePart, ...] = ()
    """What its text is made of, in order and without overlap; between them it is new. Empty: nobody has split it."""
    hidden: Annotated[str, StringConstraints(max_length=MAXIMUM_HIDDEN_CHARACTERS)] = ""
    """What stands in it and no reader sees, as its source found it. It is shown to people, and nobody's words."""
    left_out: Annotated[int, Field(ge=0)] = 0
    """How many characters in the middle of its text its source left out, because it was too long."""
    headers: MailHeaders | None = None
    """Of the mail it came as, those that tell whether a machine wrote it; None where nobody knows any."""
    automatic: bool | None = None
    """The helpdesk's own word that a machine wrote it. None, as well as false, proves nothing."""
    machine: MachineMail | None = None
    """What our own rules found: set, it is kept with the case, answers nothing and is never answered."""

    @model_validator(mode="after")
    def _has_parts_in_order(self) -> Self:
        place = 0
        for number, part in enumerate(self.parts):
            if part.start < place:
                raise ValueError(
                    f"part {number} begins at {part.start}, before part {number - 1} ends at {place}; "
                    "name the parts in order and without overlap"
                )
            if part.end > len(self.text):
                raise ValueError(
                    f"part {number} ends at {part.end}, and the text has {len(self.text)} characters; "
                    "count characters, from 0"
                )
            place = part.end
        return self

    @property
    def pieces(self) -> tuple[tuple[PartKind, str], ...]:
        """Its whole text in order, each piece with what it is; what no part says anything of is new."""
        pieces: list[tuple[PartKind, str]] = []
        place = 0
        for part in self.parts:
            pieces += [(PartKind.NEW, self.text[place : part.start]), (part.kind, self.text[part.start : part.end])]
            place = part.end
        pieces.append((PartKind.NEW, self.text[place:]))
        return tuple((kind, words.strip()) for kind, words in pieces if words.strip())

    @property
    def is_of_the_customer(self) -> bool:
        """Whether a person wrote it on the customer's side: what machines send there is nobody's word."""
        return self.author is Author.CUSTOMER and self.machine is None

    @property
    def new_words(self) -> str:
        """What its writer says now, without quotations, signature and footer; empty where nothing is new."""
        if not self.parts:
            return self.text
        return "\n".join(words for kind, words in self.pieces if kind is PartKind.NEW)

    @property
    def has_words(self) -> bool:
        """Whether its writer said anything besides sending files, whose names alone an adapter writes into the text."""
        said = self.new_words
        for file in self.attachments:
            said = said.replace(f"[{file.name}]", "")
        return bool(_NO_WORDS.sub("", said).strip())

    @property
    def characters(self) -> int:
        """How much there is to read in it."""
        return len(self.text) + len(self.hidden) + _characters(self.attachments)


_NO_WORDS = re.compile(r"^\((?:no text|[a-z_]{1,40})\)$")
"""What adapters write where a message has no text: `(document)`."""


class DeletedMessage(Document):
    """A message that was deleted in the helpdesk, and when."""

    id: TicketId
    at: AwareDatetime
    message: Message | None = None
    """None: that it was deleted was heard before it."""


class Customer(Document):
    """Who the helpdesk says is writing.

    `authenticated` is true only when the helpdesk itself has signed the person in.
    """

    id: str | None = None
    """The shop's own id of them, as the helpdesk vouches for it: records are looked up by it."""
    contact_id: str | None = None
    """The helpdesk's own id of them, such as a contact's number or a telephone number. It means nothing to a shop: no
    record is ever looked up by it."""
    name: str | None = None
    email: EmailAddress | None = None
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
    subject_kind: PartKind = PartKind.NEW
    """What the subject is. That of a reply or a forwarded mail was written by whoever wrote first: it is not new."""
    deleted: Annotated[tuple[DeletedMessage, ...], Field(max_length=MAXIMUM_MESSAGES)] = ()
    """What was taken out of the conversation in the helpdesk. People see it; nothing else reads it."""
    messages: Annotated[tuple[Message, ...], Field(max_length=MAXIMUM_MESSAGES, json_schema_extra={"minItems": 1})]
    """At least one, unless all were deleted."""
    attachments: Annotated[tuple[Attachment, ...], Field(max_length=20)] = ()

    @field_validator("messages")
    @classmethod
    def _says_something(cls, messages: tuple[Message, ...], known: ValidationInfo) -> tuple[Message, ...]:
        if not messages and not known.data.get("deleted"):
            raise PydanticKnownError("too_short", {"field_type": "Tuple", "min_length": 1, "actual_length": 0})
        return messages

    @model_validator(mode="after")
    def _is_of_a_size(self) -> Self:
        characters = self.characters
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
    def characters(self) -> int:
        """How much there is to read in it, the subject aside."""
        return sum(message.characters for message in self.messages) + _characters(self.attachments)

    @property
    def customer_messages(self) -> tuple[Message, ...]:
        """What people wrote on the customer's side, oldest first: what there is to read, and to answer."""
        return tuple(message for message in self.messages if message.is_of_the_customer)

    def with_machine_mail(self, found: Mapping[TicketId, MachineMail]) -> "Ticket":
        """The ticket with these of its messages, by id, marked as what machines wrote."""
        if not any(message.id in found for message in self.messages):
            return self
        marked = (
            message.model_copy(update={"machine": found[message.id]}) if message.id in found else message
            for message in self.messages
        )
        return self.model_copy(update={"messages": tuple(marked)})

    @property
    def left_out(self) -> int:
        """How many characters of what customers wrote were too long to be read."""
        return sum(message.left_out for message in self.customer_messages)

    @property
    def files(self) -> tuple[Attachment, ...]:
        """All the customer sent besides words: what came with the ticket first, then by message."""
        sent = [file for message in self.customer_messages for file in message.attachments]
        return tuple({file.id: file for file in (*self.attachments, *sent)}.values())

    @property
    def customer_parts(self) -> tuple[str, ...]:
        """All there is to read of the customer, oldest first: their new words, and what stands in their files.

        What is in the ticket's own files stands before the messages, so that a word typed later outranks it.
        """
        parts = [self.new_subject, *_read_in(self.attachments)]
        for message in self.customer_messages:
            parts += [message.new_words, *_read_in(message.attachments)]
        return tuple(part for part in parts if part)

    @property
    def new_subject(self) -> str:
        """The subject, where it is the customer's own."""
        return self.subject if self.subject_kind is PartKind.NEW else ""

    @property
    def customer_text(self) -> str:
        """The subject and all that the customer wrote, said or showed, oldest first: new words alone."""
        return "\n\n".join(self.customer_parts)

    @property
    def shown_parts(self) -> tuple[str, ...]:
        """Those of `customer_parts` that were read in a file and not said by the customer: anybody's words."""
        return tuple(_marked(file) for file in self.files if file.words and file.medium is not Medium.RECORDING)

    @property
    def customer_wrote_at(self) -> datetime | None:
        """When the customer last wrote."""
        return max((message.sent_at for message in self.customer_messages), default=None)

    @property
    def newest_of_customer(self) -> Message | None:
        """What the customer said last, on which side whoever wrote it stands."""
        return next((one for one in reversed(self.messages) if one.author is Author.CUSTOMER), None)

    @property
    def own_words(self) -> str:
        """What the customer wrote or said: a picture may show words of others, in another language."""
        written = [message.new_words for message in self.customer_messages]
        said = [file.words for file in self.files if file.medium is Medium.RECORDING and file.words]
        return "\n\n".join(part for part in (self.new_subject, *written, *said) if part)

    def with_parts(self, parts: Mapping[TicketId, tuple[MessagePart, ...]], subject_kind: PartKind) -> "Ticket":
        """The ticket with what its messages are made of. A message that nobody has split stays as it is."""
        messages = tuple(
            message.model_copy(update={"parts": parts[message.id]}) if message.id in parts else message
            for message in self.messages
        )
        return self.model_copy(update={"messages": messages, "subject_kind": subject_kind})

    def without(self, answered: Collection[TicketId]) -> "Ticket":
        """What is still to be read: the conversation without the customer's messages that were answered.

        The subject and the ticket's own files belong to its first message. Where every message was answered, all of
        the ticket is read again.
        """
        written = self.customer_messages
        still_open = {message.id for message in written if message.id not in answered}
        if not still_open or len(still_open) == len(written):
            return self
        kept = tuple(m for m in self.messages if m.author is not Author.CUSTOMER or m.id in still_open)
        return self.model_copy(update={"messages": kept, "subject": "", "attachments": ()})

    def with_words(self, attachment_id: str, words: str) -> "Ticket":
        """The ticket with what was read in a file, as far as there is room for it."""
        room = max(0, min(MAXIMUM_ATTACHMENT_WORDS, MAXIMUM_TICKET_CHARACTERS - self.characters))

        def told(files: tuple[Attachment, ...]) -> tuple[Attachment, ...]:
            read = {"words": words[:room]}
            return tuple(file.model_copy(update=read) if file.id == attachment_id else file for file in files)

        messages = tuple(
            message.model_copy(update={"attachments": told(message.attachments)}) if message.attachments else message
            for message in self.messages
        )
        return self.model_copy(update={"messages": messages, "attachments": told(self.attachments)})

    def with_message(self, message: Message) -> "Ticket":
        """The ticket with one more message; a message already in it changes nothing."""
        if any(known.id == message.id for known in (*self.messages, *self.deleted)):
            return self
        # A message may arrive after one that was written later.
        messages = tuple(sorted((*self.messages, message), key=lambda known: known.sent_at))[-MAXIMUM_MESSAGES:]
        fixed = _characters(self.attachments)
        while fixed + sum(kept.characters for kept in messages) > MAXIMUM_TICKET_CHARACTERS:
            messages = messages[1:]
        return self.model_copy(update={"messages": messages})

    def message(self, message_id: TicketId) -> Message | None:
        """One of its messages; None where it has none under this id, or none any more."""
        return next((known for known in self.messages if known.id == message_id), None)

    def without_message(self, message_id: TicketId, at: datetime) -> "Ticket":
        """The ticket after a message was deleted, known or not; the same again changes nothing."""
        gone = self.message(message_id)
        if gone is None and any(known.id == message_id for known in self.deleted):
            return self
        others = tuple(known for known in self.deleted if known.id != message_id)
        deleted = (*others, DeletedMessage(id=message_id, message=gone, at=at))[-MAXIMUM_MESSAGES:]
        left = tuple(known for known in self.messages if known.id != message_id)
        return self.model_copy(update={"messages": left, "deleted": deleted})

    def with_edited(self, message: Message, at: datetime) -> "Ticket":
        """The ticket with a new text of a message that it has, or had deleted before this moment; else the same one.

        The words that were read in its files stay.
        """
        known = self.message(message.id)
        if known is None:
            back = next((gone for gone in self.deleted if gone.id == message.id and gone.at < at), None)
            if back is None:
                return self
            left = tuple(gone for gone in self.deleted if gone is not back)
            return self.model_copy(update={"deleted": left}).with_message(message)
        if same_words(known, message):
            return self
        others = self.model_copy(update={"messages": tuple(one for one in self.messages if one.id != message.id)})
        return others.with_message(_as_read(message, known))

    def of_another(self, customer: Customer) -> "Ticket":
        """The ticket after it was given to another requester. What was said before, they did not say."""
        before = self.customer
        writer = Writer(id=before.contact_id or before.id, name=before.name, email=before.email)
        unknown = writer == Writer()
        messages = tuple(
            message
            if unknown or message.written_by is not None or message.author is not Author.CUSTOMER
            else message.model_copy(update={"written_by": writer})
            for message in self.messages
        )
        return self.model_copy(update={"customer": customer, "messages": messages})


def same_words(one: Message, other: Message) -> bool:
    """Whether two readings of a message say the same. White space is no difference: each way of reading has its own."""
    return one.text.split() == other.text.split()


def _as_read(edited: Message, before: Message) -> Message:
    read = {file.id: file.words for file in before.attachments if file.words is not None}
    files = tuple(
        file if file.words is not None else file.model_copy(update={"words": read.get(file.id)})
        for file in edited.attachments
    )
    return edited.model_copy(update={"attachments": files, "written_by": edited.written_by or before.written_by})


def _characters(files: tuple[Attachment, ...]) -> int:
    return sum(len(file.words or "") for file in files)


def _read_in(files: tuple[Attachment, ...]) -> list[str]:
    """A recording is the customer speaking; what stands in a picture may be anybody's, and is marked."""
    return [file.words if file.medium is Medium.RECORDING else _marked(file) for file in files if file.words]


def _marked(file: Attachment) -> str:
    return f"[{file.medium}]\n{file.words}"


def case_id(tenant: str, source: str, ticket_id: str) -> str:
    """The workflow id of a ticket's case."""
    return f"ticket:{tenant}:{source}:{ticket_id}"

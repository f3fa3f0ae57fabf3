"""What the WhatsApp Cloud API sends, as far as we read it, and what it is in our words."""

import hashlib
import mimetypes
from typing import Annotated

from pydantic import AwareDatetime, BeforeValidator, Field, JsonValue, TypeAdapter, ValidationError

from cases.record import Record
from cases.source import Source
from cases.ticket import Attachment, Channel, Customer, Message, Ticket, TicketId
from integrations.markup.mail import SentText
from integrations.sources.reading import file_sent, fitting_id, fitting_words, fitting_writer

GRAPH = "https://graph.facebook.com"
"""Where the API is for everybody; a source may name another place, such as a proxy."""

NO_NEWS = frozenset({"reaction", "sticker", "system", "request_welcome"})
"""Messages that ask for nothing: a thumb, a sticker, a changed number, a chat that was opened."""

EDIT, REVOKE = "edit", "revoke"
"""A message that gives an earlier one another text, and one that takes it back."""


def graph_of(source: Source) -> str:
    """Where the API of a source is."""
    return source.url or GRAPH


def ticket_id_of(source: Source, number_id: str, wa_id: str) -> TicketId:
    """The ticket of a customer at one of our numbers. Telephone numbers are not shown in it: ids are visible."""
    secret = f"{source.tenant}:{number_id}:{wa_id}"
    return f"wa-{hashlib.sha256(secret.encode(errors='replace')).hexdigest()[:24]}"


def _seconds(text: object) -> object:
    """Times are texts of digits here."""
    return int(text) if isinstance(text, str) and text.isascii() and text.isdecimal() and len(text) <= 11 else text


Seconds = Annotated[AwareDatetime, BeforeValidator(_seconds)]


class Text(Record):
    """Words."""

    body: str = ""


class Media(Record):
    """A file, which is fetched by its id and a token."""

    id: Annotated[str, Field(min_length=1, max_length=200)]
    mime_type: str | None = None
    caption: str | None = None
    filename: str | None = None


class Button(Record):
    """A button of a template."""

    text: str = ""


class Choice(Record):
    """What was chosen."""

    title: str = ""
    description: str | None = None


class Interactive(Record):
    """A choice among buttons or in a list."""

    button_reply: Choice | None = None
    list_reply: Choice | None = None


class Location(Record):
    """A place."""

    latitude: float | None = None
    longitude: float | None = None
    name: str | None = None
    address: str | None = None


class Revoked(Record):
    """Which message was taken back."""

    original_message_id: Annotated[str, Field(min_length=1, max_length=500)]


class Edited(Revoked):
    """Which message was edited, and what it is now: as a message has it, without sender and time."""

    message: dict[str, JsonValue]


class Sent(Record):
    """A message of a customer."""

    from_: Annotated[str, Field(alias="from", min_length=1, max_length=100)]
    id: Annotated[str, Field(min_length=1, max_length=500)]
    timestamp: Seconds
    type: str
    text: Text | None = None
    image: Media | None = None
    video: Media | None = None
    audio: Media | None = None
    voice: Media | None = None
    document: Media | None = None
    button: Button | None = None
    interactive: Interactive | None = None
    location: Location | None = None
    edit: Edited | None = None
    revoke: Revoked | None = None

    @property
    def media(self) -> Media | None:
        """The file it is."""
        kinds = (self.image, self.video, self.audio, self.voice, self.document)
        return next((media for media in kinds if media is not None), None)

    @property
    def words(self) -> str:
        """What the customer said by it, or what it is where that is not words."""
        media, chosen = self.media, self.interactive
        if self.text is not None:
            return self.text.body
        if self.button is not None:
            return self.button.text
        if chosen is not None:
            return _chosen(chosen.button_reply or chosen.list_reply)
        if self.location is not None:
            return _place(self.location)
        return (media.caption if media else None) or f"({self.type[:40]})"

    def as_message(self, source: Source) -> Message:
        """As a message of a ticket."""
        file = self._file(source)
        said = fitting_words(SentText(text=self.words))
        return Message(
            id=fitting_id(self.id),
            written_by=fitting_writer(self.from_, None, None),
            text=said.text,
            hidden=said.hidden,
            left_out=said.left_out,
            sent_at=self.timestamp,
            attachments=(file,) if file else (),
        )

    def _file(self, source: Source) -> Attachment | None:
        media = self.media
        if media is None:
            return None
        ending = mimetypes.guess_extension((media.mime_type or "").partition(";")[0].strip()) or ""
        name = media.filename or f"{self.type[:40]}{ending}"
        return file_sent(media.id, f"{graph_of(source)}/{media.id}", media.mime_type, name)


class Profile(Record):
    """What a customer calls themselves."""

    name: str | None = None


class Contact(Record):
    """Who writes."""

    wa_id: str | None = None
    profile: Profile = Profile()


_CONTACT = TypeAdapter(Contact)


class Problem(Record):
    """Why something failed."""

    code: int | None = None
    title: str | None = None
    message: str | None = None

    @property
    def words(self) -> str:
        """In WhatsApp's own words."""
        return (self.title or self.message or f"error {self.code}")[:200]


class Fate(Record):
    """What became of a message of ours."""

    id: Annotated[str, Field(min_length=1, max_length=500)]
    status: str
    biz_opaque_callback_data: str | None = None
    errors: tuple[Problem, ...] = ()


class Metadata(Record):
    """Which of our numbers it is about."""

    phone_number_id: str


class Value(Record):
    """What happened at one of our numbers. Each part is read by itself: one that is new to us spoils no other."""

    metadata: Metadata
    contacts: tuple[JsonValue, ...] = ()
    messages: tuple[JsonValue, ...] = ()
    statuses: tuple[JsonValue, ...] = ()

    def ticket_id(self, source: Source, sent: Sent) -> TicketId:
        """The id of the ticket of whoever sent a message."""
        return ticket_id_of(source, self.metadata.phone_number_id, sent.from_)

    def as_ticket(self, source: Source, sent: Sent, message: Message) -> Ticket:
        """The ticket of whoever sent a message."""
        known = [contact for said in self.contacts if (contact := _contact(said)) is not None]
        names = [contact.profile.name for contact in known if contact.wa_id == sent.from_]
        name = next((name for name in names if name), "").replace("\0", "")
        return Ticket(
            tenant=source.tenant,
            source=source.name,
            id=self.ticket_id(source, sent),
            channel=Channel.WHATSAPP,
            customer=Customer(contact_id=sent.from_.replace("\0", ""), name=name or None),
            messages=(message,),
        )


def _contact(said: JsonValue) -> Contact | None:
    """None where it cannot be read: a message is one without its writer's name, too."""
    try:
        return _CONTACT.validate_python(said)
    except ValidationError:
        return None


def _chosen(choice: Choice | None) -> str:
    return "\n".join(part for part in (choice.title, choice.description) if part) if choice else ""


def _place(place: Location) -> str:
    point = f"{place.latitude}, {place.longitude}" if place.latitude is not None else None
    return "\n".join(part for part in ("(location)", place.name, place.address, point) if part)

"""What Zammad's API answers, as far as we read it, asked with `expand`: names beside the numbers."""

from datetime import datetime
from email.utils import parseaddr
from functools import cached_property
from typing import Annotated

from pydantic import AwareDatetime, Field, JsonValue

from cases.helpdesk_write import WriteIntent, WriteKind, digest_of
from cases.machine_mail import MailHeaders
from cases.record import Record
from cases.ticket import Attachment, Writer
from integrations.markup.mail import SentText, read_markup
from integrations.sources.reading import file_sent, fitting_headers, fitting_writer

REFERENCE = "signalbox_reference"
"""Our own name of a text, kept in the preferences of its article."""

AGENT = "Agent"
CUSTOMER = "Customer"
EMAIL = "email"
"""The type of an article that is mailed to whom it names, internal or not."""
NOTE = "note"
PHONE = "phone"
HTML = "text/html"

Number = Annotated[str, Field(coerce_numbers_to_str=True)]
"""Zammad's ids are numbers, ours are texts."""


class TicketRead(Record):
    """A ticket as it stands."""

    id: Number
    title: str | None = None
    state: str
    group_id: Number | None = None
    group: Number | None = None
    customer_id: Number
    create_article_type: str | None = None
    updated_at: AwareDatetime


class _Link(Record):
    link_type: str
    link_object_value: Number


class Links(Record):
    """What a ticket is linked with."""

    links: tuple[_Link, ...] = ()


class User(Record):
    """Somebody Zammad knows."""

    id: Number
    firstname: str | None = None
    lastname: str | None = None
    email: str | None = None
    preferences: "_UserPreferences | None" = None

    @property
    def name(self) -> str | None:
        """Both names, as far as there are any."""
        return " ".join(f"{self.firstname or ''} {self.lastname or ''}".replace("\0", "").split()) or None


class _UserPreferences(Record):
    locale: str | None = None


class _FilePreferences(Record):
    content_type: Annotated[str | None, Field(alias="Content-Type")] = None
    mime_type: Annotated[str | None, Field(alias="Mime-Type")] = None


class SentFile(Record):
    """A file of an article."""

    id: Number
    filename: str | None = None
    size: int | None = None
    preferences: _FilePreferences | None = None

    def attachment(self, address: str) -> Attachment:
        """By its address, which asks for a token as the rest of the API does."""
        said = self.preferences or _FilePreferences()
        kind = said.content_type or said.mime_type
        return file_sent(self.id, f"{address}/{self.id}", kind, self.filename, self.size)


class _Preferences(Record):
    signalbox_reference: JsonValue = None
    is_auto_response: Annotated[JsonValue, Field(alias="is-auto-response")] = None
    send_auto_response: Annotated[JsonValue, Field(alias="send-auto-response")] = None


class Article(Record):
    """One article: a mail, a call, a note. It is of the customer, of an agent, or of Zammad itself."""

    id: Number
    ticket_id: Number
    type: str
    sender: str
    internal: bool
    body: str | None = None
    content_type: str | None = None
    created_at: AwareDatetime
    created_by: str | None = None
    """The sign-in name of whoever made it, which often is an address."""
    created_by_id: Number | None = None
    origin_by_id: Number | None = None
    """On whose behalf an agent typed it in."""
    from_: Annotated[str | None, Field(alias="from")] = None
    subject: str | None = None
    in_reply_to: str | None = None
    attachments: tuple[SentFile, ...] = ()
    preferences: _Preferences | None = None

    @cached_property
    def sent(self) -> SentText:
        """As plain text."""
        text = self.body or ""
        return read_markup(text) if (self.content_type or "").startswith(HTML) else SentText(text=text.strip())

    @property
    def words(self) -> str:
        """The text alone."""
        return self.sent.text

    @property
    def writer(self) -> Writer | None:
        """Which customer wrote it. A call that an agent wrote down says so only where Zammad kept for whom."""
        if self.type == PHONE and self.origin_by_id is None:
            return None
        name, address = parseaddr(self.from_ or "")
        if "@" not in address:
            name, address = self.from_, None if self.origin_by_id else self.created_by
        return fitting_writer(self.origin_by_id or self.created_by_id, name, address)

    @property
    def is_automatic(self) -> bool:
        """Zammad's own word that a machine sent a mail: by its headers, or because a rule of the account says so."""
        kept = self.preferences or _Preferences()
        if self.type != EMAIL:
            return False
        return kept.is_auto_response is True or (kept.is_auto_response is None and kept.send_auto_response is False)

    @property
    def headers(self) -> MailHeaders | None:
        """What Zammad keeps of a mail's head beside its text."""
        if self.type != EMAIL:
            return None
        return fitting_headers({"from": self.from_, "subject": self.subject, "in_reply_to": self.in_reply_to})

    @property
    def reference(self) -> JsonValue:
        """Our own name of it, where it has one."""
        return self.preferences.signalbox_reference if self.preferences else None

    def is_written_under(self, intent: WriteIntent) -> bool:
        """Whether it names the intent."""
        return self.reference == intent.reference

    def has_words_of(self, intent: WriteIntent, since: datetime) -> bool:
        """Whether it has the intent's words, may be of it, and names no intent at all."""
        return (
            not self.reference
            and self.created_at >= since
            and self.sender == AGENT
            and self._is_of(intent.kind)
            and self.id not in intent.others
            and digest_of(self.words) == intent.digest
        )

    def _is_of(self, kind: WriteKind) -> bool:
        if kind is WriteKind.REPLY:
            return self.type == EMAIL and not self.internal
        return self.type == NOTE and self.internal


class Found(Record):
    """A ticket in a list."""

    id: Number
    group_id: Number | None = None
    group: Number | None = None
    updated_at: AwareDatetime

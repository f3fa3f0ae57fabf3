"""What Zendesk's API answers, as far as we read it."""

from datetime import datetime
from functools import cached_property
from typing import Annotated

from pydantic import AfterValidator, AwareDatetime, BeforeValidator, Field, JsonValue, TypeAdapter

from cases.helpdesk_write import WriteIntent, WriteKind, digest_of
from cases.record import Record
from cases.ticket import Attachment
from integrations.markup.mail import SentText, read_markup
from integrations.sources.reading import file_sent

REFERENCE = "signalbox_reference"
"""Our own name of a text, kept in the metadata of the update that wrote it."""

AUTOMATIC = 4
"""The flag of a comment that "was automatically generated", as the vendor's list of comment flags has it."""

COMMENTS = frozenset({"Comment", "VoiceComment"})
DONE = frozenset({"solved", "closed"})
DELETED = "deleted"
MERGED = "closed_by_merge"
"""The tag that Zendesk gives a ticket as it merges it into another one."""
Number = Annotated[str, Field(coerce_numbers_to_str=True)]
"""Zendesk's ids are numbers, ours are texts."""


_MOMENT = TypeAdapter(AwareDatetime)
_ANYTHING = TypeAdapter(list[object])


def _a_moment(text: str) -> str:
    _MOMENT.validate_python(text)
    return text


def _listed(flags: object) -> tuple[object, ...]:
    """What is no list spoils no comment."""
    return tuple(_ANYTHING.validate_python(flags)) if isinstance(flags, list) else ()


class User(Record):
    """Somebody of the account."""

    id: Number
    name: str | None = None
    email: str | None = None
    external_id: str | None = None
    """Another system's id of them, which only the account itself can set."""
    role: str | None = None
    locale: str | None = None


class SentFile(Record):
    """A file of a comment."""

    id: Number
    file_name: str | None = None
    content_type: str | None = None
    content_url: str
    size: int | None = None

    def attachment(self) -> Attachment:
        """By its address."""
        return file_sent(self.id, self.content_url, self.content_type, self.file_name, self.size)


class _Words(Record):
    html_body: str | None = None
    plain_body: str | None = None
    body: str | None = None

    @cached_property
    def sent(self) -> SentText:
        """As plain text: the markup says best what stands where."""
        return read_markup(self.html_body) if self.html_body else SentText(text=self.plain_body or self.body or "")

    @property
    def words(self) -> str:
        """The text alone."""
        return self.sent.text


class _Origin(Record):
    flags: Annotated[tuple[JsonValue, ...], BeforeValidator(_listed)] = ()


class Comment(_Words):
    """One comment: public, or a note among colleagues."""

    id: Number
    author_id: Number
    public: bool
    created_at: AwareDatetime
    attachments: tuple[SentFile, ...] = ()
    metadata: _Origin | None = None

    @property
    def is_automatic(self) -> bool:
        """Zendesk's own word that a machine sent it. Most of such mail it suspends, and shows nobody."""
        return self.metadata is not None and AUTOMATIC in self.metadata.flags


class _Cursor(Record):
    has_more: bool = False
    after_cursor: str | None = None


class Page(Record):
    """What every list has. `next` is what its next page is asked for by."""

    meta: _Cursor = _Cursor()

    @property
    def next(self) -> str | None:
        """None: there is no more."""
        return self.meta.after_cursor if self.meta.has_more else None


class CommentsPage(Page):
    """Comments, oldest first, and who wrote them."""

    comments: tuple[Comment, ...]
    users: tuple[User, ...] = ()


class _Via(Record):
    channel: str | None = None


class _Rating(Record):
    score: str | None = None
    comment: str | None = None


class TicketRead(Record):
    """A ticket as it stands."""

    id: Number
    subject: str | None = None
    status: str
    requester_id: Number
    updated_at: Annotated[str, AfterValidator(_a_moment)]
    """As Zendesk writes it: it is sent back letter by letter."""
    via: _Via = _Via()
    tags: tuple[str, ...] = ()
    satisfaction_rating: _Rating | None = None

    @property
    def changed_at(self) -> datetime:
        """The same as a time."""
        return _MOMENT.validate_python(self.updated_at)


class TicketAnswer(Record):
    """A ticket and the people in it."""

    ticket: TicketRead
    users: tuple[User, ...] = ()


class _Custom(Record):
    signalbox_reference: JsonValue = None


class _Kept(_Custom):
    custom: _Custom | None = None
    """Where metadata was given as the audit shows it, one level deeper."""


class _Metadata(Record):
    custom: _Kept | None = None

    @property
    def reference(self) -> JsonValue:
        kept = self.custom or _Kept()
        return kept.signalbox_reference or (kept.custom or _Custom()).signalbox_reference


class _AuditEvent(_Words):
    id: Number
    type: str
    public: bool | None = None


class Audit(Record):
    """One update of a ticket: what it changed, and the metadata it came with."""

    created_at: AwareDatetime
    metadata: _Metadata = _Metadata()
    events: tuple[_AuditEvent, ...] = ()

    @property
    def comment_id(self) -> str | None:
        """The comment it added, whose id is that of the event."""
        return next((event.id for event in self.events if event.type in COMMENTS), None)

    def written_under(self, intent: WriteIntent) -> str | None:
        """The comment, where this update names the intent."""
        return self.comment_id if self.metadata.reference == intent.reference else None

    def words_of(self, intent: WriteIntent, since: datetime) -> str | None:
        """The comment, where it has the intent's words and names no intent at all."""
        if self.metadata.reference or self.created_at < since:
            return None
        public = intent.kind is WriteKind.REPLY
        return next(
            (
                event.id
                for event in self.events
                if event.type in COMMENTS
                and event.public is public
                and event.id not in intent.others
                and digest_of(event.words) == intent.digest
            ),
            None,
        )


class AuditsPage(Page):
    """Updates of a ticket, oldest first."""

    audits: tuple[Audit, ...]


class Written(Record):
    """The answer to an update."""

    audit: Audit


class _Exported(Record):
    id: Number
    status: str | None = None
    updated_at: AwareDatetime
    generated_timestamp: int | None = None
    """What the export is ordered by, in seconds since 1970."""


class Export(Record):
    """One page of what changed."""

    tickets: tuple[_Exported, ...] = ()
    after_cursor: str | None = None
    end_of_stream: bool

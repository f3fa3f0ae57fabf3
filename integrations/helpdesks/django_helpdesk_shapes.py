"""What django-helpdesk 2.6 says of a ticket, and what it means: who wrote which of its follow-ups."""

import re

from pydantic import AwareDatetime, TypeAdapter

from cases.helpdesk_write import digest_of
from cases.record import Record
from cases.ticket import Attachment, Author, Writer
from integrations.sources.reading import MAXIMUM_FILES, file_sent, fitting_writer

SOLVED = frozenset({3, 4, 5})
"""Resolved, closed, duplicate: `HELPDESK_TICKET_…_STATUS`, as they are unless somebody changed them."""

CLOSED = 4
DUPLICATE = 5
"""The state of a ticket that was merged into another one, where its follow-ups went."""

ESCALATED = "Ticket Escalated"
"""The title of what its own escalation writes, in every language: it has no translation."""


_ADDRESS = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s]+")


class FileShape(Record):
    """A file of a follow-up."""

    id: int
    file: str
    filename: str | None = None
    mime_type: str | None = None
    size: int | None = None


class FollowUpShape(Record):
    """Whatever was said or done in a ticket; most have no comment."""

    id: int
    ticket: int
    date: AwareDatetime
    user: int | None = None
    """Who of the staff; None for customers and for django-helpdesk itself."""
    title: str | None = None
    comment: str | None = None
    public: bool = False
    new_status: int | None = None
    message_id: str | None = None
    """Of the mail it came by."""
    followupattachment_set: tuple[FileShape, ...] = ()

    @property
    def words(self) -> str:
        """What it says, without the white space around it."""
        return (self.comment or "").strip()

    @property
    def is_public_message(self) -> bool:
        """Whether somebody wrote to somebody here, for both to read.

        Its own escalation and its "Submitter accepted resolution" look like a customer's, and are nobody's words.
        """
        by_itself = self.user is None and (self.title == ESCALATED or self.new_status == CLOSED)
        return self.public and bool(self.words or self.followupattachment_set) and not by_itself

    @property
    def author(self) -> Author:
        """Who wrote it, as django-helpdesk itself tells them apart; a customer has no user there."""
        return Author.CUSTOMER if self.message_id or self.user is None else Author.AGENT

    @property
    def writer(self) -> Writer | None:
        """Which customer wrote it. Of mails the title names the sender, in every language; nothing else does."""
        named = _ADDRESS.search(self.title or "") if self.message_id else None
        return fitting_writer(None, None, named[0]) if named else None

    @property
    def files(self) -> tuple[Attachment, ...]:
        """Its files, by address."""
        return tuple(
            file_sent(f"file-{file.id}", file.file, file.mime_type, file.filename, file.size)
            for file in self.followupattachment_set[:MAXIMUM_FILES]
        )


class TicketShape(Record):
    """A ticket. Neither its creation nor its last change is in the API; its follow-ups have dates."""

    id: int
    title: str = ""
    description: str | None = None
    submitter_email: str | None = None
    status: int
    merged_to: int | None = None
    """The ticket that it was merged into."""
    followup_set: tuple[FollowUpShape, ...] = ()
    """Oldest first."""

    @property
    def messages(self) -> tuple[FollowUpShape, ...]:
        """The public messages, oldest first."""
        return tuple(followup for followup in self.followup_set if followup.is_public_message)

    @property
    def opening(self) -> FollowUpShape | None:
        """The message that repeats the description. It is the customer's, even where a colleague typed it in.

        Every way to open a ticket writes one but Django's own administration: None there.
        """
        first = next(iter(self.messages), None)
        if first is None:
            return None
        repeats = digest_of(first.words) == digest_of(self.description or "")
        return first if repeats or first.author is Author.CUSTOMER else None


class FollowUpsShape(Record):
    """One page of all follow-ups, oldest first."""

    count: int
    next: str | None = None
    results: tuple[FollowUpShape, ...]


FOLLOW_UP = TypeAdapter(FollowUpShape)
FOLLOW_UPS = TypeAdapter(FollowUpsShape)
TICKET = TypeAdapter(TicketShape)

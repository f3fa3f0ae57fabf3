"""What the reading of a source is told, and what it tells: the types of its activities and workflows."""

from pydantic import AwareDatetime

from cases.record import Record
from cases.ticket import Slug, TicketId


class SourceName(Record):
    """Which source."""

    tenant: Slug
    name: Slug


class TicketToRead(Record):
    """One ticket of a source, to be read and brought to its case."""

    source: SourceName
    ticket_id: TicketId


class TicketsToRead(Record):
    """Some tickets of a source, one after the other."""

    source: SourceName
    ticket_ids: tuple[TicketId, ...]


class BroughtIn(Record):
    """What reading a ticket led to, as sentences: one for each thing its case was told, or why there was none."""

    told: tuple[str, ...]


class ChangesToFind(Record):
    """One page of what changed in a source."""

    source: SourceName
    since: AwareDatetime
    page: str | None = None


class ReadUntil(Record):
    """Everything that changed in a source until a moment has been brought in."""

    source: SourceName
    moment: AwareDatetime


class Reconciliation(Record):
    """What a poll is to do, or to go on with where its history has become long."""

    source: SourceName
    since: AwareDatetime | None = None
    """From when on; None: from where the last poll ended."""
    page: str | None = None
    tickets: int = 0
    """How many were brought in so far."""


class Reconciled(Record):
    """What a poll came to."""

    tickets: int
    """How many had changed."""
    read_until: AwareDatetime

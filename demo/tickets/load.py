"""Reading the demo's tickets from the YAML files beside this module.

Times are told from now (`-35m`, `-2h`, `-3d`), so that the demo never ages. The ids of messages follow from the
ticket's: `D1001-m1` is its first message, `D1001-f1` the first that comes later.
"""

import re
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Annotated

import yaml
from pydantic import BeforeValidator, Field, TypeAdapter, ValidationError

from cases.errors import InvalidInput
from cases.record import Document
from cases.ticket import Attachment, Author, Channel, Customer, Locale, Message, Slug, Ticket, TicketId
from demo.tickets.story import ApproveIt, DemoTicket, FollowUp, Line, Moment, ReviewerScript, Text

TENANT: Slug = "acme"
SOURCE: Slug = "demo"
HERE = Path(__file__).parent

_UNITS = {"m": "minutes", "h": "hours", "d": "days"}
_AGO = re.compile(r"-(?P<count>\d{1,5})(?P<unit>[mhd])")


def _span(written: object) -> timedelta:
    told = _AGO.fullmatch(written) if isinstance(written, str) else None
    if told is None:
        raise ValueError(f"{written!r} is not a time before now such as -35m, -2h or -3d")
    return timedelta(**{_UNITS[told["unit"]]: int(told["count"])})


class _WrittenMessage(Document):
    at: Annotated[timedelta, BeforeValidator(_span)]
    """How long before now it was sent."""
    text: Text
    author: Author = Author.CUSTOMER


class _WrittenFollowUp(Document):
    when: Moment
    text: Text


class _Written(Document):
    """A ticket as it stands in a file."""

    id: TicketId
    about: Line
    expect: Line
    channel: Channel
    locale: Locale | None = None
    customer: Customer
    subject: str = ""
    messages: Annotated[tuple[_WrittenMessage, ...], Field(min_length=1)]
    attachments: tuple[Attachment, ...] = ()
    follow_up: tuple[_WrittenFollowUp, ...] = ()
    reviewer: ReviewerScript = ApproveIt()
    absent_orders: tuple[str, ...] = ()


_File = TypeAdapter(tuple[_Written, ...])


def load_tickets(now: datetime) -> tuple[DemoTicket, ...]:
    """Every ticket of the demo as it would stand at `now` (aware), the one written to last at the end.

    Raises InvalidInput naming the file and the field for a ticket that is wrong, or for an id that is used twice.
    """
    return read_folder(HERE, now)


def read_folder(folder: Path, now: datetime) -> tuple[DemoTicket, ...]:
    """The tickets of every YAML file of a folder. Raises as `load_tickets` does."""
    stories: dict[TicketId, DemoTicket] = {}
    for file in sorted(folder.glob("*.yaml")):
        for story in read_tickets(file, now):
            ticket_id = story.ticket.id
            if ticket_id in stories:
                raise InvalidInput(f"{file} id", f"{ticket_id} is another ticket's.", "Give one of them another id.")
            stories[ticket_id] = story
    return tuple(sorted(stories.values(), key=lambda story: story.ticket.messages[-1].sent_at))


def read_tickets(file: Path, now: datetime) -> tuple[DemoTicket, ...]:
    """The tickets of one file, in its order. Raises InvalidInput naming the file and the first field that is wrong."""
    try:
        written = _File.validate_python(yaml.safe_load(file.read_text(encoding="utf-8")))
        return tuple(_told(entry, now.astimezone(UTC)) for entry in written)
    except OSError as error:
        raise InvalidInput(str(file), f"it cannot be read: {error.strerror}.", "Give a file of tickets.") from error
    except yaml.YAMLError as error:
        raise InvalidInput(str(file), f"it is not YAML: {error}.", "Mend it at that line.") from error
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(str(step) for step in first["loc"]) or "the whole file"
        raise InvalidInput(
            f"{file} {where}", f"{first['msg']}.", "Mend that entry; `demo/tickets/load.py` has the fields."
        ) from error


def _told(entry: _Written, now: datetime) -> DemoTicket:
    return DemoTicket(
        ticket=_ticket(entry, now),
        about=entry.about,
        expect=entry.expect,
        follow_up=tuple(
            FollowUp(id=f"{entry.id}-f{number}", when=later.when, text=later.text)
            for number, later in enumerate(entry.follow_up, start=1)
        ),
        reviewer=entry.reviewer,
        absent_orders=entry.absent_orders,
    )


def _ticket(entry: _Written, now: datetime) -> Ticket:
    return Ticket(
        tenant=TENANT,
        source=SOURCE,
        id=entry.id,
        channel=entry.channel,
        locale=entry.locale,
        customer=entry.customer,
        subject=entry.subject,
        messages=tuple(
            Message(id=f"{entry.id}-m{number}", author=message.author, text=message.text, sent_at=now - message.at)
            for number, message in enumerate(entry.messages, start=1)
        ),
        attachments=entry.attachments,
    )

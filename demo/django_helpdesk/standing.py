"""What stands in the helpdesk, read from its database: the truth that what we did is held against."""

import sqlite3
from contextlib import closing

from cases.record import Record
from demo.django_helpdesk.place import Place

FOLLOW_UPS = """
    SELECT f.id, cast(f.ticket_id AS text), coalesce(u.username, ''), f.public, coalesce(f.comment, '')
    FROM helpdesk_followup f LEFT JOIN auth_user u ON u.id = f.user_id
    ORDER BY f.date
"""


class StandingFollowUp(Record):
    """One follow-up as it stands there."""

    id: int
    ticket_id: str
    author: str
    """Who of the staff; "" for a customer."""
    public: bool
    text: str


def standing_followups(place: Place) -> tuple[StandingFollowUp, ...]:
    """All of them, oldest first."""
    names = tuple(StandingFollowUp.model_fields)
    rows = (dict(zip(names, row, strict=True)) for row in _rows(place, FOLLOW_UPS))
    return tuple(StandingFollowUp.model_validate(row) for row in rows)


def standing_tickets(place: Place) -> tuple[str, ...]:
    """The ids of all tickets, oldest first."""
    return tuple(str(row[0]) for row in _rows(place, "SELECT id FROM helpdesk_ticket ORDER BY id"))


def _rows(place: Place, query: str) -> list[tuple[object, ...]]:
    with closing(sqlite3.connect(f"file:{place.database}?mode=ro", uri=True, timeout=20)) as connection:
        return connection.execute(query).fetchall()

"""The queue somebody works through: its filters go with them from case to case."""

from typing import Annotated, NamedTuple
from urllib.parse import parse_qsl, quote

from fastapi import Query
from pydantic import ValidationError, model_validator

from ledger.queue import QueueFilter
from starter.desk.queue_view import address


class QueueQuery(QueueFilter):
    """The filters as they stand in the address; an empty one narrows nothing."""

    mine: bool = False

    @model_validator(mode="before")
    @classmethod
    def _without_empty_ones(cls, given: dict[str, object]) -> dict[str, object]:
        return {name: value for name, value in given.items() if value not in ("", None)}


Wanted = Annotated[QueueQuery, Query()]


class Around(NamedTuple):
    """The ways on from a case, within the queue it was opened from."""

    queue: str
    within: str
    """The filters, as they stand behind a question mark; empty without any."""
    after: str
    before: str


def within(wanted: QueueQuery) -> str:
    """The filters of a queue, as they stand behind a question mark; empty without any."""
    return address(wanted, mine=wanted.mine, page=wanted.page)[2:]


def around(wanted: QueueQuery, case_id: str) -> Around:
    """The ways on from a case that was opened from this queue."""
    filters = within(wanted)
    more = f"&{filters}" if filters else ""
    named = quote(case_id, safe="")
    return Around(
        queue=f"/?{filters}" if filters else "/",
        within=filters,
        after=f"/next?after={named}{more}",
        before=f"/next?before={named}{more}",
    )


def read_within(filters: str) -> QueueQuery:
    """The filters a form brought with it; the whole queue for what cannot be read: only the way on hangs on it."""
    try:
        return QueueQuery.model_validate(dict(parse_qsl(filters)))
    except ValidationError:
        return QueueQuery()

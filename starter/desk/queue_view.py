"""What a line of the queue says: how much time is left, who has it, and whether it may be decided with others."""

from datetime import datetime, timedelta
from enum import StrEnum
from urllib.parse import urlencode

from cases.person import Person
from cases.policy.desk import DeskRules
from cases.record import Record
from cases.review import Claim
from ledger.queue import LINES, QueueFilter, QueueLine, QueueName, QueuePage
from routing.low_risk import why_not_in_bulk
from starter.desk.approvers import not_theirs

SOON = timedelta(minutes=30)
"""With less time than this left, a case is marked."""


FILTERS = frozenset(QueueFilter.model_fields) - {"claimed_by"}
"""What stands in the address of a queue; whose cases they are is said by `mine`."""


class Urgency(StrEnum):
    """How a deadline stands."""

    LATE = "late"
    SOON = "soon"
    CALM = "calm"


class TimeLeft(Record):
    """A deadline in words: `1 h 05 min`, `late by 12 min`."""

    words: str
    urgency: Urgency


class ShownLine(Record):
    """A line of the queue as a person reads it."""

    line: QueueLine
    customer: str
    time_left: TimeLeft | None
    waits_since: str
    claimed_by: str | None
    """Whose lease runs now."""
    approvals: str
    """Such as `1 of 2`, where two must agree."""
    other_reasons: int
    would: str
    """What would be done, unless the reason says it already."""
    in_bulk: bool
    beyond: str
    """Why whoever looks may not approve it, in two or three words; empty where they may."""


def shown_line(line: QueueLine, person: Person, rules: DeskRules, now: datetime) -> ShownLine:
    """A line as it stands at this moment for this person, by the rules of its policy."""
    review = line.review
    beyond = not_theirs(person, review, rules) if review else None
    given = len(review.approvals) if review else 0
    since = line.waiting_since or line.updated_at
    return ShownLine(
        line=line,
        customer=line.customer.name or line.customer.email or line.customer.id or line.customer.contact_id or "someone",
        time_left=time_left(line.due_at, now) if line.due_at else None,
        waits_since=span(now - since),
        claimed_by=running(review.claim, now) if review else None,
        approvals=f"{given} of {review.approvals_needed}" if review and given else "",
        other_reasons=len(review.reasons) - 1 if review else 0,
        would=_would(line),
        in_bulk=review is not None and why_not_in_bulk(review, rules.low_risk) is None,
        beyond=beyond.mark if beyond else "",
    )


def _would(line: QueueLine) -> str:
    summaries = [action.summary for action in line.review.actions] if line.review else []
    told = line.reason.sentence if line.reason else ""
    return "; ".join(summary for summary in summaries if summary not in told)


def running(claim: Claim | None, now: datetime) -> str | None:
    """Who has a case to themselves now, if anybody has."""
    return claim.reviewer if claim is not None and claim.until > now else None


def time_left(due_at: datetime, now: datetime) -> TimeLeft:
    """How long until a deadline, or since."""
    left = due_at - now
    if left < timedelta(0):
        return TimeLeft(words=f"late by {span(-left)}", urgency=Urgency.LATE)
    return TimeLeft(words=span(left), urgency=Urgency.SOON if left < SOON else Urgency.CALM)


def span(passed: timedelta) -> str:
    """A time in at most two units: `40 s`, `12 min`, `3 h 05 min`, `2 d 4 h`."""
    seconds = max(0, int(passed.total_seconds()))
    if seconds < 60:
        return f"{seconds} s"
    minutes, hours, days = seconds // 60, seconds // 3_600, seconds // 86_400
    if not hours:
        return f"{minutes} min"
    if not days:
        return f"{hours} h {minutes % 60:02} min"
    return f"{days} d {hours % 24} h"


def window(time: timedelta) -> str:
    """A whole window of time in words: `24 hours`, `7 days`."""
    days, rest = divmod(time, timedelta(days=1))
    if rest or days < 2:
        return f"{time / timedelta(hours=1):g} hours"
    return f"{days} days"


def address(wanted: QueueFilter, *, mine: bool, **changes: object) -> str:
    """The queue's address with these filters, some of them changed; a changed filter begins at the first page."""
    values: dict[str, object] = {
        **{name: value for name, value in wanted.model_dump(mode="json").items() if name in FILTERS},
        "mine": "1" if mine else None,
        "page": 1,
        **changes,
    }
    standard: dict[str, object] = {"queue": QueueName.REVIEW, "page": 1}
    told = {name: str(value) for name, value in values.items() if value is not None and value != standard.get(name)}
    return f"/?{urlencode(told)}" if told else "/"


def pages(found: QueuePage) -> int:
    """How many pages there are."""
    return max(1, -(-found.found // LINES))

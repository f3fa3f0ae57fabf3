"""Cases as a table that fits the terminal: what does not fit is left out whole, the least useful first."""

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from rich.table import Table

from cases.outcome import Stage
from ledger.case_list import CaseSummary
from starter.command_line.output import printable

MOST_NAME_CHARACTERS = 24

WAITED_FOR = {
    Stage.WAITING_FOR_REVIEW: "a person",
    Stage.WAITING_FOR_CUSTOMER: "customer",
    Stage.WAITING_FOR_HELPDESK: "ops",
}
"""Whom a case waits for, by its stage."""


@dataclass(frozen=True)
class Column:
    """One column. `width` is None for what takes the room that is left; `needs` is the terminal it appears on."""

    title: str
    value: Callable[[CaseSummary], str]
    width: int | None
    needs: int


def case_table(cases: Sequence[CaseSummary], width: int, now: datetime) -> Table:
    """One line a case, `width` characters wide."""
    columns = (
        Column("STAGE", lambda case: _words(case.stage), 20, 36),
        Column("ROUTE", lambda case: case.route or "", 8, 90),
        Column("AGE", lambda case: _age(case, now), 4, 50),
        Column("TEAM", lambda case: case.team or "", 15, 100),
        Column("INTENTS", lambda case: ", ".join(case.intents), 24, 120),
        Column("SUBJECT", lambda case: case.subject, 30, 150),
        Column("WHY", why, None, 60),
    )
    return _table(cases, width, columns)


def waiting_table(cases: Sequence[CaseSummary], width: int, now: datetime) -> Table:
    """The same for cases that wait: for whom, how long, whose they are and when a decision is due (UTC)."""
    columns = (
        Column("FOR", lambda case: WAITED_FOR.get(case.stage, _words(case.stage)), 8, 36),
        Column("AGE", lambda case: _age(case, now), 4, 50),
        Column("TEAM", lambda case: case.team or "", 15, 70),
        Column("DUE UTC", lambda case: _due(case.review_due_at, now), 7, 76),
        Column("INTENTS", lambda case: ", ".join(case.intents), 24, 120),
        Column("SUBJECT", lambda case: case.subject, 30, 150),
        Column("WHY", why, None, 60),
    )
    return _table(cases, width, columns)


def why(case: CaseSummary) -> str:
    """How the case ended, or why it is where it is."""
    reason = case.reason.sentence if case.reason else ""
    return f"{case.outcome.replace('_', ' ')}: {reason}" if case.outcome else reason


def age(passed: timedelta) -> str:
    """How long ago, in at most four characters: `12s`, `5m`, `3h`, `9d`."""
    seconds = max(0, int(passed.total_seconds()))
    for length, unit in ((86_400, "d"), (3_600, "h"), (60, "m")):
        if seconds >= length:
            return f"{seconds // length}{unit}"
    return f"{seconds}s"


def _table(cases: Sequence[CaseSummary], width: int, columns: Sequence[Column]) -> Table:
    namesakes = Counter(case.ticket_id for case in cases)

    def name(case: CaseSummary) -> str:
        return case.ticket_id if namesakes[case.ticket_id] == 1 else case.case_id

    longest = min(MOST_NAME_CHARACTERS, max((len(name(case)) for case in cases), default=0))
    named = Column("CASE", name, None if width < 60 else longest, 0)
    table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0), width=width, header_style="bold")
    shown = [column for column in (named, *columns) if column.needs <= width]
    for column in shown:
        table.add_column(
            column.title,
            min_width=column.width,
            max_width=column.width,
            ratio=1 if column.width is None else None,
            no_wrap=True,
            overflow="ellipsis",
        )
    for case in cases:
        table.add_row(*(" ".join(printable(column.value(case)).splitlines()) for column in shown))
    return table


def _words(stage: Stage) -> str:
    return stage.replace("_", " ")


def _age(case: CaseSummary, now: datetime) -> str:
    return age(now - (case.waiting_since or case.updated_at))


def _due(at: datetime | None, now: datetime) -> str:
    """The time of a decision that is due today, and the day of any other."""
    if at is None:
        return ""
    return f"{at:%H:%M}" if at.date() == now.date() else f"{at:%d %b}"

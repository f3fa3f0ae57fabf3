"""What a demo ends with on the screen: how each ticket ended and why, what that comes to, and where everything is."""

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from cases.outcome import OutcomeKind, Stage
from demo.embedded.addresses import Addresses
from demo.embedded.people import how_to_sign_in
from demo.tickets.story import DemoTicket
from ledger.case_list import CaseSummary
from starter.command_line.demo_count import NO_CASE, DemoCount, ended
from starter.command_line.demo_player import Cases
from starter.command_line.output import printable

WIDE_COLUMNS = 120

ORDER: tuple[str, ...] = (
    NO_CASE,
    Stage.WAITING_FOR_REVIEW,
    Stage.WAITING_FOR_CUSTOMER,
    OutcomeKind.HANDED_OVER,
    OutcomeKind.TAKEN_OVER,
)
"""The ends that somebody must do something about come first, the others by name."""


def outcome_table(stories: Sequence[DemoTicket], cases: Cases, width: int) -> RenderableType:
    """One line a ticket, under what became of it: why, and on a wide screen what it is about."""
    by_end: dict[str, list[DemoTicket]] = {}
    for story in stories:
        by_end.setdefault(ended(cases.get(story.ticket.case_id)), []).append(story)
    parts: list[RenderableType] = []
    for end in sorted(by_end, key=_place):
        parts.append(Text(f"\n{_words(end)}: {len(by_end[end])}", style="bold"))
        parts.append(_lines(by_end[end], cases, width))
    return Group(*parts)


def totals(count: DemoCount, width: int) -> str:
    """What the demo comes to, in lines of at most `width` characters."""
    outcomes = [f"{times} {_words(end)}" for end, times in _in_order(count.outcomes)]
    actions, replies = count.actions_executed_twice, count.replies_sent_twice
    checked = (
        f"{_many(count.actions_executed, 'action')} done in the shop",
        f"{_many(actions, 'action')} too many" if actions else "no action done twice",
        f"{_many(replies, 'reply', 'replies')} too many" if replies else "no reply sent twice",
        f"{_many(count.lost, 'ticket')} lost" if count.lost else "no ticket lost",
    )
    first = f"{_many(count.tickets, 'ticket')} in {count.seconds:.1f} s"
    return f"{in_lines((first, *outcomes), width)}\n{in_lines(checked, width)}"


def in_lines(items: Iterable[str], width: int) -> str:
    """Items in lines of at most `width` characters, no item broken that fits on one."""
    lines: list[str] = []
    for item in items:
        if lines and len(lines[-1]) + len(SEPARATOR) + len(item) <= width:
            lines[-1] += f"{SEPARATOR}{item}"
        else:
            lines.append(item)
    return "\n".join(lines)


def where(addresses: Addresses, data: Path) -> str:
    """The addresses to open, and whom to be there."""
    return "\n".join(
        (
            f"  desk           {addresses.desk_url}",
            f"                 {how_to_sign_in(data)}",
            f"  Temporal UI    {addresses.temporal_ui}",
            f"  helpdesk       {addresses.helpdesk_url}",
            f"  HTTP door      {addresses.api_url}/docs",
        )
    )


SEPARATOR = " · "


def _lines(stories: Sequence[DemoTicket], cases: Cases, width: int) -> Table:
    wide = width >= WIDE_COLUMNS
    table = Table.grid(padding=(0, 2, 0, 0))
    table.width = width
    table.add_column(no_wrap=True)
    for _ in range(2 if wide else 1):
        table.add_column(ratio=1, no_wrap=True, overflow="ellipsis")
    for story in stories:
        why = _why(cases.get(story.ticket.case_id))
        table.add_row(f"  {story.ticket.id}", printable(why).replace("\n", " "), *((story.about,) if wide else ()))
    return table


def _why(case: CaseSummary | None) -> str:
    return case.reason.sentence if case is not None and case.reason else ""


def _in_order(outcomes: Mapping[str, int]) -> list[tuple[str, int]]:
    return sorted(outcomes.items(), key=lambda counted: _place(counted[0]))


def _place(end: str) -> tuple[int, str]:
    return (ORDER.index(end) if end in ORDER else len(ORDER), end)


def _words(end: str) -> str:
    return end.replace("_", " ")


def _many(number: int, one: str, several: str = "") -> str:
    return f"{number} {one if number == 1 else several or f'{one}s'}"

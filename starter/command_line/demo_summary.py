"""What a demo ends with on the screen: how each ticket ended and why, where everything is, and what to try next."""

from collections.abc import Iterator, Sequence
from pathlib import Path

from rich.table import Table

from cases.outcome import Stage
from demo.embedded.addresses import Addresses
from demo.tickets.story import DemoTicket
from ledger.case_list import CaseSummary
from starter.command_line.demo_count import DemoCount
from starter.command_line.demo_player import Cases
from starter.command_line.output import printable
from starter.settings import DATA_VARIABLE, DEFAULT_DATA

WIDE_COLUMNS = 120


def outcome_table(stories: Sequence[DemoTicket], cases: Cases, width: int) -> Table:
    """One line a ticket: how it ended or what it waits for, why, and on a wide screen what it is about."""
    wide = width >= WIDE_COLUMNS
    table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0), width=width, header_style="bold")
    for title in ("TICKET", "ENDED", "WHY", *(("ABOUT",) if wide else ())):
        table.add_column(title, ratio=1 if title in ("WHY", "ABOUT") else None, no_wrap=True, overflow="ellipsis")
    for story in stories:
        case = cases.get(story.ticket.case_id)
        ended, reason = ("no case", "") if case is None else _ended(case)
        cells = (story.ticket.id, ended, printable(reason).replace("\n", " "), *((story.about,) if wide else ()))
        table.add_row(*cells)
    return table


def totals(count: DemoCount) -> str:
    """The counts in two lines."""
    outcomes = " · ".join(f"{kind.replace('_', ' ')} {times}" for kind, times in count.outcomes.items())
    checked = (
        f"{count.actions_executed} actions, {count.actions_executed_twice} twice · "
        f"{count.replies_sent_twice} replies twice · {count.lost} lost · {count.seconds:.1f} s"
    )
    return f"{count.tickets} tickets: {outcomes}\n{checked}"


def where(addresses: Addresses) -> str:
    """The addresses to open."""
    return "\n".join(
        (
            f"  Temporal UI    {addresses.temporal_ui}",
            f"  helpdesk       {addresses.helpdesk_url}",
            f"  HTTP door      {addresses.api_url}/docs",
        )
    )


def what_to_try(cases: Cases, data: Path) -> str:
    """The commands for another terminal, with a case that waits for a person now."""
    here = "" if data == DEFAULT_DATA else f"{DATA_VARIABLE}={data} "
    return "\n".join(f"  {here}{command}" for command in _commands(cases))


def _commands(cases: Cases) -> Iterator[str]:
    waiting = [case for case in cases.values() if case.stage is Stage.WAITING_FOR_REVIEW]
    for case in waiting[:1]:
        yield f"signalbox show {case.ticket_id}"
        yield f"signalbox approve {case.ticket_id}"
    yield "signalbox cases --waiting"
    asked = [case for case in cases.values() if case.stage is Stage.WAITING_FOR_CUSTOMER]
    for case in asked[:1]:
        yield f'signalbox reply {case.ticket_id} "What the customer answers"'


def _ended(case: CaseSummary) -> tuple[str, str]:
    ended = case.outcome or case.stage
    reason = case.reason.sentence if case.reason else ""
    return ended.replace("_", " "), reason

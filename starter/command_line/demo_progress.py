"""The demo's live progress: how many cases are at which stage, and the last things that happened."""

from collections import Counter
from collections.abc import Mapping

from rich.console import Console, Group
from rich.live import Live
from rich.text import Text

from cases.outcome import Stage
from ledger.case_list import CaseSummary
from starter.command_line.case_table import why
from starter.command_line.demo_summary import in_lines
from starter.command_line.output import printable

LAST_LINES = 8


class DemoProgress:
    """A live display on a terminal; where there is none, each thing that happens is a line."""

    def __init__(self, screen: Console, tickets: int) -> None:
        self._screen = screen
        self._tickets = tickets
        self._known: dict[str, tuple[Stage, str]] = {}
        self._happened: dict[str, str] = {}
        """The newest thing that happened to each case, the newest of all last."""
        self._live = Live(console=screen, auto_refresh=False, transient=True)

    def __enter__(self) -> "DemoProgress":
        if self._screen.is_terminal:
            self._live.start()
        return self

    def __exit__(self, *_: object) -> None:
        if self._screen.is_terminal:
            self._live.stop()

    def show(self, cases: Mapping[str, CaseSummary]) -> None:
        """Show how the cases stand now."""
        for case in cases.values():
            stands = (case.stage, why(case))
            if self._known.get(case.case_id) != stands:
                self._known[case.case_id] = stands
                self._happen(case)
        if self._screen.is_terminal:
            self._live.update(self._display(cases), refresh=True)

    def _happen(self, case: CaseSummary) -> None:
        stands = f"{case.ticket_id:<10} {case.stage.replace('_', ' '):<20} {why(case)}"
        line = printable(stands).replace("\n", " ").rstrip()
        if self._screen.is_terminal:
            self._happened.pop(case.case_id, None)
            self._happened[case.case_id] = line
        else:
            self._screen.print(line[: self._screen.width])

    def _display(self, cases: Mapping[str, CaseSummary]) -> Group:
        at = Counter(case.stage for case in cases.values())
        counts = (f"{stage.replace('_', ' ')} {at[stage]}" for stage in Stage if at[stage])
        heading = in_lines((f"{len(cases)} of {self._tickets} tickets", *counts), self._screen.width)
        newest = list(self._happened.values())[-LAST_LINES:]
        return Group(
            Text(heading, style="bold"), *(Text(f"  {line}", no_wrap=True, overflow="ellipsis") for line in newest)
        )

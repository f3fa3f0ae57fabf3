"""`signalbox start FILE…`."""

import asyncio
from collections.abc import Iterable
from pathlib import Path
from typing import Annotated

import typer
from pydantic import Field
from rich.console import Console
from rich.progress import Progress

from cases.errors import InvalidTicket, Unavailable
from cases.record import Record
from cases.ticket import Ticket
from starter.command_line.exits import ExitCode
from starter.command_line.options import JsonOption
from starter.command_line.output import complain, print_json
from starter.command_line.ticket_files import STANDARD_INPUT, WrittenTicket, written_tickets
from starter.connections import Connections, open_connections
from starter.intake import start_case
from starter.problems import FieldProblem
from starter.reading import UnreadableTicket, read_ticket
from starter.settings import load_settings

AT_ONCE = 16
"""How many tickets are on their way to Temporal at the same time."""


def _readable(files: list[Path]) -> list[Path]:
    for file in files:
        if file != STANDARD_INPUT and not file.is_file():
            raise typer.BadParameter(f"{file} is not a file. Give files of tickets, or - for standard input.")
    return files


FilesArgument = Annotated[
    list[Path],
    typer.Argument(metavar="FILE…", help="JSON, or one ticket a line; - is standard input.", callback=_readable),
]


class Started(Record):
    """A ticket whose case runs; `place` is where the ticket stands."""

    place: str
    case_id: str
    already_known: bool
    ignored: Annotated[str | None, Field(exclude_if=lambda why: why is None)] = None
    """Why it began nothing: a machine wrote it."""


class Invalid(Record):
    """A ticket that cannot be taken, and why."""

    place: str
    problems: tuple[FieldProblem, ...]


class StartReport(Record):
    """What became of every ticket; those under neither were not tried, because a part of Signalbox is away."""

    started: tuple[Started, ...]
    invalid: tuple[Invalid, ...]


def command(files: FilesArgument, *, as_json: JsonOption = False) -> None:
    """Start a case for each ticket in the files. A ticket sent before is the same case."""
    tickets, invalid = _read(written for file in files for written in written_tickets(file))
    if not tickets and not invalid:
        raise InvalidTicket(", ".join(map(str, files)), "holds no ticket.", "Write one JSON object a line.")
    started, away = asyncio.run(_start_all(tickets))
    report = StartReport(started=started, invalid=invalid)
    if as_json:
        print_json(report)
    else:
        _tell(report)
    for ticket in () if as_json else invalid:
        for problem in ticket.problems:
            complain(f"{ticket.place}: {problem}")
    if away is not None:
        raise away
    if invalid:
        raise typer.Exit(ExitCode.REFUSED)


def _read(written: Iterable[WrittenTicket]) -> tuple[list[tuple[str, Ticket]], tuple[Invalid, ...]]:
    tickets: list[tuple[str, Ticket]] = []
    invalid: list[Invalid] = []
    for place, text in written:
        try:
            tickets.append((place, read_ticket(text)))
        except UnreadableTicket as error:
            invalid.append(Invalid(place=place, problems=error.problems))
    return tickets, tuple(invalid)


async def _start_all(tickets: list[tuple[str, Ticket]]) -> tuple[tuple[Started, ...], Unavailable | None]:
    """Start them in order, some at a time; with the first that cannot be started, stop."""
    started: list[Started] = []
    async with open_connections(load_settings()) as connections:
        screen = Console(stderr=True)
        # Where there is no terminal to draw on, it would leave an empty line.
        with Progress(console=screen, transient=True, disable=not screen.is_terminal) as progress:
            task = progress.add_task("Starting cases", total=len(tickets))
            for first in range(0, len(tickets), AT_ONCE):
                some = tickets[first : first + AT_ONCE]
                tries = [_start(connections, place, ticket) for place, ticket in some]
                ended = await asyncio.gather(*tries, return_exceptions=True)
                started.extend(result for result in ended if isinstance(result, Started))
                failed = next((result for result in ended if isinstance(result, BaseException)), None)
                if isinstance(failed, Unavailable):
                    return tuple(started), failed
                if failed is not None:
                    raise failed
                progress.advance(task, len(some))
    return tuple(started), None


async def _start(connections: Connections, place: str, ticket: Ticket) -> Started:
    case = await start_case(connections.engine, connections.ledger, ticket)
    return Started(place=place, case_id=case.case_id, already_known=case.already_known, ignored=case.ignored)


def _tell(report: StartReport) -> None:
    for case in report.started:
        typer.echo(f"{case.case_id}  {_became(case)}")
    ignored = sum(case.ignored is not None for case in report.started)
    known = sum(case.already_known for case in report.started)
    new = len(report.started) - known - ignored
    told = f"{new} started, {known} known already, {len(report.invalid)} invalid"
    typer.echo(f"{told}, {ignored} automatic." if ignored else f"{told}.")
    if len(report.started) > ignored:
        typer.echo("See how they go: signalbox cases")


def _became(case: Started) -> str:
    if case.ignored is not None:
        return f"not started. {case.ignored}"
    return "known already" if case.already_known else "started"

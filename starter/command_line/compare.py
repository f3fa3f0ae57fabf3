"""`signalbox compare FILE --policy POLICY --models A,B,C`."""

import asyncio
import math
from collections.abc import AsyncGenerator, Sequence
from contextlib import asynccontextmanager
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from cases.errors import InvalidInput, InvalidTicket
from cases.policy.document import Policy
from cases.policy.models import LOCAL
from cases.ticket import Ticket
from integrations.models.protocol import Provider
from starter.command_line.compare_screen import compare_screen
from starter.command_line.options import JsonOption
from starter.command_line.output import complain, console, print_json
from starter.command_line.teaching import teach
from starter.command_line.ticket_files import STANDARD_INPUT, written_tickets
from starter.comparison.entrants import Entrant, entrants_of, only_of
from starter.comparison.ground import open_ground
from starter.comparison.page import comparison_page
from starter.comparison.report import ComparisonReport, reported
from starter.comparison.run import Comparison
from starter.model_providers import hosted_providers
from starter.policy_files import read_policy
from starter.problems import FieldProblem
from starter.queues import model_calls_at_once
from starter.reading import UnreadableTicket, read_ticket
from starter.settings import Settings, load_settings

if TYPE_CHECKING:
    from integrations.models.local.encoders import Encoders

MOST_AT_ONCE = 8
"""How many tickets are on their way side by side at most: more would use up a hosted model's rate."""

FileArgument = Annotated[
    Path, typer.Argument(metavar="FILE", help="Tickets as JSON, or one a line; - is standard input.")
]
PolicyOption = Annotated[
    Path | None,
    typer.Option("--policy", metavar="POLICY", help="The policy's first file.", show_default="the worker's policy"),
]
ModelsOption = Annotated[
    str, typer.Option("--models", metavar="A,B,C", help="Models of the policy.", show_default="all of them")
]
PageOption = Annotated[
    Path | None, typer.Option("--html", metavar="FILE", help="Write the whole comparison there too, as one page.")
]


CeilingOption = Annotated[
    float, typer.Option("--ceiling", metavar="DOLLARS", min=0, help="US dollars that the comparison may cost.")
]


class UnreadableTickets(InvalidInput):
    """A file with tickets that cannot be taken; `problems` has everything that is wrong with it."""

    def __init__(self, first: FieldProblem, *others: FieldProblem) -> None:
        super().__init__(first.field, first.problem, first.way_out)
        self.problems = (first, *others)

    def __str__(self) -> str:
        return "\n".join(str(problem) for problem in self.problems)


def command(
    file: FileArgument,
    *,
    policy: PolicyOption = None,
    models: ModelsOption = "",
    page: PageOption = None,
    ceiling: CeilingOption = 1.0,
    as_json: JsonOption = False,
) -> None:
    """Compare models over a file of tickets: what each reads, would do and would write, and what it costs.

    Nothing is sent and nothing is done. What could cost more than the ceiling is left out, and told. Drafts are written
    from the help centre and the shop of the settings.
    """
    if not math.isfinite(ceiling):
        raise InvalidInput("--ceiling", "is no amount.", "Give US dollars, such as 2.50.")
    settings = load_settings()
    used = read_policy(policy or settings.policy)
    entrants = entrants_of(used, [name.strip() for name in models.split(",") if name.strip()])
    tickets = _tickets(file)
    if page is not None:
        _make_sure_it_can_be_written(page)
    report = asyncio.run(_compare(used, entrants, settings, tickets, Decimal(str(ceiling))))
    if page is not None:
        page.write_text(comparison_page(report), encoding="utf-8")
    if as_json:
        print_json(report)
    else:
        console().print(compare_screen(report))
    if report.ceiling_reached is not None:
        complain(report.ceiling_reached)
    for total in report.totals:
        if total.failure is not None:
            complain(f"{total.model} failed on {total.failures} of {total.asked} tickets. The first: {total.failure}")


def _tickets(file: Path) -> list[tuple[str, Ticket]]:
    """Every ticket, or nothing at all: half a comparison would pass for a whole one."""
    if file != STANDARD_INPUT and not file.is_file():
        raise InvalidInput(str(file), "is no file.", "Give a file of tickets, or - for standard input.")
    tickets: list[tuple[str, Ticket]] = []
    problems: list[FieldProblem] = []
    for place, text in written_tickets(file):
        try:
            tickets.append((place, read_ticket(text)))
        except UnreadableTicket as error:
            problems += [problem.model_copy(update={"field": f"{place} {problem.field}"}) for problem in error.problems]
    if problems:
        raise UnreadableTickets(*problems)
    if not tickets:
        raise InvalidTicket(str(file), "holds no ticket.", "Write one JSON object a line.")
    return tickets


def _make_sure_it_can_be_written(page: Path) -> None:
    # Before models are paid for, not after.
    try:
        page.touch()
    except OSError as error:
        raise InvalidInput(
            "--html", f"{page} cannot be written: {error.strerror}.", "Give a file in a folder of yours."
        ) from error


async def _compare(
    policy: Policy,
    entrants: Sequence[Entrant],
    settings: Settings,
    tickets: Sequence[tuple[str, Ticket]],
    ceiling: Decimal,
) -> ComparisonReport:
    from integrations.models.local.encoders import Encoders
    from integrations.models.local.language import PolicyLanguages
    from integrations.models.local.provider import LocalEmbedder

    encoders = Encoders()
    narrowed = only_of(policy, entrants)
    at_once = min(model_calls_at_once(narrowed.document), MOST_AT_ONCE)
    languages = PolicyLanguages(policy.document.languages)
    columns = (TextColumn("Comparing"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    lookup_seconds = policy.document.tool_times.lookup_seconds
    async with (
        _providers(policy, entrants, settings, encoders) as providers,
        open_ground(settings, LocalEmbedder(encoders), lookup_seconds) as ground,
    ):
        if ground.drafts_left_out:
            typer.echo(ground.drafts_left_out, err=True)
        comparison = Comparison(policy, entrants, providers, languages, ground, at_once, ceiling)
        with Progress(*columns, console=Console(stderr=True), transient=True) as progress:
            task = progress.add_task("Comparing", total=len(tickets))
            compared = await comparison.compare_all(tickets, lambda: progress.advance(task))
        return reported(policy, entrants, compared, ground, ceiling)


@asynccontextmanager
async def _providers(
    policy: Policy, entrants: Sequence[Entrant], settings: Settings, encoders: "Encoders"
) -> AsyncGenerator[dict[str, Provider]]:
    """Those who run these models and no others: nobody needs the key of a model that is not compared."""
    from integrations.models.local.provider import LocalProvider

    policies = {policy.version: policy}
    local = LocalProvider(policies, encoders, settings.data / "models")
    async with hosted_providers(only_of(policy, entrants), policies) as hosted:
        if any(entrant.provider == LOCAL and entrant.reads for entrant in entrants):
            await teach(local, policy.version)
        yield {LOCAL: local, **hosted}

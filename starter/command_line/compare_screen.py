"""A comparison as a screen: the totals first, then every ticket with each model's answer."""

from collections.abc import Iterator, Sequence

from rich.console import Group, RenderableType
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from starter.command_line.output import printable
from starter.comparison.answers import ComparedTicket, ModelAnswer
from starter.comparison.page import dollars, seconds, share
from starter.comparison.report import ComparisonReport

SHOWN_OF_TICKET = 140
SHOWN_OF_DRAFT = 300
"""Characters of a ticket and of a draft; --html and --json have all of both."""


def compare_screen(report: ComparisonReport) -> Group:
    """The whole report, for a terminal."""
    return Group(*_head(report), "", _totals(report), *_notes(report), *_tickets(report.tickets))


def _head(report: ComparisonReport) -> Iterator[str]:
    yield f"{len(report.tickets):,} tickets under {report.policy_version}; nothing was sent and nothing was done"
    yield f"intents differ on   {report.intents_differ:,}"
    yield f"actions differ on   {report.actions_differ:,}"
    if report.held:
        yield f"held before models  {report.held:,}"
    notices = (report.ceiling_reached, report.drafts_left_out, report.lookups_failed)
    yield from (printable(notice) for notice in notices if notice)


def _totals(report: ComparisonReport) -> Table:
    table = _table("MODEL", "ASKED", "FAILED", "DRAFTS", "COST", "P50", "P95", "INTENT", "ACTION")
    for total in report.totals:
        table.add_row(
            total.model,
            str(total.asked),
            str(total.failures),
            str(total.drafted) if total.drafts else "–",
            dollars(total.cost),
            seconds(total.p50_seconds),
            seconds(total.p95_seconds),
            share(total.agrees_on_intent),
            share(total.agrees_on_action),
        )
    return table


def _notes(report: ComparisonReport) -> Iterator[str]:
    yield f"INTENT and ACTION: agreement with {report.first}. P50, P95: a ticket's calls together."
    for total in report.totals:
        if total.unproven:
            yield f"{total.model}: {total.unproven} drafts failed the check, and would wait for a person."
        if total.unsure:
            yield f"{total.model}: {total.unsure} readings unsure; a case would ask the next model."


def _tickets(tickets: Sequence[ComparedTicket]) -> Iterator[RenderableType]:
    for ticket in tickets:
        yield ""
        yield Text.assemble((printable(f"{ticket.ticket_id}  {ticket.place}"), "bold"), *_marks(ticket))
        yield Padding(Text(_short(ticket.text, SHOWN_OF_TICKET), style="italic"), (0, 0, 0, 2))
        if ticket.held is not None:
            yield Padding(Text(f"No model was asked: {printable(ticket.held.sentence)}"), (0, 0, 0, 2))
        if ticket.left_out:
            yield Padding(Text("No model was asked: the ceiling was reached."), (0, 0, 0, 2))
        for answer in ticket.answers:
            yield from _answer(answer)


def _marks(ticket: ComparedTicket) -> Iterator[tuple[str, str]]:
    if ticket.intents_differ:
        yield "  ≠ intents", "bold yellow"
    if ticket.actions_differ:
        yield "  ≠ actions", "bold yellow"


def _answer(answer: ModelAnswer) -> Iterator[RenderableType]:
    took = f"{seconds(answer.seconds)}, {dollars(answer.cost)}" if answer.attempts else "not asked"
    yield Padding(Text.assemble((answer.model, "bold"), f"  {took}"), (0, 0, 0, 2))
    for line in _lines(answer):
        yield Padding(Text(printable(line)), (0, 0, 0, 4))


def _lines(answer: ModelAnswer) -> Iterator[str]:
    if answer.failure is not None:
        yield f"failed: {answer.failure.sentence}"
    if answer.read_by is not None:
        whose = "" if answer.reads else f"(read by {answer.read_by}) "
        route = f" → {answer.route.name}: {answer.route.reason.sentence}" if answer.route else ""
        yield f"{whose}{_intents(answer)}{route}"
    if answer.unsure is not None and answer.reads:
        yield f"unsure: {answer.unsure.sentence}"
    for action in answer.actions:
        yield f"action: {action.summary}"
    if answer.suggested_action is not None:
        yield f"suggests: {answer.suggested_action}"
    if answer.draft is not None:
        yield f"draft: {_short(answer.draft, SHOWN_OF_DRAFT)}"
    yield from (f"check: {check.sentence}" for check in answer.failed_checks)


def _intents(answer: ModelAnswer) -> str:
    return ", ".join(f"{intent.name} {intent.confidence:.2f}" for intent in answer.intents)


def _short(text: str, characters: int) -> str:
    line = " ".join(printable(text).split())
    return line if len(line) <= characters else f"{line[: characters - 1].rstrip()}…"


def _table(first: str, *others: str) -> Table:
    table = Table(box=None, pad_edge=False, padding=(0, 1, 0, 0), header_style="bold")
    table.add_column(first, overflow="fold")
    for title in others:
        table.add_column(title, justify="right", overflow="fold")
    return table

"""One case on one screen, in the order a person asks: what, why here, what frees it, how it came to this."""

from collections.abc import Callable, Iterator

from rich.console import Group, RenderableType
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from cases.work import CaseView
from starter.command_line import case_facts, case_history
from starter.command_line.next_commands import next_commands
from starter.command_line.output import printable

LABEL_WIDTH = 9
CUSTOMER_LINES = 6
"""Of the newest message; the whole conversation is in the helpdesk, and in `--json`."""

Section = Callable[[CaseView], Iterator[str]]


def case_screen(case: CaseView) -> RenderableType:
    """The screen; it wraps at the terminal's width, and sections with nothing to say are left out."""
    body = Table.grid(padding=(0, 1, 0, 0))
    body.add_column(width=LABEL_WIDTH, style="bold", no_wrap=True)
    body.add_column(ratio=1, overflow="fold")
    for label, section in SECTIONS:
        lines = list(section(case))
        if lines:
            body.add_row(label, Text(printable("\n".join(lines))))
    return Group(Text(f"{case.case_id}  ·  {case.stage.replace('_', ' ')}", style="bold"), Padding(body, (1, 0, 0, 0)))


def _wanted(case: CaseView) -> Iterator[str]:
    if case.classification is not None:
        read = case.classification
        intents = ", ".join(f"{intent.name} ({intent.confidence:.2f})" for intent in read.intents)
        yield f"{intents} · {read.category} · {read.priority} · {read.tone}"
        yield from (f"contradiction: {what}" for what in read.contradictions)
    if case.ticket.subject:
        yield case.ticket.subject
    newest = case.ticket.messages[-1].text.strip().splitlines()
    yield from (f"> {line}" for line in newest[:CUSTOMER_LINES])
    if len(newest) > CUSTOMER_LINES:
        yield f"> … {len(newest) - CUSTOMER_LINES} more lines"


def _sender(case: CaseView) -> Iterator[str]:
    customer = case.ticket.customer
    known = [part for part in (customer.name, customer.email, customer.id) if part]
    language = case.classification.language if case.classification else case.ticket.locale or "?"
    repeat = " · repeat contact" if case.repeat_contact else ""
    yield f"{' · '.join(known) or 'unknown'} · {case.ticket.channel} · {language}{repeat}"


def _why(case: CaseView) -> Iterator[str]:
    if case.route is not None:
        yield f"{case.route.name}: {case.route.reason}"
    if case.review is not None:
        yield from (f"held: {reason}" for reason in case.review.reasons)
    yield f"policy {case.policy_version}, version {case.case_version} of the case"


def _waits(case: CaseView) -> Iterator[str]:
    if case.waiting_for is None:
        return
    yield case.waiting_for
    if case.review is not None:
        yield f"{case.review.queue} of {case.review.team}, due {case.review.due_at:%Y-%m-%d %H:%M} UTC"
    yield from next_commands(case)


def _draft(case: CaseView) -> Iterator[str]:
    if case.draft is not None:
        yield from case.draft.reply.text.strip().splitlines()


def _sources(case: CaseView) -> Iterator[str]:
    if case.draft is not None:
        yield from (f"“{claim.quote}” — {claim.source_id}" for claim in case.draft.claims)


def _proposed(case: CaseView) -> Iterator[str]:
    for action in case.actions:
        yield f"{action.summary} ({'can' if action.reversible else 'cannot'} be undone)"


SECTIONS: tuple[tuple[str, Section], ...] = (
    ("WANTS", _wanted),
    ("FROM", _sender),
    ("WHY", _why),
    ("WAITS FOR", _waits),
    ("PROPOSED", _proposed),
    ("DRAFT", _draft),
    ("SOURCES", _sources),
    ("FACTS", case_facts.facts),
    ("RUNGS", case_history.rungs),
    ("DECIDED", case_history.decisions),
    ("DONE", case_history.results),
    ("SENT", case_history.replies),
    ("OUTCOME", case_history.outcome),
    ("HISTORY", case_history.steps),
)

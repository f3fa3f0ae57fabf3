"""One case on one screen, in the order a person asks: what, why here, what frees it, how it came to this."""

from collections.abc import Callable, Iterator

from rich.console import Group, RenderableType
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from cases.action import ProposedAction
from cases.case import CaseView
from cases.draft import Draft
from starter.command_line import case_conversation, case_facts, case_history, case_review
from starter.command_line.case_look import Look
from starter.command_line.next_commands import next_commands
from starter.command_line.output import printable

LABEL_WIDTH = 9

Section = Callable[[CaseView, Look], Iterator[str]]


def case_screen(case: CaseView, look: Look) -> RenderableType:
    """The screen; it wraps at the terminal's width, and sections with nothing to say are left out."""
    body = Table.grid(padding=(0, 1, 0, 0))
    body.add_column(width=LABEL_WIDTH, style="bold", no_wrap=True)
    body.add_column(ratio=1, overflow="fold")
    for label, section in SECTIONS:
        lines = list(section(case, look))
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


def _sender(case: CaseView) -> Iterator[str]:
    customer = case.ticket.customer
    known = [part for part in (customer.name, customer.email, customer.id or customer.contact_id) if part]
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
        yield from case_review.standing(case.review)
    yield from next_commands(case)


def _proposed(case: CaseView) -> Iterator[str]:
    for action in case.actions:
        undone = f"{'can' if action.reversible else 'cannot'} be undone"
        yield f"{action.summary} ({'not done' if _never_done(case, action) else undone})"


def _never_done(case: CaseView, action: ProposedAction) -> bool:
    """Whether the case ended without it."""
    return case.outcome is not None and all(result.action_id != action.id for result in case.results)


def _draft(case: CaseView) -> Iterator[str]:
    if case.draft is not None:
        yield _how_far(case, case.draft)
        yield from case.draft.reply.text.strip().splitlines()


def _how_far(case: CaseView, draft: Draft) -> str:
    """Whether the customer has read a draft, or may yet."""
    if any(reply.text == draft.reply for reply in case.replies):
        return "draft, sent:"
    return "draft, not sent:" if case.outcome is not None else "draft, not sent yet:"


def _other_model(case: CaseView) -> Iterator[str]:
    """What the second model would have said: shown beside the first wherever a person decides."""
    other = case.review.other_draft if case.review else None
    if other is not None:
        does = other.suggested_action.replace("_", " ") if other.suggested_action else "no action"
        yield f"{other.written_by} would reply, with {does}:"
        yield from other.reply.text.strip().splitlines()


def _sources(case: CaseView) -> Iterator[str]:
    if case.draft is not None:
        yield from (f"“{claim.quote}” — {claim.source_id}" for claim in case.draft.claims)


def _always(section: Callable[[CaseView], Iterator[str]]) -> Section:
    """A section that is the same however one looks."""
    return lambda case, _: section(case)


SECTIONS: tuple[tuple[str, Section], ...] = (
    ("WANTS", _always(_wanted)),
    ("FROM", _always(_sender)),
    ("WROTE", case_conversation.messages),
    ("ATTACHED", case_conversation.files),
    ("WHY", _always(_why)),
    ("WAITS FOR", _always(_waits)),
    ("PROPOSED", _always(_proposed)),
    ("DRAFT", _always(_draft)),
    ("OTHER", _always(_other_model)),
    ("SOURCES", _always(_sources)),
    ("FACTS", _always(case_facts.facts)),
    ("RUNGS", _always(case_history.rungs)),
    ("DECIDED", _always(case_history.decisions)),
    ("DONE", _always(case_history.results)),
    ("SENT", case_conversation.sent),
    ("OUTCOME", _always(case_history.outcome)),
    ("HISTORY", case_history.steps),
)

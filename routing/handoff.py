"""The handoff: what a colleague reads first, so that no customer has to start over."""

from cases.action import ActionStatus
from cases.case import CaseView
from cases.classification import IntentName
from cases.draft import InternalNote
from cases.reason import Reason
from cases.ticket import Ticket
from cases.words import in_words
from routing.attachments import called as file_called
from routing.attachments import is_decoration
from routing.messages import agent_line
from routing.review import cut_short
from routing.writers import called, others_in

FILES_NAMED = 5
"""Whoever sends more has sent an album."""


def internal_note(view: CaseView, why: Reason) -> InternalNote:
    """Write down the state of a case: why it is here, what was found, what was done, what is blocked, what is next."""
    lines = [agent_line(why), *_contact(view), *_found(view), *_done(view), *_blocked(view)]
    lines.append(f"Case: {view.case_id} · policy {view.policy_version}")
    return InternalNote(text="\n".join(lines))


def helpdesk_tags(kind: str, intents: tuple[IntentName, ...]) -> tuple[str, ...]:
    """What lists in the helpdesk filter by: that we wrote, what it was, and what it is about."""
    return ("signalbox", f"signalbox-{kind}", *(intent.replace(".", "-").replace("_", "-") for intent in intents))


def _contact(view: CaseView) -> list[str]:
    known = view.classification
    if known is None:
        return ["Wants: not classified."]
    wants = ", ".join(f"{in_words(guess.name)} ({guess.confidence:.2f})" for guess in known.intents)
    return [
        f"Wants: {wants}. Tone: {known.tone}. Priority: {known.priority}. Language: {known.language}."
        + (" Wrote before." if view.repeat_contact else "")
    ]


def _found(view: CaseView) -> list[str]:
    facts, known = view.facts, view.classification
    found = [
        *(f"order {order.id} {in_words(order.status)}" for order in facts.orders[:3]),
        *(f"payment {payment.id} {in_words(payment.status)} {payment.amount}" for payment in facts.payments[:3]),
        *([f"subscription {facts.subscription.plan} {facts.subscription.status}"] if facts.subscription else []),
        *(f"article “{title}”" for title in tuple(dict.fromkeys(passage.title for passage in facts.passages))[:2]),
    ]
    named = [reference.written for reference in known.entities.named] if known else []
    others = ", ".join(called(writer) for writer in others_in(view.ticket)[-3:])
    return [
        f"Identity: {facts.identity}."
        + (f" Not the customer, and writes here: {others}." if others else "")
        + (f" Forwarded, and written by {called(view.forwarded_from)}." if view.forwarded_from else "")
        + (f" Named: {', '.join(named)}." if named else ""),
        *_sent(view.ticket),
        f"Found: {'; '.join(found) or 'nothing'}.",
    ]


def _sent(ticket: Ticket) -> list[str]:
    """What came besides the words that were read: files by their names, newest first, and how much was left out."""
    names = list(dict.fromkeys(file_called(file) for file in reversed(ticket.files) if not is_decoration(file)))
    more = len(names) - FILES_NAMED
    files = ", ".join(names[:FILES_NAMED]) + (f" and {more} more" if more > 0 else "")
    cut = cut_short(ticket.left_out).sentence if ticket.left_out else ""
    return [*([f"Files: {files}."] if files else []), *([f"{cut[0].upper()}{cut[1:]}."] if cut else [])]


def _done(view: CaseView) -> list[str]:
    done = [
        f"{result.action_id} {in_words(result.status)}" + (f" ({result.reason})" if result.reason else "")
        for result in view.results
    ] or ["no action"]
    sent = [f"{len(view.replies)} repl{'y' if len(view.replies) == 1 else 'ies'} sent before"] if view.replies else []
    return [f"Done: {'; '.join([*done, *sent])}."]


def _blocked(view: CaseView) -> list[str]:
    blocked = [
        *(failure.sentence for failure in view.facts.failures),
        *(file.why.sentence for file in view.facts.unread),
        *(f"customer was asked for: {in_words(detail)}" for detail in view.questions),
        *(f"{r.action_id} must be looked up by hand" for r in view.results if r.status is ActionStatus.UNKNOWN),
    ]
    return [f"Blocked: {'; '.join(blocked)}."] if blocked else []

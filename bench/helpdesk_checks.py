"""What must hold of every ticket, whatever its helpdesk does. A rule goes from the evidence to what is wrong."""

from collections.abc import Iterator
from datetime import timedelta
from typing import NamedTuple

from bench.helpdesk_plan import HelpdeskPlan, Trouble
from bench.helpdesk_wire import WireEvent
from cases.helpdesk_write import OurWriting, WriteKind, digest_of
from cases.work import AnswerReport
from tests.helpdesks.desks import COLLEAGUE, GROUP, VIP, Standing


class Echo(NamedTuple):
    """A public reply as it came back to us, and whether we knew it for ours."""

    text: str
    ours: bool


class HelpdeskEvidence(NamedTuple):
    """A run as it went: what we believe, and what stands in the helpdesk."""

    plan: HelpdeskPlan
    text: str
    note: str
    wanted_tags: tuple[str, ...]
    reports: tuple[AnswerReport | None, ...]
    tries: int
    failures: tuple[str, ...]
    standing: tuple[Standing, ...]
    tags: tuple[str, ...]
    group: object
    ours: tuple[OurWriting, ...]
    echoes: tuple[Echo, ...]
    came: tuple[WireEvent, ...]

    def standing_as(self, words: str) -> list[Standing]:
        """The messages with these words."""
        return [message for message in self.standing if message.digest == digest_of(words)]


def broken_rules(evidence: HelpdeskEvidence) -> tuple[str, ...]:
    """Every rule that was broken, as a sentence; none where all is well."""
    return tuple(broken for rule in RULES for broken in rule(evidence))


def is_answered(run: HelpdeskEvidence) -> Iterator[str]:
    """Every answer comes to its end, with nothing refused: a helpdesk that is ill is not one that refuses."""
    for number, report in enumerate(run.reports, 1):
        if report is None:
            yield f"answer {number} never came to an end"
        elif report.refused or report.note_refused:
            yield f"answer {number} was refused: {report.refused or report.note_refused}"


def replies_once(run: HelpdeskEvidence) -> Iterator[str]:
    """The customer reads each answer once."""
    replies = [message for message in run.standing_as(run.text) if message.public]
    if len(replies) != run.plan.answers:
        yield f"{len(replies)} replies stand there for {run.plan.answers} answers"


def notes_once(run: HelpdeskEvidence) -> Iterator[str]:
    """Colleagues read each note once."""
    notes = [message for message in run.standing_as(run.note) if not message.public]
    if len(notes) != run.plan.answers:
        yield f"{len(notes)} notes stand there for {run.plan.answers} answers"


def shows_no_note(run: HelpdeskEvidence) -> Iterator[str]:
    """No note is public or mailed, and no reply is a note."""
    for message in run.standing_as(run.note):
        if message.public or message.mailed:
            yield f"the note {message.id} can be read by the customer"
    for message in run.standing_as(run.text):
        if not message.public:
            yield f"the reply {message.id} can only be read by colleagues"


def writes_nothing_else(run: HelpdeskEvidence) -> Iterator[str]:
    """What is neither reply nor note was written by a colleague."""
    known = {digest_of(words) for words in (run.text, run.note, COLLEAGUE)}
    for message in run.standing:
        if message.digest not in known:
            yield f"the message {message.id} is nobody's"


def keeps_the_tags(run: HelpdeskEvidence) -> Iterator[str]:
    """Ours are there, and those that were there still are."""
    if missing := {VIP, *run.wanted_tags} - set(run.tags):
        yield f"the tags {', '.join(sorted(missing))} are missing"


def gives_it_to_the_team(run: HelpdeskEvidence) -> Iterator[str]:
    """The ticket is the team's."""
    if run.group != GROUP:
        yield f"the ticket is of {run.group}"


def knows_what_stands_there(run: HelpdeskEvidence) -> Iterator[str]:
    """The ids in the ledger, and those that were reported, are those that stand there."""
    for kind, words in ((WriteKind.REPLY, run.text), (WriteKind.NOTE, run.note)):
        there = sorted(message.id for message in run.standing_as(words))
        kept = sorted(str(writing.message_id) for writing in run.ours if writing.kind is kind)
        told = sorted(
            str(report.reply_id if kind is WriteKind.REPLY else report.note_id) for report in run.reports if report
        )
        if not there == kept == told:
            yield f"{kind}: {there} stand there, the ledger has {kept}, and {told} were told"


def knows_its_own_voice(run: HelpdeskEvidence) -> Iterator[str]:
    """A reply of ours that comes back, however early, is ours; a colleague's is not."""
    for echo in run.echoes:
        if echo.ours == (digest_of(echo.text) == digest_of(COLLEAGUE)):
            yield f"“{echo.text[:20]}…” was taken for {'ours' if echo.ours else 'a colleague’s'}"


def waits_when_told_to(run: HelpdeskEvidence) -> Iterator[str]:
    """After a 429 nothing is asked before the time it names."""
    for earlier, later in zip(run.came, run.came[1:], strict=False):
        named = timedelta(seconds=earlier.turn.seconds)
        if earlier.turn.trouble is Trouble.BUSY and later.at < earlier.at + named:
            yield f"{later.method} came {(later.at - earlier.at).seconds} s after a 429 asked for {named.seconds} s"


RULES = (
    is_answered,
    replies_once,
    notes_once,
    shows_no_note,
    writes_nothing_else,
    keeps_the_tags,
    gives_it_to_the_team,
    knows_what_stands_there,
    knows_its_own_voice,
    waits_when_told_to,
)

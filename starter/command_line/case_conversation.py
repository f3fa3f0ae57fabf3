"""What was said in a case: what the customer wrote, and what the customer received."""

from collections.abc import Iterator

from cases.case import CaseView
from cases.ticket import Message
from routing.writers import automatic_mail, speaker
from starter.command_line.case_look import Depth, Look
from starter.message_parts import AROUND, HIDDEN

EARLIER_LINES = 2
"""Of a message that is not the newest, unless all is asked for."""

SENT_CHARACTERS = 120
"""Of a text that was sent, unless all is asked for."""

SENT_AS = {"handoff": "hand-over"}
"""What a kind of text is called, where it is not called by its name."""


def messages(case: CaseView, look: Look) -> Iterator[str]:
    """The conversation, oldest message first: the newest whole that a person wrote, the beginning of the others."""
    said = case.ticket.messages
    newest = next((message for message in reversed(said) if message.machine is None), said[-1])
    left_out = 0
    for message in said:
        lines = _lines(message)
        shown = lines if look.depth is Depth.FULL or message is newest else lines[:EARLIER_LINES]
        left_out += len(lines) - len(shown)
        yield _heading(case, message, look)
        yield from shown[:-1]
        yield f"{shown[-1]} …" if len(shown) < len(lines) else shown[-1]
    yield _heading(case, newest, look)
    yield from _lines(newest)
    yield from _around(case, newest, look)
    if left_out:
        yield f"({left_out} more lines in earlier messages: signalbox show {case.case_id} --full)"


def sent(case: CaseView, look: Look) -> Iterator[str]:
    """What the customer received: the first words of each text, or all of it."""
    for reply in case.replies:
        heading = f"{look.moment(reply.at)} {SENT_AS.get(reply.kind, reply.kind)}"
        if look.depth is Depth.FULL:
            yield f"[{heading}]"
            yield from reply.text.text.strip().splitlines()
        else:
            yield f"{heading}: {_first_words(reply.text.text)}"


def files(case: CaseView, look: Look) -> Iterator[str]:
    """What the customer attached: what was read in each, or why nobody did."""
    unread = {file.attachment_id: file.why.sentence for file in case.facts.unread}
    for file in case.ticket.files:
        name = " ".join(file.name.split())
        if file.words is None:
            yield unread.get(file.id, f"{name}: not read")
        elif look.depth is Depth.FULL:
            yield f"[{name}]"
            yield from file.words.strip().splitlines() or ["(nothing)"]
        else:
            yield f"{name}: {_first_words(file.words) or '(nothing)'}"


def _heading(case: CaseView, message: Message, look: Look) -> str:
    automatic = automatic_mail(message)
    said = f"{speaker(case.ticket.customer, message)}, {look.moment(message.sent_at)}"
    return f"[{said}] {automatic}" if automatic else f"[{said}]"


def _lines(message: Message) -> list[str]:
    return message.new_words.strip().splitlines() or ["(nothing new)"]


def _around(case: CaseView, message: Message, look: Look) -> Iterator[str]:
    """What stands around the new words: its name and length, or all of it."""
    parts = [(AROUND[kind], words) for kind, words in message.pieces if kind in AROUND]
    for label, words in (*parts, *([(HIDDEN, message.hidden)] if message.hidden else [])):
        lines = words.splitlines()
        if look.depth is Depth.FULL:
            yield f"[{label}]"
            yield from lines
        else:
            count = f"{len(lines)} line{'' if len(lines) == 1 else 's'}"
            yield f"[{label}, {count}: signalbox show {case.case_id} --full]"


def _first_words(text: str) -> str:
    words = " ".join(text.split())
    return words if len(words) <= SENT_CHARACTERS else f"{words[:SENT_CHARACTERS].rsplit(' ', 1)[0]} …"

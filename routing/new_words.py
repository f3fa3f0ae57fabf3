"""What a message is made of: what its writer says now, and what only stands around it."""

import re
from collections.abc import Iterable, Sequence
from itertools import pairwise

from cases.message_part import MessagePart, PartKind
from cases.policy.packs.pack import LanguagePack
from routing.mail_lines import Line, Marks, lines_of, marks_of
from routing.mail_tail import label_tail
from routing.quoted_mail import history_in, opening_at

_RULES = re.compile(r"(?<=\n)(?:[ \t\r]*[-_=*~–—]{2,}[ \t\r]*(?:\n\s*|$))+\Z")
"""Lines of nothing but dashes or the like, at the end of a stretch."""

LOOKS = 5
"""What is found tells more of what stands before it. A ticket is split each time it is read, and the second time must
find nothing else: so it is looked at until nothing is found any more."""

HISTORY = frozenset({PartKind.QUOTED, PartKind.FORWARDED})


def split(
    text: str, marked: Sequence[MessagePart], packs: Iterable[LanguagePack], subject: str = ""
) -> tuple[MessagePart, ...]:
    """The whole text in order, each stretch with what it is.

    `marked` is what a helpdesk or a mail's own markup says of stretches of it; new words among them count as unmarked.
    `subject` is that of this very message: it tells a forwarded mail from a quoted one where the text does not.
    New words are never lost: where nothing would be new, everything is, unless the message only passes a mail on.
    """
    marks = marks_of(packs)
    head_kind = PartKind.FORWARDED if marks.is_forward(subject) else PartKind.QUOTED
    parts = _split(text, marked, marks, head_kind)
    for _ in range(LOOKS):
        again = _split(text, parts, marks, head_kind)
        if again == parts:
            break
        parts = again
    if any(part.kind is PartKind.NEW and text[part.start : part.end].strip() for part in parts):
        return parts
    first = next((part.kind for part in parts if part.kind in HISTORY), None)
    if first is PartKind.FORWARDED or not text:
        return parts
    return (MessagePart(kind=PartKind.NEW, start=0, end=len(text)),)


def _split(text: str, marked: Sequence[MessagePart], marks: Marks, head_kind: PartKind) -> tuple[MessagePart, ...]:
    known = [part for part in marked if part.kind is not PartKind.NEW and part.start < len(text)]
    return _without_rules(text, _joined(text, _labelled(text, known, marks, head_kind)))


def _labelled(text: str, known: Sequence[MessagePart], marks: Marks, head_kind: PartKind) -> list[MessagePart]:
    """Stretches in order: those that are marked, and between them what the lines say."""
    found: list[MessagePart] = []
    place = 0
    for at, part in enumerate(known):
        if part.start > place:
            found += _of_lines(lines_of(text, place, part.start), marks, head_kind, found, known[at])
        found.append(_told_apart(text, part, marks, head_kind))
        place = part.end
    if place < len(text):
        found += _of_lines(lines_of(text, place, len(text)), marks, head_kind, found, None)
    return found


def _told_apart(text: str, part: MessagePart, marks: Marks, head_kind: PartKind) -> MessagePart:
    """What is marked as quoted is a forwarded mail where it says so itself: markup does not tell them apart."""
    if part.kind is not PartKind.QUOTED:
        return part
    lines = [line for line in lines_of(text, part.start, part.end) if line.text]
    opening = opening_at(lines, 0, marks, head_kind) if lines else None
    return part if opening is None else part.model_copy(update={"kind": opening.kind})


def _of_lines(
    lines: Sequence[Line],
    marks: Marks,
    head_kind: PartKind,
    before: Sequence[MessagePart],
    behind: MessagePart | None,
) -> list[MessagePart]:
    kinds = history_in(lines, marks, head_kind)
    after_history = any(part.kind in HISTORY for part in before)
    for begin, end in _runs(kinds):
        between = (after_history or any(kind in HISTORY for kind in kinds[:begin])) and (
            end < len(kinds) or (behind is not None and behind.kind in HISTORY)
        )
        if not between:
            # Answers between quoted lines carry no signature.
            known = behind.kind if behind is not None and end == len(kinds) else None
            kinds[begin:end] = label_tail(lines[begin:end], marks, known)
    return [MessagePart(kind=kind, start=line.start, end=line.end) for line, kind in zip(lines, kinds, strict=True)]


def _runs(kinds: Sequence[PartKind]) -> list[tuple[int, int]]:
    """Where new lines begin and end."""
    bounds = [0, *(at + 1 for at, (one, next_) in enumerate(pairwise(kinds)) if one is not next_), len(kinds)]
    return [(begin, end) for begin, end in pairwise(bounds) if begin < end and kinds[begin] is PartKind.NEW]


def _without_rules(text: str, parts: tuple[MessagePart, ...]) -> tuple[MessagePart, ...]:
    """A line that only separates goes with what it separates from the new words."""
    moved = list(parts)
    for at, (part, following) in enumerate(pairwise(parts)):
        said = text[part.start : part.end]
        if part.kind is PartKind.NEW and (end := len(_RULES.sub("", said))) < len(said.rstrip()) and end:
            moved[at] = part.model_copy(update={"end": part.start + end})
            moved[at + 1] = following.model_copy(update={"start": part.start + end})
    return tuple(moved)


def _joined(text: str, parts: Sequence[MessagePart]) -> tuple[MessagePart, ...]:
    """Neighbours of one kind as one part; white space belongs to what stands before it."""
    joined: list[MessagePart] = []
    for part in parts:
        blank = not text[part.start : part.end].strip()
        if joined and (blank or joined[-1].kind is part.kind):
            joined[-1] = joined[-1].model_copy(update={"end": part.end})
        else:
            joined.append(part)
    return tuple(joined)

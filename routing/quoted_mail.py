"""Quoted history and forwarded mail in a text: where it begins, and how far it goes."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import takewhile

from cases.message_part import PartKind
from routing.mail_lines import Line, Marks

ATTRIBUTION_LINES = 3
"""Into so many lines a mail program breaks the one that says who wrote and when."""

HEAD_LINES = 16
"""As many lines as the head of a quoted mail has: long lists of recipients take several."""

CONTINUED = 2
"""So many lines may stand between two lines of a head: the rest of a list of recipients, or an empty one."""

FOREIGN_LINES = 3
"""So many lines has a head that is known by its form alone."""

WRAPPED_AT = 70
"""Programs break lines that are longer; what is left of one stands on a line of its own, without the mark."""

ADDRESS = re.compile(r"[^@\s<>\[\]()\":;,]+@[^@\s<>\[\]()\":;,]+\.\w+")
_TIME = re.compile(r"\b\d{1,2}[:.]\d\d\b")
_RULE = re.compile(r"[-_=*–—]{5,}")
_YEAR = re.compile(r"\b(?:19|20)\d\d\b")
_LABELLED = re.compile(r"\*?[^\W\d_][^:\d]{0,24}:\*?\s+\S")
_IN_BRACKETS = re.compile(r"[<\[](?:mailto:)?[^\s<>\[\]]+@[^\s<>\[\]]+[>\]]")
_ENDS = re.compile(r"[.!?:;]\W*$")


@dataclass(frozen=True)
class Opening:
    """The lines that say that mail of somebody follows."""

    kind: PartKind
    lines: int


def history_in(lines: Sequence[Line], marks: Marks, head_kind: PartKind) -> list[PartKind]:
    """What each line is: new, quoted or forwarded.

    `head_kind` is what mail under a bare head is: nothing in it tells a reply from a forward.
    """
    kinds = [PartKind.NEW] * len(lines)
    marked = [line.is_quoted and _is_quotation(lines, at) for at, line in enumerate(lines)]
    inside = PartKind.QUOTED
    at = 0
    while at < len(lines):
        opening = None if marked[at] else opening_at(lines, at, marks, head_kind, marked)
        if opening is None:
            if marked[at] and marks.forward_marker.match(lines[at].unquoted):
                inside = PartKind.FORWARDED
            kinds[at] = inside if marked[at] else PartKind.NEW
            at += 1
            continue
        inside, after = opening.kind, at + opening.lines
        kinds[at:after] = [inside] * opening.lines
        following = _next_with_words(lines, after)
        if following is not None and not marked[following]:
            # Nothing tells old from new below it but the marks, and it has none.
            kinds[after:] = [inside] * (len(lines) - after)
            break
        at = after
    _give_broken_lines_back(lines, kinds, marked)
    return kinds


def opening_at(
    lines: Sequence[Line], at: int, marks: Marks, head_kind: PartKind, marked: Sequence[bool] = ()
) -> Opening | None:
    """Whether mail of somebody begins at a line, and with how many lines it is introduced."""
    text = lines[at].text
    if not text:
        return None
    if marks.forward_marker.match(text):
        return Opening(PartKind.FORWARDED, 1)
    if marks.quote_marker.match(text):
        return Opening(PartKind.QUOTED, 1)
    if _RULE.fullmatch(text):
        following = _next_with_words(lines, at + 1)
        head = _head(lines, following, marks) if following is not None and following - at <= CONTINUED else 0
        return Opening(head_kind, following - at + head) if following is not None and head else None
    head = _head(lines, at, marks)
    return Opening(head_kind, head) if head else _attribution(lines, at, marks, marked)


def _attribution(lines: Sequence[Line], at: int, marks: Marks, marked: Sequence[bool]) -> Opening | None:
    joined = ""
    for number in range(at, min(at + ATTRIBUTION_LINES, len(lines))):
        line = lines[number]
        if line.is_blank or (number < len(marked) and marked[number]):
            return None
        joined = f"{joined} {line.text}".strip()
        if not line.text.endswith(":"):
            continue
        following = _next_with_words(lines, number + 1)
        quoted_below = following is not None and following < len(marked) and marked[following]
        dated = ADDRESS.search(joined) or _TIME.search(joined)
        known = any(pattern.search(joined) for pattern in marks.attributions)
        # In a language that no pack knows, a line with an address, a time and a quotation under it says enough.
        foreign = quoted_below and ADDRESS.search(joined) and any(letter.isdigit() for letter in joined)
        return Opening(PartKind.QUOTED, number - at + 1) if (known and (quoted_below or dated)) or foreign else None
    return None


def _head(lines: Sequence[Line], at: int, marks: Marks) -> int:
    """How many lines the head of a mail has that begins here; 0 where none does."""
    found: dict[str, str] = {}
    last = at - 1
    for number in range(at, min(at + HEAD_LINES, len(lines))):
        named = marks.header_of(lines[number].unquoted)
        if named is not None:
            found.setdefault(_kind_of(named[1], marks), named[2])
            last = number
        elif number - last > CONTINUED or number == at:
            break
    if "sender" not in found or len(found) < 2:
        return _foreign_head(lines, at)
    addressed = any(ADDRESS.search(value) for value in found.values())
    whole = "subject" in found and ("sent" in found or "recipient" in found)
    return last - at + 1 if addressed or whole else 0


def _foreign_head(lines: Sequence[Line], at: int) -> int:
    """The same in a language that no pack knows: labelled lines, the first with an address, another with a moment."""
    labelled = list(takewhile(lambda line: _LABELLED.match(line.unquoted), lines[at : at + HEAD_LINES]))
    dated = any(_TIME.search(line.text) and _YEAR.search(line.text) for line in labelled[1:])
    is_head = len(labelled) >= FOREIGN_LINES and dated and _IN_BRACKETS.search(labelled[0].text)
    return len(labelled) if is_head else 0


def _kind_of(name: str, marks: Marks) -> str:
    folded = name.casefold()
    kinds = ("sender", "recipient", "sent", "subject")
    for kind in kinds:
        names: tuple[str, ...] = getattr(marks.header_names, kind)
        if any(folded == known.casefold() for known in names):
            return kind
    return "other"


def _next_with_words(lines: Sequence[Line], at: int) -> int | None:
    return next((number for number in range(at, len(lines)) if not lines[number].is_blank), None)


def _is_quotation(lines: Sequence[Line], at: int) -> bool:
    """One line alone that says "> 30 EUR" compares something."""
    beside = [lines[number].is_quoted for number in (at - 1, at + 1) if 0 <= number < len(lines)]
    return any(beside) or not lines[at].may_be_a_comparison


def _give_broken_lines_back(lines: Sequence[Line], kinds: list[PartKind], marked: Sequence[bool]) -> None:
    """What a program broke off the end of a quoted line is quoted too."""
    for at in range(1, len(lines) - 1):
        text = lines[at].text
        if kinds[at] is not PartKind.NEW or not text or not (marked[at - 1] and marked[at + 1]):
            continue
        before = lines[at - 1].text
        is_rest = len(before) >= WRAPPED_AT and not _ENDS.search(before) and len(text) < WRAPPED_AT // 2
        if is_rest and text[0].islower():
            kinds[at] = kinds[at - 1]

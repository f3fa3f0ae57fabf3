"""Footers: legal text and notices of offices, that stand under every mail of somebody and say nothing to us."""

import re
from collections.abc import Sequence
from enum import Enum, auto
from typing import NamedTuple

from cases.message_part import PartKind
from routing.mail_lines import Line, Marks, paragraphs_of
from routing.mail_names import is_title, named_at

TERMS = 3
"""So many different legal terms make a paragraph that speaks of the mail a footer; below another footer, one does."""

REGISTER_TERMS = 2

LAST_TERMS = 2
"""So many make the last paragraph one that speaks of the mail: nothing is said below a footer."""

NOTICES = 2
"""So many different notices of an office, below the name of whoever writes, make a footer."""

WRAPPED = 50
"""A line of so many characters is one of running text: a name, a position or a company is shorter."""


class Below(Enum):
    """What a paragraph stands under."""

    WORDS = auto()
    FOOTER = auto()


class _Place(NamedTuple):
    """Where a paragraph stands."""

    below: Below
    is_last: bool
    is_below_a_name: bool


def label_footers(lines: Sequence[Line], kinds: list[PartKind], marks: Marks) -> None:
    """Mark what is a footer among the lines of new words."""
    below = Below.WORDS
    paragraphs = paragraphs_of(lines, kinds)
    named = named_at(lines, [at for paragraph in paragraphs for at in paragraph], marks)
    for number, paragraph in enumerate(paragraphs):
        place = _Place(
            below=below,
            is_last=0 < number == len(paragraphs) - 1,
            is_below_a_name=named is not None and paragraph[-1] > named,
        )
        begin = _footer_in(lines, paragraph, marks, place)
        if begin is None:
            continue
        for at in paragraph:
            if at >= begin:
                kinds[at] = PartKind.FOOTER
        # A warning that a gateway puts above a mail says nothing of what is below it.
        below = Below.FOOTER if number > 0 else below


def _footer_in(lines: Sequence[Line], paragraph: Sequence[int], marks: Marks, place: _Place) -> int | None:
    """At which line of a paragraph a footer begins: below the last in which somebody speaks, where a term stands."""
    spoken = next((at for at in reversed(paragraph) if _is_spoken(lines[at].text, marks)), -1)
    silent = [at for at in paragraph if at > spoken]
    shapes = (marks.footer_phrase, marks.footer_term, marks.register_term)
    begin = _first(lines, silent, shapes, wrapped=paragraph[0])
    # What begins later has fewer terms: where this is no footer, nothing below it is.
    if begin is not None and _is_footer(_text(lines, silent, begin), marks, place):
        return begin
    noticed = _first(lines, silent, (marks.notice,), wrapped=-1) if place.is_below_a_name else None
    if noticed is not None and _are_notices([lines[at].text for at in silent if at >= noticed], marks):
        return noticed
    return None


def _are_notices(texts: Sequence[str], marks: Marks) -> bool:
    """Whether an office says this to everybody: each line is a notice or a title, and none of it is said to us."""
    together = " ".join(texts)
    if marks.to_us.search(together) or _different(marks.notice, together) < NOTICES:
        return False
    shapes = (marks.notice, marks.footer_phrase, marks.footer_term, marks.register_term)
    return all(is_title(text) or any(shape.search(text) for shape in shapes) for text in texts)


def _first(lines: Sequence[Line], silent: Sequence[int], shapes: Sequence[re.Pattern[str]], wrapped: int) -> int | None:
    """The first line with one of the shapes; or the line `wrapped`, where it is one of running text."""
    return next(
        (
            at
            for at in silent
            if (at == wrapped and len(lines[at].text) >= WRAPPED)
            or any(shape.search(lines[at].text) for shape in shapes)
        ),
        None,
    )


def _text(lines: Sequence[Line], silent: Sequence[int], begin: int) -> str:
    return " ".join(lines[at].text for at in silent if at >= begin)


def _is_spoken(text: str, marks: Marks) -> bool:
    return "?" in text or marks.own_voice.search(text) is not None


def _is_footer(text: str, marks: Marks, place: _Place) -> bool:
    if _is_spoken(text, marks):
        return False
    if marks.footer_phrase.search(text):
        return True
    legal, register = _different(marks.footer_term, text), _different(marks.register_term, text)
    if place.below is Below.FOOTER:
        return legal + register > 0
    terms = LAST_TERMS if place.is_last else TERMS
    return register >= REGISTER_TERMS or (legal >= terms and marks.mail_itself.search(text) is not None)


def _different(terms: re.Pattern[str], text: str) -> int:
    return len({found[0].casefold() for found in terms.finditer(text)})

"""A reason taken apart again: its words, and the values that were measured or set, to be seen at a glance."""

import re
from string import Formatter

from cases.reason import Reason
from cases.record import Record
from routing.messages import CATALOGUE, next_step

AGAINST = ("threshold", "limit", "required", "ceiling")
"""What a measured value is held against, by the names the catalogue uses."""

MEASURED = ("measured", "words", "count")


class Word(Record):
    """A piece of a reason's sentence; the values filled in are `value`."""

    text: str
    value: bool


class ShownReason(Record):
    """A reason as it is shown: the sentence, the measurement against its threshold, and what to do about it."""

    code: str
    words: tuple[Word, ...]
    measured: str | None
    against: str | None
    next_step: str


def shown_reason(reason: Reason) -> ShownReason:
    """Take a reason apart. A sentence of an older catalogue is shown whole."""
    template = CATALOGUE[reason.code].sentence
    values = _values(template, reason.sentence)
    pair = (_first(values, MEASURED), _first(values, AGAINST))
    measured, against = pair if all(pair) else (None, None)
    return ShownReason(
        code=reason.code,
        words=_words(template, values) if values is not None else (Word(text=reason.sentence, value=False),),
        measured=measured,
        against=against,
        next_step=next_step(reason.code),
    )


def _values(template: str, sentence: str) -> dict[str, str] | None:
    """What was filled into the template, or None where the sentence is not made from it."""
    pattern = "".join(
        re.escape(text) + (f"(?P<{name}>.+)" if name else "") for text, name, _, _ in Formatter().parse(template)
    )
    found = re.fullmatch(pattern, sentence, re.DOTALL)
    return found.groupdict() if found else None


def _words(template: str, values: dict[str, str]) -> tuple[Word, ...]:
    words: list[Word] = []
    for text, name, _, _ in Formatter().parse(template):
        words += [Word(text=text, value=False)] if text else []
        words += [Word(text=values[name], value=True)] if name else []
    return tuple(words)


def _first(values: dict[str, str] | None, names: tuple[str, ...]) -> str | None:
    return next((values[name] for name in names if values and name in values), None)

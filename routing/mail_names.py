"""Names and titles in the lines of a mail: below the name of whoever writes, little is said."""

import re
from collections.abc import Sequence

from routing.mail_lines import Line, Marks

NAME_WORDS = 4
SHORT = 3
"""Words of so few letters may be small in a title, and end it with a full stop: "of", "Ltd."."""

_ASIDE = re.compile(r"\s+[-–—|]\s+|,\s+|\s*[|·•]\s*")
_WORD = re.compile(r"[^\W\d_]+(?:['’.-][^\W\d_]+)*")
_ENDED = re.compile(r"([^\W\d_]+)[.!?…]+\W*$")
JOINERS = frozenset(
    {"and", "und", "ve", "from", "aus", "von", "of", "the", "der", "die", "das", "in", "dem", "den", "für", "auch",
     "ile", "for", "at", "bei", "im", "am", "zur", "zum"}
)  # fmt: skip
"""Small words within names and titles."""


def named_at(lines: Sequence[Line], places: Sequence[int], marks: Marks) -> int | None:
    """The last line below somebody's words that is a name: alone, or before a title."""
    above = places[0] if places else 0
    return next((at for at in reversed(places) if at > above and _is_name(lines[at].text, marks)), None)


def _is_name(text: str, marks: Marks) -> bool:
    name, *rest = _ASIDE.split(text, maxsplit=1)
    words = name.split()
    if not 0 < len(words) <= NAME_WORDS or not all(_WORD.fullmatch(word.rstrip(".")) for word in words):
        return False
    untitled = " ".join(word for word in words if not word.endswith("."))
    if marks.organisation.search(untitled) or marks.sign_off.search(name) or marks.own_voice.search(text):
        return False
    capital = all(word[0].isupper() or word.casefold() in JOINERS for word in words)
    return capital and not text.endswith((",", ":", "!", "?", ".")) and (not rest or is_title(rest[0]))


def is_title(text: str) -> bool:
    """Whether a line is a position, an office or a way to reach one, and no sentence."""
    ended = _ENDED.search(text)
    if ended is not None and len(ended[1]) > SHORT:
        return False
    return all(word[0].isupper() or len(word) <= SHORT or word.casefold() in JOINERS for word in _WORD.findall(text))

"""The notation of language packs, compiled: patterns over the plain words of a sentence.

`cases/policy/packs/requests.py` says how they are written.
"""

import re
from collections.abc import Mapping, Sequence
from typing import NamedTuple

from routing.spoken_words import spelt_plainly

GAP_WORDS = 6
"""As many words may stand where a pattern has `…`."""
REPEATS = 4
"""As often may a group stand that is marked with `~`."""

NOTHING = re.compile(r"(?!)")

_WORD = r"[^\s,|]\S*"
_AT_THE_END = r"(?= (?:[,|]|\Z))"
_GROUP = re.compile(r"\{(\w+)\}")
_MUST_STAND = 2
"""So many apostrophes in a row stand for one that may not be missing."""
_SIGNS = {"#": r"\S*\d\S*", "@": r"\S+@\S+", "*": _WORD, ",": ","}

Groups = Mapping[str, Sequence[str]]


def compiled(patterns: Sequence[str], groups: Groups) -> re.Pattern[str]:
    """A pattern for `Sentence.said` that finds any of these; of none, one that finds nothing.

    A pattern with a form that the groups leave empty finds nothing. Raises ValueError for a group within itself.
    """
    known = [pattern for pattern in patterns if all(groups.get(name) for name in _GROUP.findall(pattern))]
    anywhere = [_whole(pattern, groups) for pattern in known if not pattern.startswith("^")]
    at_begin = [_whole(pattern[1:], groups) for pattern in known if pattern.startswith("^")]
    # Where a word begins is tested once for all of them, or each would be tried at every letter.
    either = [
        *([rf"(?<![^ ])(?:{'|'.join(anywhere)})"] if anywhere else []),
        *([rf"(?:(?<=[,|] )|\A)(?:{'|'.join(at_begin)})"] if at_begin else []),
    ]
    return re.compile("|".join(either)) if either else NOTHING


def _whole(pattern: str, groups: Groups) -> str:
    return f"{_sequence(pattern, groups, ())}(?= )"


class _Item(NamedTuple):
    regex: str
    least: int = 1
    most: int = 1

    @property
    def times(self) -> str:
        lazy = "?" if self.most > 1 else ""
        return f"{{{self.least},{self.most}}}{lazy}"


def _sequence(pattern: str, groups: Groups, within: tuple[str, ...]) -> str:
    """The words one after the other, with one space between those that are there."""
    begun, regex = False, ""
    for word in pattern.removesuffix("$").split():
        item = _item(word, groups, within)
        if item.least == 0:
            regex += f"(?: {item.regex}){item.times}" if begun else f"(?:{item.regex} ){item.times}"
        else:
            regex += f" {item.regex}" if begun else item.regex
            begun = True
    return regex + (_AT_THE_END if pattern.endswith("$") else "")


def _item(word: str, groups: Groups, within: tuple[str, ...]) -> _Item:
    if word == "…":
        return _Item(_WORD, 0, GAP_WORDS)
    if len(word) > 1 and word.endswith("~"):
        return _Item(_alternatives(word[:-1], groups, within), 0, REPEATS)
    if len(word) > 1 and word.endswith("?"):
        return _Item(_alternatives(word[:-1], groups, within), 0, 1)
    return _Item(_alternatives(word, groups, within))


def _alternatives(word: str, groups: Groups, within: tuple[str, ...]) -> str:
    return f"(?:{'|'.join(_one(choice, groups, within) for choice in word.split('|'))})"


def _one(word: str, groups: Groups, within: tuple[str, ...]) -> str:
    if word in _SIGNS:
        return _SIGNS[word]
    pieces = _GROUP.split(word)
    return "".join(
        _group(piece, groups, within) if number % 2 else _literal(piece) for number, piece in enumerate(pieces)
    )


def _group(name: str, groups: Groups, within: tuple[str, ...]) -> str:
    if name in within:
        raise ValueError(f"the group {name!r} is made of itself: {' → '.join((*within, name))}; take it out of one")
    return f"(?:{'|'.join(_sequence(pattern, groups, (*within, name)) for pattern in groups[name])})"


def _literal(written: str) -> str:
    pieces = [re.escape(spelt_plainly(piece)) for piece in written.split("*")]
    regex = r"[^\s,|]*".join(pieces).replace(r"\-", "-?")
    return re.sub("'{1,2}", lambda quote: "'" if len(quote[0]) == _MUST_STAND else "'?", regex)

"""The phrases of language packs by which mail of machines is known, found in texts that are folded."""

import re
from functools import lru_cache

from routing.normal_text import folded

GAP_WORDS = 6
"""As many words may stand where a phrase has `…`."""


def begins(phrases: tuple[str, ...], text: str, then: re.Pattern[str]) -> str | None:
    """The phrase that a text begins with, where nothing goes on with its sentence."""
    plain = (folded(phrase) for phrase in phrases)
    return next((phrase for phrase in plain if text.startswith(phrase) and then.match(text[len(phrase) :])), None)


def found_in(phrases: tuple[str, ...], text: str) -> str | None:
    """The first phrase that stands in a folded text, as it stands there."""
    for phrase in phrases:
        plain, pattern = _compiled(phrase)
        # Nearly all phrases are in no text, and looking for plain words is what Python does fastest.
        if all(piece in text for piece in plain) and (found := pattern.search(text)):
            return found[0]
    return None


@lru_cache(maxsize=4_096)
def _compiled(phrase: str) -> tuple[tuple[str, ...], re.Pattern[str]]:
    # Parted first: in its one form, the gap is three full stops.
    parts = [folded(part).split() for part in phrase.split("…")]
    gap = rf"\s+(?:\S+\s+){{0,{GAP_WORDS}}}?"
    pattern = gap.join(r"\s+".join(_word(word) for word in part) for part in parts)
    return tuple(" ".join(part).rstrip("*") for part in parts), re.compile(rf"(?<!\w){pattern}(?!\w)")


def _word(word: str) -> str:
    return rf"{re.escape(word[:-1])}\w*" if word.endswith("*") else re.escape(word)

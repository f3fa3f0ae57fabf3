"""Phrases of a language pack, found in a text where they stand."""

import re
from functools import lru_cache

GAP_WORDS = 4
"""As many words may stand where a phrase has `…`."""


@lru_cache(maxsize=64)
def as_written(phrases: tuple[str, ...]) -> re.Pattern[str]:
    """The same in exactly these letters: "to" and no "To"."""
    return re.compile(rf"(?<!\w)(?:{alternatives(phrases)})(?!\w)")


@lru_cache(maxsize=256)
def any_of(phrases: tuple[str, ...]) -> re.Pattern[str]:
    """A pattern of any of these phrases as whole words, the longest first; one that matches nothing for none."""
    return re.compile(rf"(?<!\w)(?:{alternatives(phrases)})(?!\w)", re.IGNORECASE)


def alternatives(phrases: tuple[str, ...]) -> str:
    """The same without its word boundaries, to be part of another pattern."""
    return "|".join(map(_pattern, sorted(phrases, key=len, reverse=True))) or "(?!)"


def _pattern(phrase: str) -> str:
    gap = rf"\s+(?:\S+\s+){{0,{GAP_WORDS}}}?"
    return gap.join(r"\s+".join(map(_word, part.split())) for part in phrase.split("…"))


def _word(word: str) -> str:
    # A capital İ is no capital of i for Python.
    written = re.escape(word.removesuffix("*")).replace("i", "[iİ]")
    return rf"{written}\w*" if word.endswith("*") else written

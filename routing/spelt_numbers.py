"""Numbers spelt out below ten thousand, in the languages the policies are written in."""

import re
from collections.abc import Mapping
from typing import NamedTuple


class _Language(NamedTuple):
    small: Mapping[str, int]
    """One to ninety-nine, in all their forms."""
    ones: str
    """What may stand before a hundred or a thousand, as a pattern."""
    hundred: str
    thousand: str
    joined: str
    """What stands between the parts, as a pattern."""
    linked: str
    """What stands between a hundred and what follows it, as a pattern."""

    @property
    def pattern(self) -> str:
        """A pattern of every number, the longest first."""
        small = _any(self.small)
        hundreds = rf"(?:(?:{self.ones}){self.joined})?{self.hundred}(?:{self.linked}(?:{small}))?(?!\w)"
        below = rf"(?:{hundreds}|(?:{small})(?!\w))"
        return rf"(?:(?:(?:{small}){self.joined})?{self.thousand}(?:{self.linked}{below})?(?!\w)|{below})"

    def value_of(self, words: str) -> int | None:
        """The number that is spelt so, or None."""
        total = 0
        rest = words
        for word, worth in ((self.thousand, 1000), (self.hundred, 100)):
            split = re.match(rf"(?:(?P<times>.+?){self.joined})??{word}(?:{self.linked}(?P<rest>.+))?$", rest)
            if split is None:
                continue
            times = 1 if split["times"] is None else self.small.get(split["times"], 1 if split["times"] == "a" else 0)
            if times == 0:
                return None
            total += times * worth
            rest = split["rest"] or ""
        if not rest:
            return total or None
        return total + self.small[rest] if rest in self.small else None


def _any(words: Mapping[str, int]) -> str:
    return "|".join(sorted(map(re.escape, words), key=len, reverse=True))


def _counted(small: str, tens: str, first_ten: int, joined: tuple[str, ...]) -> dict[str, int]:
    """One and on in their order, the tens that `small` does not have, and how a ten and a one are written together."""
    ones = small.split()
    counted = {word: number for number, word in enumerate(ones, 1)}
    for place, ten in enumerate(tens.split()):
        value = first_ten + 10 * place
        counted[ten] = value
        for number, one in enumerate(ones[:9], 1):
            counted.update({form.format(ten=ten, one=one): value + number for form in joined})
    return counted


_ENGLISH = _counted(
    "one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen "
    "eighteen nineteen",
    "twenty thirty forty fifty sixty seventy eighty ninety",
    20,
    ("{ten}-{one}", "{ten} {one}"),
)
_GERMAN = _counted(
    "ein zwei drei vier fünf sechs sieben acht neun zehn elf zwölf dreizehn vierzehn fünfzehn sechzehn siebzehn "
    "achtzehn neunzehn",
    "zwanzig dreißig vierzig fünfzig sechzig siebzig achtzig neunzig",
    20,
    ("{one}und{ten}",),
) | {"eins": 1, "eine": 1, "einen": 1, "einem": 1, "einer": 1, "zwo": 2, "dreissig": 30}
_TURKISH = _counted(
    "bir iki üç dört beş altı yedi sekiz dokuz",
    "on yirmi otuz kırk elli altmış yetmiş seksen doksan",
    10,
    ("{ten} {one}", "{ten}{one}"),
)
_LANGUAGES = (
    _Language(_ENGLISH, _any(_ENGLISH) + "|a", "hundred", "thousand", r"\s+", r"(?:\s+and\s+|\s+)"),
    _Language(_GERMAN, _any(_GERMAN), "hundert", "tausend", r"\s?", r"(?:und|\s?)"),
    _Language(_TURKISH, _any(_TURKISH), "yüz", "bin", r"\s?", r"\s?"),
)

_BEGINS = "|".join(
    sorted(
        {word[:3] for language in _LANGUAGES for word in (*language.small, language.hundred, language.thousand)}
        | {"a "}
    )
)
"""How the first word of any begins: a pattern that most words of a text fail at once."""

ANY_SPELT_NUMBER = rf"(?=(?:{_BEGINS}))(?:{'|'.join(language.pattern for language in _LANGUAGES)})"
"""A pattern of them."""


def spelt_number(written: str) -> int | None:
    """The number that is spelt so, or None."""
    words = " ".join(written.lower().split())
    return next((value for language in _LANGUAGES if (value := language.value_of(words)) is not None), None)

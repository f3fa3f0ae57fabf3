"""Numbers spelt out up to a hundred, in the languages the policies are written in."""

import re
from collections.abc import Iterator, Mapping
from typing import NamedTuple


class _Language(NamedTuple):
    small: str
    """One and on, in their order."""
    tens: str
    """The tens that `small` does not have, from twenty on, or from ten where it ends with nine."""
    first_ten: int
    joined: tuple[str, ...]
    """How a ten and a one are written together."""
    others: Mapping[str, int]


_LANGUAGES = (
    _Language(
        "one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen "
        "eighteen nineteen",
        "twenty thirty forty fifty sixty seventy eighty ninety",
        20,
        ("{ten}-{one}", "{ten} {one}"),
        {"hundred": 100, "a hundred": 100, "one hundred": 100},
    ),
    _Language(
        "ein zwei drei vier fünf sechs sieben acht neun zehn elf zwölf dreizehn vierzehn fünfzehn sechzehn siebzehn "
        "achtzehn neunzehn",
        "zwanzig dreißig vierzig fünfzig sechzig siebzig achtzig neunzig",
        20,
        ("{one}und{ten}",),
        {"eine": 1, "einen": 1, "einem": 1, "einer": 1, "hundert": 100, "einhundert": 100},
    ),
    _Language(
        "bir iki üç dört beş altı yedi sekiz dokuz",
        "on yirmi otuz kırk elli altmış yetmiş seksen doksan",
        10,
        ("{ten} {one}",),
        {"yüz": 100},
    ),
)


def _counted(language: _Language) -> Iterator[tuple[str, int]]:
    small = language.small.split()
    yield from ((word, number) for number, word in enumerate(small, 1))
    for place, ten in enumerate(language.tens.split()):
        value = language.first_ten + 10 * place
        yield ten, value
        for number, one in enumerate(small[:9], 1):
            yield from ((form.format(ten=ten, one=one), value + number) for form in language.joined)
    yield from language.others.items()


SPELT_NUMBERS: Mapping[str, int] = {word: number for row in _LANGUAGES for word, number in _counted(row)}

ANY_SPELT_NUMBER = "|".join(sorted(map(re.escape, SPELT_NUMBERS), key=len, reverse=True))
"""A pattern of them, the longest first."""

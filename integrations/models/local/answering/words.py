"""Words of a text in a form in which two that mean the same are equal: stems, and groups of the language pack."""

import re
from collections.abc import Iterable, Sequence
from functools import cached_property, lru_cache
from typing import NamedTuple

import snowballstemmer

from cases.policy.packs.quoting import QuotingWords
from cases.ticket import Locale

_WORD = re.compile(r"[^\W_]+(?:['’][^\W_]+)*")
_ADDRESS = re.compile(r"\S*(?:://|@)\S*")
STEMMERS = {
    "de": "german",
    "en": "english",
    "es": "spanish",
    "fr": "french",
    "it": "italian",
    "nl": "dutch",
    "tr": "turkish",
}
SHARED_LETTERS = 4
"""How many letters two words begin with alike before their endings may differ."""
COMPOUND_LETTERS = 5
"""How long a word is, at least, that is found inside a longer one: "Etikett" in "Rücksendeetikett"."""
FIRST_PART_LETTERS = 3
"""How many letters the word before another in a compound has, at least."""
TYPO_LETTERS = 6
"""How long a word is, at least, that one wrong letter may be forgiven in."""


class Word(NamedTuple):
    """A word as written, and what it is equal by: its stem and the groups it belongs to."""

    written: str
    stem: str
    groups: frozenset[int]


class Words:
    """Reads texts of one language."""

    def __init__(self, pack: QuotingWords, locale: Locale, goods: Sequence[Sequence[str]] = ()) -> None:
        """`goods` are kinds of goods that the shop sells, each with its other names."""
        self._pack = pack
        self._language = locale[:2]
        self._same = (*pack.same, *goods)

    def of(self, text: str) -> tuple[Word, ...]:
        """The words of a text that name something, in their order."""
        light = self._light
        return tuple(word for word in self.all(text) if word.stem not in light)

    def all(self, text: str) -> tuple[Word, ...]:
        """All its words, phrases of a group as one. Links and addresses have none."""
        plain = self._phrases.sub(self._as_one, self.lowered(_ADDRESS.sub(" ", text)))
        return self._plain_words(plain)

    def alike(self, one: Word, other: Word) -> bool:
        """Whether two words are forms of one, mistyped or not, or mean the same."""
        return bool(one.groups & other.groups) or self.same_name(one, other) or _mistyped(one, other)

    def is_good(self, word: Word) -> bool:
        """Whether it names a kind of goods of the shop."""
        return any(number >= len(self._pack.same) for number in word.groups)

    def same_name(self, one: Word, other: Word) -> bool:
        """Whether the other word is a form of the first: by stem, with more endings, or in a compound.

        A compound is more than its part: "Etikett" is found in "Rücksendeetikett", and not the other way round.
        """
        if one.stem == other.stem:
            return True
        if one.stem.isdigit() or other.stem.isdigit():
            return False
        if len(one.stem) >= COMPOUND_LETTERS and one.stem in other.stem:
            # What stands before it is a word of its own, and not the prefix that makes "unbenutzt" of "benutzt".
            return other.stem.index(one.stem) not in range(1, FIRST_PART_LETTERS)
        shared = _shared_beginning(one.written, other.written)
        endings = max(len(one.written), len(other.written)) - shared
        if shared >= SHARED_LETTERS and endings <= self._pack.longest_ending:
            # An ending that only one of them has is short or long; two different ones are each a few letters.
            return min(len(one.written), len(other.written)) - shared <= self._pack.longest_ending // 2
        return False

    def lowered(self, text: str) -> str:
        """In small letters, as this language has them."""
        text = text.replace("’", "'")
        if self._language == "tr":
            text = text.replace("İ", "i").replace("I", "ı")
        return text.lower().replace("i\u0307", "i")

    def stem(self, word: str) -> str:
        """The stem of one word."""
        word = word.split("'")[0] if self._language == "tr" else word
        return _folded(_stem(self._language, word))

    def _plain_words(self, lowered: str) -> tuple[Word, ...]:
        return tuple(self._word(found[0]) for found in _WORD.finditer(lowered))

    def _word(self, written: str) -> Word:
        if written.startswith("0group"):
            number = int(written.removeprefix("0group"))
            first = self._same[number][0]
            return Word(written=first, stem=self.stem(first), groups=frozenset({number}))
        stem = self.stem(written)
        bare = written.split("'")[0] if self._language == "tr" else written
        return Word(written=_folded(bare), stem=stem, groups=self._groups.get(stem, frozenset()))

    @cached_property
    def _light(self) -> frozenset[str]:
        return frozenset(
            word.stem
            for phrase in (*self._pack.light, *self._pack.negators, *self._pack.joins)
            for word in self._plain_words(self.lowered(phrase))
        )

    @cached_property
    def _groups(self) -> dict[str, frozenset[int]]:
        found: dict[str, set[int]] = {}
        for number, group in enumerate(self._same):
            for phrase in group:
                if _WORD.fullmatch(phrase):
                    found.setdefault(self.stem(self.lowered(phrase)), set()).add(number)
        return {stem: frozenset(numbers) for stem, numbers in found.items()}

    @cached_property
    def _phrase_groups(self) -> dict[str, int]:
        return {
            self.lowered(phrase): number
            for number, group in enumerate(self._same)
            for phrase in group
            # A stemmer takes "dır" off "çadır" but not off "çadırı": goods are known by whatever is added to them.
            if not _WORD.fullmatch(phrase) or (self._pack.longest_ending and number >= len(self._pack.same))
        }

    @cached_property
    def _phrases(self) -> re.Pattern[str]:
        return whole_words(self._phrase_groups, self._pack.longest_ending)

    def _as_one(self, found: re.Match[str]) -> str:
        return f" 0group{self._phrase_groups[' '.join(found[1].split())]} "


def whole_words(phrases: Iterable[str], longest_ending: int = 0) -> re.Pattern[str]:
    """A pattern that finds any of the phrases as whole words, the longest first, as its first group; of none, nothing.

    Each may have an ending of so many letters, also after an apostrophe.
    """
    longest = sorted(phrases, key=len, reverse=True)
    spaced = (r"\s+".join(re.escape(part) for part in phrase.split()) for phrase in longest)
    ending = rf"'?\w{{0,{longest_ending}}}" if longest_ending else ""
    return re.compile(rf"(?<!\w)(?=\w)({'|'.join(spaced)}){ending}(?!\w)" if longest else r"(?!)")


def _folded(text: str) -> str:
    return text.replace("ı", "i")


@lru_cache(maxsize=20_000)
def _stem(language: str, word: str) -> str:
    name = STEMMERS.get(language)
    return _stemmer(name).stemWord(word) if name is not None and word.isalpha() else word


@lru_cache(maxsize=16)
def _stemmer(name: str) -> "snowballstemmer.Stemmer":
    return snowballstemmer.stemmer(name)


def _shared_beginning(one: str, other: str) -> int:
    shared = 0
    for here, there in zip(one, other, strict=False):
        if here != there:
            break
        shared += 1
    return shared


def _mistyped(one: Word, other: Word) -> bool:
    short = min(len(one.written), len(other.written))
    return short >= TYPO_LETTERS and _one_letter_apart(one.written, other.written)


def _one_letter_apart(one: str, other: str) -> bool:
    """Whether one wrong, missing, additional or swapped letter makes the difference."""
    if abs(len(one) - len(other)) > 1:
        return False
    start = _shared_beginning(one, other)
    rest, other_rest = one[start:], other[start:]
    swapped = rest[:2] == other_rest[:2][::-1] and rest[2:] == other_rest[2:]
    return swapped or rest[1:] == other_rest[1:] or rest[1:] == other_rest or rest == other_rest[1:]

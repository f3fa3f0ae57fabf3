"""A text as sentences of plain words: in one spelling, in parts, and each word with its place in the text."""

import re
import unicodedata
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterator
from functools import cached_property
from itertools import accumulate
from typing import NamedTuple

COMMA = ","
"""Any mark between two parts of a sentence."""
JOINT = "|"
"""Where a part begins without a mark."""

_TOKENS = re.compile(
    r"""(?P<word>\d+(?:[.,]\d{1,3})+(?!\w)|[^\W_](?:[^\s,;:!?()"„“”«»…<>]*[^\W_])?)
      | (?P<currency>[€$£₺])
      | (?P<quote>["„“”«»])
      | (?P<end>[.!?;…]+|\n\s*\n|\n)
      | (?P<mark>[,:()<>]|[-–—]+(?=\s)|/)""",
    re.VERBOSE,
)
_CURRENCIES = {"€": "euro", "$": "usd", "£": "gbp", "₺": "tl"}
_DIGRAPHS = str.maketrans({"ı": "i", "ß": "ss", "’": "'", "‘": "'", "ʼ": "'"})
_TYPED_UMLAUTS = re.compile("(?<=[aou])e")
_NUMBER = re.compile(r" *[^\W\d]{0,3}\d")

FULL_LINE = 60
"""A line of more characters that goes on in small letters was wrapped by a mail program."""
SHORT_WORD = 4
"""No longer are words such as "No." and "Str." before a number."""


def spelt_plainly(word: str) -> str:
    """A word without case, accents and umlauts, however its writer typed them: `Kündigen`, `KUENDIGEN`, `ŞİPARİŞ`."""
    composed = unicodedata.normalize("NFKD", word.translate(_DIGRAPHS).casefold())
    bare = "".join(letter for letter in composed if not unicodedata.combining(letter)).translate(_DIGRAPHS)
    return bare if "@" in bare else _TYPED_UMLAUTS.sub("", bare)


class Word(NamedTuple):
    """A word in its plain form, or a mark, with its place in the text."""

    plain: str
    start: int
    end: int
    quoted: bool = False
    """Whether it stands within quotation marks."""

    @property
    def is_boundary(self) -> bool:
        """Whether it only separates two parts."""
        return self.plain in (COMMA, JOINT)


class Sentence:
    """Words up to a full stop, and whether it is asked.

    `said` is what patterns are matched with: the plain words, each followed by one space.
    """

    def __init__(self, words: tuple[Word, ...], *, asked: bool = False) -> None:
        self.words = words
        self.asked = asked
        self.said = "".join(f"{word.plain} " for word in words)
        lengths = (len(word.plain) + 1 for word in words)
        self._begins = tuple(accumulate(lengths, initial=0))[: len(words)]

    def words_of(self, start: int, end: int) -> range:
        """Which words a stretch of `said` covers."""
        return range(bisect_right(self._begins, start) - 1, bisect_left(self._begins, end))

    @cached_property
    def parts(self) -> tuple[range, ...]:
        """The words of each part of the sentence."""
        parts: list[range] = []
        begin = 0
        for number, word in enumerate((*self.words, Word(COMMA, 0, 0))):
            if word.is_boundary:
                parts += [range(begin, number)] if number > begin else []
                begin = number + 1
        return tuple(parts)

    def around(self, words: range) -> range:
        """The words of all parts that these stand in."""
        touched = [part for part in self.parts if part.start < words.stop and words.start < part.stop]
        return range(touched[0].start, touched[-1].stop) if touched else words

    def cut(self, words: range) -> "Sentence":
        """Only these words."""
        return Sentence(self.words[words.start : words.stop], asked=self.asked)

    def quoted_from(self, text: str, words: range) -> str:
        """What the text has there, letter by letter."""
        own = [word for word in self.words[words.start : words.stop] if word.end > word.start]
        return text[own[0].start : own[-1].end] if own else ""


Short = Callable[[str], bool]
"""Whether a plain word is an abbreviation, so that the full stop behind it ends no sentence."""


def sentences_of(text: str, is_short: Short) -> Iterator[Sentence]:
    """The sentences of a text, in order. A line that goes on in small letters belongs to the one before."""
    words: list[Word] = []
    inside = False
    for found in _TOKENS.finditer(text):
        kind, mark = found.lastgroup, found[0]
        if kind == "word":
            words.append(Word(spelt_plainly(mark), found.start(), found.end(), inside))
        elif kind == "currency":
            words.append(Word(_CURRENCIES[mark], found.start(), found.end(), inside))
        elif kind == "quote":
            inside = not inside
            words.append(Word(COMMA, found.start(), found.start()))
        elif kind == "mark" or _goes_on(mark, words, text[found.end() :], is_short):
            if mark != "." and not _is_wrapped(text, found):
                words.append(Word(COMMA, found.start(), found.start()))
        else:
            if any(not word.is_boundary for word in words) or "?" in mark:
                yield Sentence(tuple(words), asked="?" in mark)
            words = []
    if any(not word.is_boundary for word in words):
        yield Sentence(tuple(words))


def _is_wrapped(text: str, mark: re.Match[str]) -> bool:
    """Whether a line only ends because it was full, so that nothing is separated there."""
    end = mark.start()
    return mark[0] == "\n" and end - text.rfind("\n", 0, end) > FULL_LINE


def _goes_on(mark: str, before: list[Word], rest: str, is_short: Short) -> bool:
    """Whether a sentence goes on behind a mark: behind an abbreviation, or a short word before a number."""
    if not before or before[-1].is_boundary:
        return False
    if mark == "\n":
        return rest.lstrip()[:1].islower()
    last = before[-1].plain
    if mark != "." or not rest.lstrip(" ")[:1].isalnum():
        return False
    return is_short(last) or (len(last) <= SHORT_WORD and _NUMBER.match(rest) is not None)

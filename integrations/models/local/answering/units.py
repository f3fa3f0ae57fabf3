"""Units: what of an article can be quoted by itself, a sentence with those that it needs to be understood."""

import re
from collections.abc import Iterator
from typing import NamedTuple

from cases.facts import Passage
from cases.policy.packs.quoting import QuotingWords
from integrations.models.local.answering.words import Words, whole_words

_PARAGRAPH = re.compile(r"\n\s*\n")
_BEGINS = r"\s+(?=[^\W\d_a-zäöüßçğıöş]|\d|[\"“„«(*•-]|https?:)|\n+"
_SENTENCE_END = re.compile(rf"(?<=[.!?:])(?<!\b[A-Za-z][.]){_BEGINS}")
_SENTENCE_END_BUT_ORDINALS = re.compile(rf"(?<=[.!?:])(?<!\d[.])(?<!\b[A-Za-z][.]){_BEGINS}")
_ITEM = re.compile(r"^\s*(?:[-*•]|\d+[.)])\s+")


class Unit(NamedTuple):
    """A sentence with what it depends on."""

    passage: Passage
    sentences: tuple[str, ...]
    """Verbatim, single spaces aside."""
    sentence: str
    """The one it is about: the last of them, or the first where another limits it."""
    paragraph: int
    position: int

    @property
    def text(self) -> str:
        """All of it."""
        return " ".join(self.sentences)


def units_of(passage: Passage, pack: QuotingWords, words: Words) -> tuple[Unit, ...]:
    """Every unit of a passage, in its order."""
    return tuple(
        Unit(passage, parts, sentence, number, position)
        for number, paragraph in enumerate(_PARAGRAPH.split(passage.text))
        for position, (parts, sentence) in enumerate(_in_paragraph(_sentences(paragraph, pack), pack, words))
    )


def _in_paragraph(sentences: list[str], pack: QuotingWords, words: Words) -> Iterator[tuple[tuple[str, ...], str]]:
    leans = whole_words(words.lowered(one) for one in pack.dependents)
    limits = whole_words(words.lowered(one) for one in pack.limits)
    adds = whole_words(words.lowered(one) for one in pack.additions)
    for place, sentence in enumerate(sentences):
        first = place
        while first > 0 and _depends(sentences[first], sentences[first - 1], _Beginnings(leans, limits, adds), words):
            first -= 1
        last = place
        while last + 1 < len(sentences) and limits.match(_begun(sentences[last + 1], words)):
            last += 1
        yield tuple(sentences[first : last + 1]), sentence


class _Beginnings(NamedTuple):
    leans: re.Pattern[str]
    limits: re.Pattern[str]
    adds: re.Pattern[str]


def _depends(sentence: str, before: str, marks: _Beginnings, words: Words) -> bool:
    """Whether a sentence needs the one before: it points at it, limits it, adds to it, or is an item of its list."""
    begun = _begun(sentence, words)
    listed = bool(_ITEM.match(sentence)) or (before.endswith(":") and not sentence.startswith("http"))
    pointing = marks.leans.match(begun) or marks.limits.match(begun) or marks.adds.search(begun)
    return listed or pointing is not None


def _begun(sentence: str, words: Words) -> str:
    return words.lowered(_ITEM.sub("", sentence)).lstrip("\"“„«'(")


def _sentences(paragraph: str, pack: QuotingWords) -> list[str]:
    end = _SENTENCE_END_BUT_ORDINALS if pack.dotted_ordinals else _SENTENCE_END
    return [" ".join(part.split()) for part in end.split(paragraph) if part.strip()]

"""What a customer asks: the words that matter, the things named, and what kind of thing is to be told."""

import re
from collections.abc import Sequence
from functools import cached_property
from typing import NamedTuple

from cases.policy.packs.quoting import AnswerType, QuotingWords
from cases.ticket import Locale
from integrations.models.local.answering.places import Places
from integrations.models.local.answering.words import Word, Words, whole_words

_SENTENCE_END = re.compile(r"(?<=[.!?…])\s+|\n+")
_NUMBER = re.compile(r"(?<![\d.,:])\d+(?:[.,:]\d+)*")
_CAPITAL = re.compile(r"(?<=[\w,;)] )[^\W\d_a-zäöüßçğıöşâîû][\w-]+")
_ODD_CAPITALS = re.compile(r"(?<!\w)(?=\w*[A-ZÄÖÜÇĞİŞ]\w*[A-ZÄÖÜÇĞİŞ]|\w*[a-zäöüçğış][A-ZÄÖÜÇĞİŞ])[\w-]{2,}")


class Named(NamedTuple):
    """A thing that a text names, as it is written there, and what it is known by."""

    written: str
    words: tuple[Word, ...] = ()
    place: str | None = None
    number: str | None = None
    beyond: bool = False
    """Whether more than the number is meant, as in "after 30 days"."""


class Question(NamedTuple):
    """What is asked."""

    text: str
    """Its questions, or all of it where it has none."""
    words: tuple[Word, ...]
    """Those of its questions that an answer must be about."""
    names: tuple[Named, ...]
    """Things named anywhere in the text: an answer that does not mention them is one to another question."""
    wants: frozenset[AnswerType]
    whether: bool
    """Whether it is answered by yes or no."""


class QuestionReader:
    """Reads questions in one language."""

    def __init__(self, pack: QuotingWords, locale: Locale, goods: Sequence[Sequence[str]] = ()) -> None:
        self._pack = pack
        self.words = Words(pack, locale, goods)
        self.places = Places(pack, locale, self.words)

    def read(self, text: str) -> Question:
        """What a text asks. Where it has no question, all of it is one."""
        sentences = [part.strip() for part in _SENTENCE_END.split(text) if part.strip()]
        asked = " ".join([one for one in sentences if self._is_question(one)] or sentences)
        if not self.words.of(asked):
            # "I'd like to return my tent. How long do I have?" says before its question what it is about.
            asked = " ".join(sentences)
        names = self._names(text, sentences)
        by_name = {word.stem for name in names for word in name.words}
        words = tuple(word for word in self.words.of(asked) if word.stem not in by_name and not word.stem.isdigit())
        lowered = self.words.lowered(asked)
        wants = frozenset(kind for kind, pattern in self._asks.items() if pattern.search(lowered))
        whether = not wants and self._whether.search(lowered) is not None
        return Question(asked, tuple(dict.fromkeys(words)), names, wants, whether)

    def beyond(self, text: str) -> frozenset[str]:
        """The numbers of a text that it means more than."""
        lowered = self.words.lowered(text)
        found = [match for pattern in self._beyond for match in pattern.finditer(lowered)]
        return frozenset(number for match in found for number in numbers_of(match[0]))

    def _is_question(self, sentence: str) -> bool:
        return sentence.endswith("?") or any(
            pattern.match(self.words.lowered(sentence)) for pattern in self._asks.values()
        )

    def _names(self, text: str, sentences: list[str]) -> tuple[Named, ...]:
        places = [
            Named(written, self.words.of(written), place=code) for code, written in self.places.named(text).items()
        ]
        taken = {word.stem for place in places for word in place.words}
        apart = [Named(found[0], self.words.all(found[0])) for found in self._apart.finditer(self.words.lowered(text))]
        beyond = self.beyond(text)
        numbers = [Named(number, number=number, beyond=number in beyond) for number in numbers_of(text)]
        capital = _CAPITAL if self._pack.capitals_name else _ODD_CAPITALS
        proper = [
            Named(found, words)
            for sentence in sentences
            for found in (*capital.findall(sentence), *_ODD_CAPITALS.findall(sentence))
            if (words := self.words.of(found)) and not all(word.stem in taken for word in words)
        ]
        return tuple(dict.fromkeys((*places, *apart, *numbers, *proper)))

    @cached_property
    def _asks(self) -> dict[AnswerType, re.Pattern[str]]:
        return {kind: whole_words(map(self.words.lowered, phrases)) for kind, phrases in self._pack.asks.items()}

    @cached_property
    def _beyond(self) -> tuple[re.Pattern[str], re.Pattern[str]]:
        """A number right after such a word, and one that such a word follows after its unit: "30 günden sonra"."""
        before, after = (
            "|".join(re.escape(self.words.lowered(phrase)) for phrase in phrases) or "(?!)"
            for phrases in (self._pack.beyond_before, self._pack.beyond_after)
        )
        return (
            re.compile(rf"(?<!\w)(?:{before})\s+(?:\w+\s+)?{_NUMBER.pattern}"),
            re.compile(rf"{_NUMBER.pattern}\s+(?:\w+\s+){{0,2}}(?:{after})(?!\w)"),
        )

    @cached_property
    def _whether(self) -> re.Pattern[str]:
        return whole_words(map(self.words.lowered, self._pack.asks_whether))

    @cached_property
    def _apart(self) -> re.Pattern[str]:
        return whole_words(map(self.words.lowered, self._pack.apart))


def numbers_of(text: str) -> tuple[str, ...]:
    """The numbers of a text, as written: "4.90", "24", "14:00"."""
    return tuple(_NUMBER.findall(text))

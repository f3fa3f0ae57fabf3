"""Goods: what an article says of goods in general holds of each kind of them, unless an article says otherwise.

Which words are goods is the shop's data (`goods` of the policy); how a language speaks of all goods is its pack's.
"""

import re
from collections.abc import Sequence
from functools import cached_property
from typing import NamedTuple

from cases.facts import Passage
from cases.policy.packs.quoting import QuotingWords
from integrations.models.local.answering.question import Question
from integrations.models.local.answering.units import Unit
from integrations.models.local.answering.words import Word, Words, whole_words

_TOKEN = re.compile(r"\w+(?:['’]\w+)*|[^\w\s]")


class Meant(NamedTuple):
    """What a unit says of goods by saying it of all goods."""

    goods: frozenset[Word] = frozenset()
    """Those of the question."""
    said_as: tuple[Word, ...] = ()
    """The words of the unit that mean them."""


class Goods:
    """Finds what a unit says of goods in general, in one language."""

    def __init__(self, pack: QuotingWords, words: Words) -> None:
        self._pack = pack
        self._words = words

    def meant(self, question: Question, unit: Unit, passages: Sequence[Passage]) -> Meant:
        """The goods of a question that a unit is about because it is about all goods.

        A question about nothing but goods ("What does a tent cost?") is answered by no such unit, and neither is one
        about goods that a passage found speaks of themselves: in the same article, or on the same matter.
        """
        goods = [word for word in question.words if self._words.is_good(word)]
        matter = [word for word in question.words if word not in goods]
        if not goods or not matter:
            return Meant()
        said_as = self._in_general(unit.text, matter)
        ordinary = frozenset(good for good in goods if not self._special(good, matter, unit, passages))
        return Meant(ordinary, said_as) if ordinary and said_as else Meant()

    def _in_general(self, text: str, matter: Sequence[Word]) -> tuple[Word, ...]:
        lowered = self._words.lowered(text)
        return tuple(
            word
            for found in self._general.finditer(lowered)
            if not self._limited(_TOKEN.findall(lowered[: found.start()]), matter)
            for word in self._words.all(found[0])
        )

    def _limited(self, before: Sequence[str], matter: Sequence[Word]) -> bool:
        """Whether what stands right before makes it some of the goods, and no words of the question do.

        "The damaged item" was told of before; "bulky items" are not those of someone who asks about a tent, while
        "worn or washed gear" is, if the tent was washed.
        """
        if any(self._pointing.fullmatch(word) for word in before[-2:]):
            return True
        joined = len(before) > 2 and self._joining.fullmatch(before[-2]) is not None
        limits = self._words.of(" ".join(before[-3:] if joined else before[-1:]))
        return bool(limits) and not any(self._words.alike(word, other) for word in matter for other in limits)

    def _special(self, good: Word, matter: Sequence[Word], unit: Unit, passages: Sequence[Passage]) -> bool:
        for passage in passages:
            said = self._words.of("\n".join((passage.title, *passage.headings, passage.text)))
            if any(self._words.alike(good, word) for word in said):
                same_article = passage.article_id == unit.passage.article_id
                if same_article or any(self._words.alike(word, other) for word in matter for other in said):
                    return True
        return False

    @cached_property
    def _general(self) -> re.Pattern[str]:
        return whole_words(map(self._words.lowered, self._pack.goods))

    @cached_property
    def _pointing(self) -> re.Pattern[str]:
        return whole_words(map(self._words.lowered, self._pack.goods_pointed_at))

    @cached_property
    def _joining(self) -> re.Pattern[str]:
        return whole_words(map(self._words.lowered, self._pack.joins))

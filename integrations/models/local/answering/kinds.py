"""Kinds of answers: whether a sentence tells a length of time, an amount or a place, where one is asked for."""

import re
from functools import cached_property

from cases.policy.packs.quoting import AnswerType, QuotingWords
from integrations.models.local.answering.question import Question
from integrations.models.local.answering.units import Unit
from integrations.models.local.answering.words import Word, Words

_MONEY = re.compile(r"\d[\d.,]*\s?(?:[A-Z]{3}|[€$£₺])(?!\w)|[€$£₺]\s?\d")
_CLOCK = re.compile(r"(?<!\d)\d{1,2}[:.]\d{2}(?!\d)")
_LINK = re.compile(r"https?://\S+")
_ADDRESS = re.compile(r"\S+@\S+")


class AnswerKinds:
    """Tells kinds of answers apart, in one language."""

    def __init__(self, pack: QuotingWords, words: Words) -> None:
        self._pack = pack
        self._words = words

    def tells(self, question: Question, unit: Unit) -> bool:
        """Whether a unit tells one of the things the question wants to be told; a question may want none of them."""
        return not question.wants or any(self._tells(kind, unit.sentence) for kind in question.wants)

    def _tells(self, kind: AnswerType, text: str) -> bool:
        figure = any(sign.isdigit() for sign in _ADDRESS.sub("", _LINK.sub("", text)))
        match kind:
            case AnswerType.DURATION | AnswerType.TEMPERATURE:
                return figure and self._says(kind, text)
            case AnswerType.MONEY:
                # "4 pieces a month, and shipping is free" is no price; "The label is free" is one.
                return _MONEY.search(text) is not None or (not figure and self._says(kind, text))
            case AnswerType.COUNT:
                return figure or self._says(kind, text)
            case AnswerType.TIME:
                lasting = figure and self._says(AnswerType.DURATION, text)
                return lasting or _CLOCK.search(text) is not None or self._says(kind, text)
            case AnswerType.PLACE:
                return _LINK.search(text) is not None or self._says(kind, text)
            case AnswerType.CONTACT:
                return figure or _ADDRESS.search(text) is not None

    def _says(self, kind: AnswerType, text: str) -> bool:
        told = self._told.get(kind, ())
        return any(self._words.same_name(word, other) for other in self._words.all(text) for word in told)

    @cached_property
    def _told(self) -> dict[AnswerType, tuple[Word, ...]]:
        return {
            kind: tuple(word for phrase in phrases for word in self._words.all(phrase))
            for kind, phrases in self._pack.tells.items()
        }


def links(text: str) -> tuple[str, ...]:
    """The links of a text."""
    return tuple(_LINK.findall(text))

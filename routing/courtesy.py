"""Courtesy: messages that greet or thank and ask for nothing, so that nobody has to answer or read them."""

import re
import unicodedata
from collections.abc import Iterable, Sequence
from functools import lru_cache

from cases.courtesy import Courtesy
from cases.policy.packs.courtesy import CourtesyWords
from cases.ticket import Customer
from routing.normal_text import folded

_WORD = re.compile(r"[^\W_]+(?:['-][^\W_]+)*")
_LISTED = re.compile(rf"{_WORD.pattern}\*?")
_GRATEFUL = frozenset("👍🙏❤♥💚💙😊🙂😀😃😄😁🤗🥰😍👌🎉💪✌🤝💯⭐✨✅👏")
"""Pictures that people send instead of thanks."""


def courtesy_of(text: str, customer: Customer, words: Sequence[CourtesyWords]) -> Courtesy | None:
    """What a message is that consists of courtesy and nothing else; None where it says anything more.

    `words` of every language: people write "thanks" in all of them. A text without any word ("?", "…") opens a
    conversation as a greeting does.
    """
    told = [word for word in _WORD.findall(folded(text)) if word not in _names(customer)]
    if not told:
        return _without_words(text)
    return next((found for language in words if (found := _courtesy_in(tuple(told), language))), None)


def _courtesy_in(told: tuple[str, ...], words: CourtesyWords) -> Courtesy | None:
    greetings, thanks, small = (_phrases(listed) for listed in (words.greetings, words.thanks, words.small_words))
    kinds: set[Courtesy | None] = set()
    place = 0
    while place < len(told):
        found = [
            (length, kind)
            for kind, phrases in ((Courtesy.THANKS, thanks), (Courtesy.GREETING, greetings), (None, small))
            if (length := _longest(told[place:], phrases))
        ]
        if not found:
            return None
        length, kind = max(found, key=lambda match: match[0])
        kinds.add(kind)
        place += length
    return Courtesy.THANKS if Courtesy.THANKS in kinds else Courtesy.GREETING if Courtesy.GREETING in kinds else None


def _longest(told: Sequence[str], phrases: Iterable[tuple[str, ...]]) -> int:
    return max((len(phrase) for phrase in phrases if _begins_with(told, phrase)), default=0)


def _begins_with(told: Sequence[str], phrase: tuple[str, ...]) -> bool:
    return len(told) >= len(phrase) and all(map(_is, told, phrase))


def _is(word: str, listed: str) -> bool:
    return word.startswith(listed[:-1]) if listed.endswith("*") else word == listed


def _without_words(text: str) -> Courtesy | None:
    pictures = {sign for sign in text if unicodedata.category(sign) == "So"}
    if not pictures:
        return Courtesy.GREETING
    return Courtesy.THANKS if pictures <= _GRATEFUL else None


def _names(customer: Customer) -> frozenset[str]:
    """What the customer may sign with."""
    called = f"{customer.name or ''} {(customer.email or '').partition('@')[0]}"
    return frozenset(_WORD.findall(folded(called).replace(".", " ")))


@lru_cache(maxsize=64)
def _phrases(listed: tuple[str, ...]) -> tuple[tuple[str, ...], ...]:
    """Each phrase as its words, folded as the texts are."""
    return tuple(tuple(_LISTED.findall(folded(phrase))) for phrase in listed)

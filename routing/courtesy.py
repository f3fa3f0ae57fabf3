"""Courtesy: messages that greet or thank and ask for nothing, so that nobody has to answer or read them."""

import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import lru_cache
from typing import NamedTuple

from cases.courtesy import Courtesy
from cases.policy.packs.courtesy import CourtesyWords
from cases.ticket import Customer
from routing.normal_text import folded

_WORD = re.compile(r"[^\W_]+(?:['-][^\W_]+)*")
_LISTED = re.compile(rf"{_WORD.pattern}\*?")
_GROUP = re.compile(r"\{(\w+)\}")
_QUESTION = "?"

LONGEST = 60
"""Words of a text that may be courtesy alone. Whoever writes more says something, or nothing that is worth the time."""

_GRATEFUL = frozenset("👍🙏❤♥💚💙😊🙂😀😃😄😁🤗🥰😍👌🎉💪✌🤝💯⭐✨✅👏")
"""Pictures that people send instead of thanks."""


class _Slot(NamedTuple):
    """A place of a phrase: any of these words stands there, or none where it may be empty."""

    choices: tuple[str, ...]
    may_be_empty: bool


_Phrase = tuple[_Slot, ...]


def courtesy_of(text: str, customer: Customer, words: Sequence[CourtesyWords]) -> Courtesy | None:
    """What a message is that consists of courtesy and nothing else; None where it says anything more.

    `words` of every language: people write "thanks" in all of them. A text without any word ("?", "…") opens a
    conversation as a greeting does. Thanks with a question mark ask something: "it arrived?"
    """
    told = [word for word in _WORD.findall(folded(text)) if word not in _names(customer)]
    if not told:
        return _without_words(text)
    if len(told) > LONGEST:
        return None
    found = next((found for language in words if (found := _courtesy_in(tuple(told), language))), None)
    return None if found is Courtesy.THANKS and _QUESTION in text else found


def _courtesy_in(told: tuple[str, ...], words: CourtesyWords) -> Courtesy | None:
    listed = (words.greetings, words.thanks, words.small_words, words.questions)
    groups = tuple(words.groups.items())
    greetings, thanks, small, questions = (_phrases(phrases, groups) for phrases in listed)
    kinds: set[Courtesy | None] = set()
    place, asked = 0, False
    while place < len(told):
        asked = asked or _longest(told[place:], questions) > 0
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
    if Courtesy.THANKS in kinds:
        return None if asked else Courtesy.THANKS
    return Courtesy.GREETING if Courtesy.GREETING in kinds else None


def _longest(told: Sequence[str], phrases: Iterable[_Phrase]) -> int:
    return max((_length(told, phrase) for phrase in phrases), default=0)


def _length(told: Sequence[str], phrase: _Phrase) -> int:
    """How many words a phrase covers that they begin with; 0 where they do not."""
    reached = {0}
    for slot in phrase:
        taken = {at + 1 for at in reached if at < len(told) and any(_is(told[at], word) for word in slot.choices)}
        reached = taken | reached if slot.may_be_empty else taken
    return max(reached, default=0)


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
def _phrases(listed: tuple[str, ...], groups: tuple[tuple[str, tuple[str, ...]], ...]) -> tuple[_Phrase, ...]:
    """Each phrase by its words, folded as the texts are."""
    known = dict(groups)
    return tuple(tuple(_slots(phrase, known)) for phrase in listed)


def _slots(phrase: str, groups: Mapping[str, tuple[str, ...]]) -> Iterator[_Slot]:
    for written in phrase.split():
        either = _GROUP.sub(lambda name: "|".join(groups[name[1]]), written)
        choices = tuple(word for choice in either.split("|") for word in _LISTED.findall(folded(choice)))
        if choices:
            yield _Slot(choices, written.endswith(_QUESTION))

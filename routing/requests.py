"""Whether a customer's newest words ask for an action: the evidence without which nothing is proposed.

A request must be recognised: a verb of the action in a form that asks for it. What can be read as its denial, its
condition or its withdrawal outweighs it, also from another sentence of the message. In doubt it is no request.
"""

import re
from collections.abc import Mapping, Sequence
from functools import lru_cache

from cases.action import ActionKind
from cases.policy.language import Language
from cases.policy.packs.pack import LanguagePack
from cases.policy.packs.requests import RequestWords
from routing.normal_text import folded
from routing.request_reading import MAXIMUM_WORDS, MessageReading, taken_back
from routing.request_verdict import NotRequested, Requested, Subject, Unsure, Verdict, WhyNot, WhyUnsure
from routing.request_words import ActionPatterns, Reader, action_patterns


class RequestCheck:
    """Checks texts with the language packs of a policy; `plans` is what the tenant calls its plans."""

    def __init__(self, packs: Mapping[Language, LanguagePack], plans: Sequence[str] = ()) -> None:
        self._languages = [_Language(pack.requests, tuple(plans)) for pack in packs.values()]

    def verdict(self, text: str, subject: Subject) -> Verdict:
        """Whether these new words ask for it, in any of the languages. What says no in one of them is a no."""
        read = [language.verdict(text, subject) for language in self._languages]
        asked = any(isinstance(verdict, Requested) for verdict in read)
        rank = _rank_beside_a_request if asked else _rank
        return min(read, key=rank, default=Unsure(why=WhyUnsure.NO_REQUEST))

    def verdict_on(self, claim: str, text: str, subject: Subject) -> Verdict:
        """The same for words that somebody claims to be the request: they must stand in the text, and be it."""
        if not claim.strip() or folded(claim) not in folded(text):
            return NotRequested(why=WhyNot.NOT_VERBATIM, quote=claim)
        verdict = self.verdict(text, subject)
        if not isinstance(verdict, Requested):
            return verdict
        if _overlap(text, claim, verdict.quote):
            return verdict
        return Unsure(why=WhyUnsure.ELSEWHERE, quote=claim)


_IN_ANY_LANGUAGE = (
    WhyNot.NEGATED,
    WhyNot.WITHDRAWN,
    WhyNot.CONDITIONAL,
    WhyNot.SOMEBODY_ELSE,
    WhyUnsure.CONDITION_BESIDE,
    WhyUnsure.PERSON_BESIDE,
)
"""What one language's words say against a request in another's. Its questions and reports may only look like them."""


def _rank(verdict: Verdict) -> int:
    """Which of several languages' verdicts counts where none finds a request: the lowest."""
    match verdict:
        case NotRequested():
            return 0
        case Unsure(why=WhyUnsure.NO_REQUEST):
            return 2
        case _:
            return 1


def _rank_beside_a_request(verdict: Verdict) -> int:
    """The same where one of them finds a request."""
    match verdict:
        case Requested():
            return 2
        case NotRequested(why=why) | Unsure(why=why) if why in _IN_ANY_LANGUAGE:
            return int(isinstance(verdict, Unsure))
        case _:
            return 3


def _overlap(text: str, one: str, other: str) -> bool:
    """Whether two stretches of a text have words in common where they stand."""
    return any(
        begin < end_of_other and begin_of_other < end
        for begin, end in _places(text, one)
        for begin_of_other, end_of_other in _places(text, other)
    )


def _places(text: str, stretch: str) -> list[tuple[int, int]]:
    return [found.span() for found in re.finditer(re.escape(folded(stretch)), folded(text))]


class _Language:
    """One language."""

    def __init__(self, words: RequestWords, plans: tuple[str, ...]) -> None:
        self._words = words
        self._plans = plans
        self._reader = Reader(words)
        self._patterns = lru_cache(maxsize=None)(self._compiled)

    def _compiled(self, kind: ActionKind) -> ActionPatterns | None:
        return action_patterns(self._words, kind, self._plans)

    def verdict(self, text: str, subject: Subject) -> Verdict:
        patterns = self._patterns(subject.kind)
        if patterns is None:
            return Unsure(why=WhyUnsure.NO_REQUEST)
        message = MessageReading(text, patterns, subject)
        sentences = self._reader.sentences(text)
        if not any(len(sentence.words) > MAXIMUM_WORDS or patterns.speaks_of_it(sentence) for sentence in sentences):
            return taken_back(text, sentences, patterns)
        for sentence in sentences:
            message.read(sentence)
        return message.verdict()

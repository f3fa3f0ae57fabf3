"""Which questions may be answered with an earlier answer, and how alike two questions must be for that."""

from datetime import timedelta
from typing import Annotated

from pydantic import Field

from cases.classification import IntentName
from cases.policy.duration import Duration
from cases.policy.language import Language
from cases.policy.pattern import Pattern
from cases.record import Record


class CacheScope(Record):
    """What a case needs to know: which intents may be asked for, and how long a question may be."""

    intents: tuple[IntentName, ...]
    characters: Annotated[int, Field(ge=10, le=600)]


class CacheLanguage(Record):
    """How alike two questions in one language must be. A language without a row is never answered from the cache."""

    similarity: Annotated[float, Field(ge=0.5, le=1)]
    """The least cosine of two questions that may have one answer."""
    negations: Annotated[tuple[Pattern, ...], Field(min_length=1)]
    """What turns a question around. Both must have as many."""
    telling: tuple[Pattern, ...] = ()
    """Words of which both must have the same: numbers in letters, and what is often all the difference."""


class CacheRules(Record):
    """The semantic cache. A policy without it drafts every answer."""

    intents: Annotated[tuple[IntentName, ...], Field(min_length=1)]
    """Only those that need neither records nor actions nor a person; the policy is refused with any other."""
    keep: Duration = timedelta(days=30)
    """How long an answer may be given again, if nothing it rests on changes before."""
    characters: Annotated[int, Field(ge=10, le=600)] = 300
    """A longer question is a story with more in it than its likeness tells. No more than an encoder reads."""
    languages: Annotated[dict[Language, CacheLanguage], Field(min_length=1)]

    def scope(self, language: str) -> CacheScope | None:
        """What a case in this language needs to know. None: it is not for the cache."""
        if language[:2] not in self.languages:
            return None
        return CacheScope(intents=self.intents, characters=self.characters)

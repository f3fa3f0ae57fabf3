"""Questions about the demo's help centre, with the sentences that answer them: `data/answerability.*.yaml`."""

import hashlib
from enum import StrEnum
from pathlib import Path
from typing import Self

import yaml
from pydantic import model_validator

from cases.record import Document, Record
from cases.ticket import Locale

DATA = Path(__file__).parent / "data"
LANGUAGES: tuple[Locale, ...] = ("en", "de", "tr")


class AskedQuestion(Document):
    """What a customer asks, and what answers it: pieces of sentences of the articles in the customer's language."""

    asks: str
    answered_by: tuple[str | tuple[str, ...], ...] = ()
    """Each answers by itself; of several pieces all are needed."""
    misled_by: tuple[str, ...] = ()
    """What would tell this customer something wrong."""
    unanswered: str | None = None
    """Why the articles do not answer it, where they do not."""

    @model_validator(mode="after")
    def _one_or_the_other(self) -> Self:
        if bool(self.answered_by) == bool(self.unanswered):
            raise ValueError(f"{self.asks!r} needs either answered_by or unanswered")
        return self

    @property
    def held_out(self) -> bool:
        """Whether nothing may be tuned on it: so every other question, by the hash of its words."""
        return hashlib.sha256(self.asks.encode()).digest()[0] % 2 == 1

    @property
    def pieces(self) -> tuple[str, ...]:
        """Every piece of an article that it names."""
        answers = (part for one in self.answered_by for part in ((one,) if isinstance(one, str) else one))
        return (*answers, *self.misled_by)

    def is_answered_by(self, reply: str) -> bool:
        """Whether a reply says what answers it, and nothing that misleads."""
        said = " ".join(reply.split())
        answers = any(
            all(part in said for part in ((one,) if isinstance(one, str) else one)) for one in self.answered_by
        )
        return answers and not any(wrong in said for wrong in self.misled_by)


class Half(StrEnum):
    """Which questions are asked."""

    DEV = "dev"
    HELD_OUT = "held-out"
    ALL = "all"


class Asked(Record):
    """A question in its language."""

    language: Locale
    question: AskedQuestion


class _Questions(Document):
    questions: tuple[AskedQuestion, ...]


def asked_questions(half: Half, language: Locale | None = None) -> tuple[Asked, ...]:
    """The questions of a half, in one language or in all."""
    return tuple(
        Asked(language=each, question=question)
        for each in LANGUAGES
        if language in (None, each)
        for question in _read(each)
        if half is Half.ALL or question.held_out is (half is Half.HELD_OUT)
    )


def _read(language: Locale) -> tuple[AskedQuestion, ...]:
    file = DATA / f"answerability.{language}.yaml"
    return _Questions.model_validate(yaml.safe_load(file.read_text(encoding="utf-8"))).questions

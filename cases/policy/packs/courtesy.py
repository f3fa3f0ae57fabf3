"""How people greet, thank and answer yes or no in a language."""

import re
from typing import Self

from pydantic import model_validator

from cases.policy.packs.requests import WordPatterns
from cases.record import Record

_GROUP = re.compile(r"\{(\w*)\}")


class CourtesyWords(Record):
    """Phrases that ask for nothing by themselves.

    `greetings`, `thanks`, `small_words` and `questions` are phrases: `|` between words of which one stands there, `?`
    behind what may be left out, `*` at the end of a word for any ending, `{name}` for any word of a group. The others
    are patterns as `requests` has them, without groups.
    """

    groups: dict[str, tuple[str, ...]] = {}
    """Words that several phrases use."""
    greetings: tuple[str, ...] = ()
    """How a conversation begins, or is kept up, before anything is said: "hello", "are you there", "test"."""
    thanks: tuple[str, ...] = ()
    """How it ends: thanks, praise and "all right"."""
    small_words: tuple[str, ...] = ()
    """What stands beside them and says nothing: "very much", "dear team", "have a nice day"."""
    questions: tuple[str, ...] = ()
    """How a question begins that has no question mark: "is it …". Thanks with one of them are no mere thanks."""
    agree: WordPatterns = ()
    """Words that agree, and signs such as a raised thumb."""
    decline: WordPatterns = ()
    """Words that decline."""
    turns: WordPatterns = ()
    """Words that make more of an answer than a yes or a no: "but", "the other"."""
    beside: WordPatterns = ()
    """Words that may stand beside a yes or a no and change nothing of it: "please", "thanks"."""

    @model_validator(mode="after")
    def _knows_its_groups(self) -> Self:
        for phrase in (*self.greetings, *self.thanks, *self.small_words, *self.questions):
            unknown = next((name for name in _GROUP.findall(phrase) if name not in self.groups), None)
            if unknown is not None:
                raise ValueError(f"{phrase!r} names the group {unknown!r}, which is not under `groups`; write it there")
        return self

"""Old and new values: which of the addresses a text names is the one that is wanted now.

The words around a value tell it: "from … to …", "statt …", "eski adresim …". What they do not tell stays open.
"""

import re
from collections.abc import Sequence
from enum import StrEnum
from functools import lru_cache
from typing import NamedTuple

from cases.policy.packs.values import ValueWords
from routing.phrases import alternatives, any_of


class Role(StrEnum):
    """What the words call a value."""

    NEW = "new"
    OLD = "old"
    UNSAID = "unsaid"


class NamedValue(NamedTuple):
    """A value where it stands in a text."""

    start: int
    end: int
    value: str


class Roles(NamedTuple):
    """The values of a text by what the words call them, each once, in their order."""

    new: tuple[str, ...]
    old: tuple[str, ...]
    unsaid: tuple[str, ...]

    @property
    def wanted(self) -> tuple[str, ...]:
        """Those that may be the new one: what is called so, or else all that is not called the old one."""
        return self.new or self.unsaid


def roles_of(text: str, values: Sequence[NamedValue], words: ValueWords) -> Roles:
    """What the words call each value. Called both, or neither, it is left unsaid."""
    called: dict[str, set[Role]] = {}
    for place, value in enumerate(values):
        begin = values[place - 1].end if place else 0
        end = values[place + 1].start if place + 1 < len(values) else len(text)
        role = _after(text[value.end : end], words) or _before(text[begin : value.start], words)
        called.setdefault(value.value, set()).add(role or Role.UNSAID)

    def those(role: Role) -> tuple[str, ...]:
        return tuple(value for value, roles in called.items() if _settled(roles) is role)

    return Roles(those(Role.NEW), those(Role.OLD), those(Role.UNSAID))


def _settled(roles: set[Role]) -> Role:
    said = roles - {Role.UNSAID}
    return said.pop() if len(said) == 1 else Role.UNSAID


def _before(gap: str, words: ValueWords) -> Role | None:
    """By the words before a value, the nearest of them; of two that end together, the longer."""
    sentence = re.split(r"(?<=[^\W\d]{2}[.!?;])\s+|\n\s*\n", gap)[-1]
    ends: list[tuple[int, int, Role]] = []
    for role, anywhere, adjacent in (
        (Role.OLD, words.old, words.old_before),
        (Role.NEW, words.new, words.new_before),
    ):
        ends += [(match.end(), match.end() - match.start(), role) for match in any_of(anywhere).finditer(sentence)]
        match = _adjacent(adjacent, words.between).search(sentence)
        ends += [(match.end("word"), match.end("word") - match.start("word"), role)] if match else []
    if not ends:
        return None
    role = max(ends)[2]
    clause = re.split(rf"[,;:]|(?<!\w)(?:{alternatives(words.clause_ends)})(?!\w)", sentence, flags=re.IGNORECASE)[-1]
    return Role.OLD if any_of(words.denials).search(clause) else role


def _after(gap: str, words: ValueWords) -> Role | None:
    """By the words directly after a value, where a language has such."""
    following = gap.lstrip(" ,'’\"()")
    if any_of((*words.old_after, *words.denials_after)).match(following):
        return Role.OLD
    return Role.NEW if any_of(words.new_after).match(following) else None


@lru_cache(maxsize=64)
def _adjacent(phrases: tuple[str, ...], between: tuple[str, ...]) -> re.Pattern[str]:
    filling = rf"(?:[\s:,;\"'(\-]|(?<!\w)(?:{alternatives(between)})(?!\w))*"
    return re.compile(rf"(?<!\w)(?P<word>{alternatives(phrases)})(?!\w){filling}$", re.IGNORECASE)

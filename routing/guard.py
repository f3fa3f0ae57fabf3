"""The guard: what must be seen in a text before any model reads it."""

import re
from functools import lru_cache

from cases.policy.document import GuardRules, SetAsideRules
from cases.policy.phrases import any_of
from cases.route import GuardFinding, SafetyFlag
from cases.unseen_characters import seen
from routing.normal_text import normal

SHOWN_CHARACTERS = 80
"""How much of a suspicious passage a finding repeats."""

BEFORE = 20
"""So many characters before the telling word show what it is about."""

_MARKS = re.compile(r"^\W+")


def inspect(text: str, rules: GuardRules, hidden: str = "") -> tuple[GuardFinding, ...]:
    """Find critical words and attempts to instruct the system. One finding a heading and one for instructions.

    `hidden` is what stands in the messages and nobody sees. It is the sender's doing, but not what they say.
    """
    plain = normal(text)
    unseen = "\n".join((hidden, *seen(text).hidden))
    return (*_critical(plain, rules), *_instructions(plain, rules), *_hidden(normal(unseen), rules))


def _critical(text: str, rules: GuardRules) -> tuple[GuardFinding, ...]:
    findings: list[GuardFinding] = []
    for heading, words in rules.critical.items():
        found = dict.fromkeys(match[0].casefold() for match in any_of(words).finditer(text))
        if found:
            findings.append(
                GuardFinding(flag=SafetyFlag.CRITICAL_WORDS, heading=heading, words=", ".join(found)[:SHOWN_CHARACTERS])
            )
    return tuple(findings)


def _instructions(text: str, rules: GuardRules) -> tuple[GuardFinding, ...]:
    found = _instruction(" ".join(text.split()), rules)  # a line break must not hide a phrase from its pattern
    if found is None:
        return ()
    words = found[0][:SHOWN_CHARACTERS]
    return (GuardFinding(flag=SafetyFlag.INSTRUCTIONS_IN_TEXT, heading="instructions", words=words),)


def _instruction(text: str, rules: GuardRules) -> re.Match[str] | None:
    return next(
        (match for pattern in rules.instructions if (match := _compiled(pattern).search(text))),
        _set_aside(text, rules.set_aside),
    )


def _set_aside(text: str, rules: SetAsideRules) -> re.Match[str] | None:
    """Where all that was said is to be forgotten, and somebody is told what to do instead."""
    for pattern in rules.said:
        for found in _compiled(pattern).finditer(text):
            rest = text[found.end() :]
            if any(_compiled(order).search(rest) for order in rules.ordered) or not _only_tells(rest, rules):
                return found
    return None


def _only_tells(rest: str, rules: SetAsideRules) -> bool:
    rest = _without_marks(rest)
    while (joint := any_of(rules.joints).match(rest)) is not None:
        rest = _without_marks(rest[joint.end() :])
    return not rest or any_of(rules.told).match(rest) is not None


def _without_marks(text: str) -> str:
    return _MARKS.sub("", text, count=1)


def _hidden(text: str, rules: GuardRules) -> tuple[GuardFinding, ...]:
    in_one_line = " ".join(text.split())
    found = any_of(rules.hidden_instructions).search(in_one_line) or _instruction(in_one_line, rules)
    if found is None:
        return ()
    words = in_one_line[max(0, found.start() - BEFORE) :][:SHOWN_CHARACTERS]
    return (GuardFinding(flag=SafetyFlag.HIDDEN_TEXT, heading="hidden text", words=words),)


@lru_cache(maxsize=256)
def _compiled(pattern: str) -> re.Pattern[str]:
    return re.compile(pattern, re.IGNORECASE)

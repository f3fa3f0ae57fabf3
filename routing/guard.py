"""The guard: what must be seen in a text before any model reads it."""

import re
from functools import lru_cache

from cases.policy.document import GuardRules
from cases.policy.phrases import any_of
from cases.route import GuardFinding, SafetyFlag
from cases.unseen_characters import seen
from routing.normal_text import normal

SHOWN_CHARACTERS = 80
"""How much of a suspicious passage a finding repeats."""

BEFORE = 20
"""So many characters before the telling word show what it is about."""


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
    in_one_line = " ".join(text.split())  # a line break must not hide a phrase from its pattern
    for pattern in rules.instructions:
        found = _compiled(pattern).search(in_one_line)
        if found:
            words = found[0][:SHOWN_CHARACTERS]
            return (GuardFinding(flag=SafetyFlag.INSTRUCTIONS_IN_TEXT, heading="instructions", words=words),)
    return ()


def _hidden(text: str, rules: GuardRules) -> tuple[GuardFinding, ...]:
    in_one_line = " ".join(text.split())
    found = any_of(rules.hidden_instructions).search(in_one_line) or next(
        (match for pattern in rules.instructions if (match := _compiled(pattern).search(in_one_line))), None
    )
    if found is None:
        return ()
    words = in_one_line[max(0, found.start() - BEFORE) :][:SHOWN_CHARACTERS]
    return (GuardFinding(flag=SafetyFlag.HIDDEN_TEXT, heading="hidden text", words=words),)


@lru_cache(maxsize=256)
def _compiled(pattern: str) -> re.Pattern[str]:
    return re.compile(pattern, re.IGNORECASE)

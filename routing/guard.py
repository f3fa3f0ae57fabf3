"""The guard: what must be seen in a text before any model reads it."""

import re
from functools import lru_cache

from cases.policy.document import GuardRules
from cases.policy.phrases import any_of
from cases.route import GuardFinding, SafetyFlag
from routing.normal_text import normal

SHOWN_CHARACTERS = 80
"""How much of a suspicious passage a finding repeats."""


def inspect(text: str, rules: GuardRules) -> tuple[GuardFinding, ...]:
    """Find critical words and attempts to instruct the system. One finding a heading and one for instructions."""
    plain = normal(text)
    return (*_critical(plain, rules), *_instructions(plain, rules))


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


@lru_cache(maxsize=256)
def _compiled(pattern: str) -> re.Pattern[str]:
    return re.compile(pattern, re.IGNORECASE)

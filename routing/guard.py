"""The guard: what must be seen in a text before any model reads it."""

import re
from functools import lru_cache

from cases.policy.document import GuardRules
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
        found = dict.fromkeys(match[0].casefold() for match in _any_of(words).finditer(text))
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
def _any_of(words: tuple[str, ...]) -> re.Pattern[str]:
    """Match any of the words as whole words; one that ends in `*` matches with any ending."""
    return re.compile("|".join(_one(word) for word in words), re.IGNORECASE)


def _one(word: str) -> str:
    stem, ending = (word[:-1], r"\w*") if word.endswith("*") else (word, "")
    spaced = r"\s+".join(re.escape(part) for part in stem.split())
    return rf"(?<!\w){spaced}{ending}(?!\w)"


@lru_cache(maxsize=256)
def _compiled(pattern: str) -> re.Pattern[str]:
    return re.compile(pattern, re.IGNORECASE)

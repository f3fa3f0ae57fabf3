"""Colleagues: whether a reply promises that a person will see to it, so that one is told."""

import re
from collections.abc import Sequence

from cases.draft import Draft
from cases.policy.phrases import any_of
from cases.policy.rulebook import Rulebook
from routing.normal_text import folded, normal

_SENTENCE_END = re.compile(r"(?<=[.!?…])\s+|\n+")


def promises_a_colleague(words: Sequence[str], text: str) -> bool:
    """Whether a text from the policy's wording says so: letter case counts, because only a sentence promises."""
    plain = " ".join(normal(text).split())
    return any(phrase in plain for phrase in words)


def edit_promises_a_colleague(rulebook: Rulebook, draft: Draft, reply: str) -> bool:
    """Whether a reply promises a person once a reviewer has put it in their own words.

    The sentences of the draft are the policy's, and promise what they promised there; new ones are read more widely.
    """
    drafted = {folded(sentence) for sentence in _SENTENCE_END.split(draft.reply.text)}
    kept = [sentence for sentence in _SENTENCE_END.split(reply) if folded(sentence) in drafted]
    new = [folded(sentence) for sentence in _SENTENCE_END.split(reply) if folded(sentence) not in drafted]
    if promises_a_colleague(rulebook.colleague_words, " ".join(kept)):
        return True
    return any(any_of(rulebook.colleague_promises).search(sentence) for sentence in new)

"""Quoting: the sentences of a passage that answer a question best, word for word."""

import re

from cases.facts import Passage
from cases.policy.local import DraftingRules
from integrations.models.local.encoders import EncoderName, Encoders
from integrations.models.local.salient_text import WHOLE_CHARACTERS

_SENTENCES = re.compile(r"(?<=[.!?])\s+|\n+")
_MARKUP = re.compile(r"^\s*(?:[-*#>]+|\d+\.)\s+")


def best_quote(encoders: Encoders, question: str, passage: Passage, rules: DraftingRules) -> str:
    """The sentences of the passage that answer best, in its own order, verbatim. Takes processor time."""
    sentences = [s for raw in _SENTENCES.split(passage.text) if len((s := _MARKUP.sub("", raw).strip()).split()) > 2]
    if not sentences:
        return passage.text.strip()
    vectors = encoders.encode(EncoderName.USE, [question[:WHOLE_CHARACTERS], *sentences])
    nearness = vectors[1:] @ vectors[0]
    best = float(nearness.max())
    ranked = sorted(range(len(sentences)), key=lambda place: -nearness[place])[: rules.quoted_sentences]
    chosen = sorted(place for place in ranked if nearness[place] >= best * rules.next_best_share)
    return " ".join(sentences[place] for place in chosen)

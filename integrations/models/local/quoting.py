"""Quoting: the sentences of a passage that answer a question best, word for word."""

import re

from cases.facts import Passage
from integrations.models.local.encoders import EncoderName, Encoders

QUOTED_SENTENCES = 3
NEXT_BEST_SHARE = 0.75
"""A further sentence is quoted if it is at least this share as near as the best one."""

_SENTENCES = re.compile(r"(?<=[.!?])\s+|\n+")
_MARKUP = re.compile(r"^\s*(?:[-*#>]+|\d+\.)\s+")


def best_quote(encoders: Encoders, question: str, passage: Passage) -> str:
    """One to three sentences of the passage, in its own order, verbatim. Takes processor time."""
    sentences = [s for raw in _SENTENCES.split(passage.text) if len((s := _MARKUP.sub("", raw).strip()).split()) > 2]
    if not sentences:
        return passage.text.strip()
    vectors = encoders.encode(EncoderName.USE, [question[:600], *sentences])
    nearness = vectors[1:] @ vectors[0]
    best = float(nearness.max())
    ranked = sorted(range(len(sentences)), key=lambda place: -nearness[place])[:QUOTED_SENTENCES]
    chosen = sorted(place for place in ranked if nearness[place] >= best * NEXT_BEST_SHARE)
    return " ".join(sentences[place] for place in chosen)

"""Questions that look like another and are not: what a cache must not take for the same."""

import re
from collections.abc import Iterator

_VERB = re.compile(
    r"\b(?:can|could|should|would|will|is|are|do|does|did|was|have|has) (?:I|my|you|the|it|there)\b", re.I
)
_PLAIN = re.compile(r"\bI (?:want|need|can|have|am|was|did)\b(?!['’])", re.I)
"""Not "I can't": that is turned around already."""
_NUMBER = re.compile(r"\d+")


def altered(text: str) -> Iterator[str]:
    """The same text turned around by a negation, and with another number, where it lets itself be altered so."""
    for verb in (_VERB, _PLAIN):
        if verb.search(text):
            yield verb.sub(lambda found: f"{found[0]} not", text, count=1)
            break
    if _NUMBER.search(text):
        yield _NUMBER.sub(lambda found: str(int(found[0]) * 2 + 1), text)

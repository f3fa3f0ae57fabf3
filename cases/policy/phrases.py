"""The words a policy lists: whole words in any case, `*` at the end for any ending, any white space between them."""

import re
from functools import lru_cache


@lru_cache(maxsize=512)
def any_of(phrases: tuple[str, ...]) -> re.Pattern[str]:
    """A pattern that finds any of the phrases; of none, one that finds nothing."""
    return re.compile("|".join(_one(phrase) for phrase in phrases) or r"(?!)", re.IGNORECASE)


def _one(phrase: str) -> str:
    stem, ending = (phrase[:-1], r"\w*") if phrase.endswith("*") else (phrase, "")
    spaced = r"\s+".join(re.escape(part) for part in stem.split())
    return rf"(?<!\w){spaced}{ending}(?!\w)"

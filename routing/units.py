"""What numbers count, in the languages the policies are written in: currencies, per cent, and lengths of time.

A word that is not here leaves its number without a unit, which then proves and is proven by itself.
"""

import re
from collections.abc import Mapping

PER_CENT = "%"

_WORDS: Mapping[str, str] = {
    "EUR": "€|eur|euros?",
    "USD": r"\$|usd|us-?dollars?|dollars?|dolar",
    "GBP": "£|gbp|pounds?|pfund|sterlin",
    "TRY": "₺|(?-i:TRY)|tl|lira",
    "CHF": "chf|franken",
    PER_CENT: "%|percent|per cent|prozent",
    "kg": "kg|kilos?",
    "minute": r"minutes?|minuten?|dakika\w*",
    "hour": r"hours?|stunden?|saat\w*",
    "day": r"days?|tag(?:e[ns]?)?|(?:werk|arbeits|kalender)tag(?:e[ns]?)?|gün\w*",
    "week": r"weeks?|wochen?|hafta\w*",
    "month": "months?|monat(?:e[ns]?|s)?|ay(?:da|dan|lık|ı|ın)?",
    "year": r"years?|jahr(?:e[ns]?|s)?|yıl\w*",
}
_KIND = r"(?:(?:business|working|calendar|full|whole|volle[nr]?|ganze[nr]?|iş|takvim|tam)[\s-]+)?"
_AFTER = "|".join(f"(?:{words})" for words in _WORDS.values())

UNIT = rf"{_KIND}(?:{_AFTER})(?!\w)"
"""A unit after its number."""

UNIT_BEFORE = r"€|\$|£|₺|%|(?<!\w)(?:eur|usd|gbp|(?-i:TRY)|chf|yüzde)(?!\w)"
"""A unit that may stand before its number."""

_BY_NAME = tuple((re.compile(rf"{_KIND}(?:{words})", re.IGNORECASE), name) for name, words in _WORDS.items())


def unit_named(written: str | None) -> str | None:
    """The unit that is written so, or none."""
    if not written:
        return None
    if written.casefold() == "yüzde":
        return PER_CENT
    return next((name for pattern, name in _BY_NAME if pattern.fullmatch(written.strip())), None)


def is_exact(unit: str) -> bool:
    """Whether a number of this unit is proven only by the same number of the same unit: money and shares of it."""
    return unit == PER_CENT or unit.isupper()

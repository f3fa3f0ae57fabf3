"""What numbers count, in the languages the policies are written in: currencies, per cent, and lengths of time.

A word that is not here leaves its number without a unit, which then proves and is proven by itself. The table serves
every language at once: a draft is checked, and a text is read, without knowing which one it is written in.
"""

import re
from collections.abc import Mapping

PER_CENT = "%"
CENT = "cent"
"""A hundredth of a currency that the number does not name."""

_CODES = "AUD|CAD|CZK|DKK|HUF|JPY|NOK|PLN|RON|SEK"
"""Currencies that are known by their code alone, written in capitals."""

_WORDS: Mapping[str, str] = {
    "EUR": r"€|eur|euros?|avro\w{0,4}|euro(?:yu|luk|nun|mu|mun)",
    "USD": r"(?:US)?\$|usd|us-?dollars?|dollars?|bucks|dolar\w{0,4}",
    "GBP": "£|gbp|pounds?|quid|pfund|sterlin",
    "TRY": r"₺|(?-i:TRY)|tl|(?:türk\s)?lira\w{0,5}",
    "CHF": r"chf|s?fr\.|franken",
    **{code: f"(?-i:{code})" for code in _CODES.split("|")},
    PER_CENT: "%|percent|per cent|prozent",
    CENT: r"cents?|ct|pence|rappen|kuruş\w*",
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
_MONEY = "|".join(f"(?:{words})" for unit, words in _WORDS.items() if unit.isupper())

UNIT = rf"{_KIND}(?:{_AFTER})(?!\w)"
"""A unit after its number."""

MONEY_UNIT = rf"(?:{_MONEY})(?!\w)"
"""A currency after its amount."""

UNIT_BEFORE = rf"(?:US)?\$|€|£|₺|%|(?<!\w)(?:eur|usd|gbp|(?-i:TRY|{_CODES})|chf|s?fr\.|yüzde(?!\w))"
"""A unit that may stand before its number."""

_BY_NAME = tuple((re.compile(rf"{_KIND}(?:{words})", re.IGNORECASE), name) for name, words in _WORDS.items())


def unit_named(written: str | None) -> str | None:
    """The unit that is written so, or none."""
    if not written:
        return None
    if written.casefold() == "yüzde":
        return PER_CENT
    return next((name for pattern, name in _BY_NAME if pattern.fullmatch(written.strip())), None)


def is_currency(unit: str | None) -> bool:
    """Whether it is the code of a currency."""
    return unit is not None and unit.isupper()


def is_exact(unit: str) -> bool:
    """Whether a number of this unit is proven only by the same number of the same unit: money and shares of it."""
    return unit in (PER_CENT, CENT) or unit.isupper()

"""What a customer names, read off the text by patterns: ids, addresses, amounts, dates, plans.

All of it is a claim to be looked up; none of it is an argument of an action by itself.
"""

import re
from datetime import date
from decimal import Decimal, InvalidOperation
from functools import lru_cache

from cases.classification import Entities
from cases.money import Money
from cases.policy.document import EntityPatterns

_EMAIL = re.compile(r"(?<![\w.+-])[\w.+-]+@[\w-]+(?:\.[\w-]+)+")
_SYMBOLS = {"€": "EUR", "$": "USD", "₺": "TRY", "£": "GBP", "TL": "TRY", "EURO": "EUR", "DOLLARS": "USD"}
_CURRENCY = r"€|\$|₺|£|EUR|USD|TRY|GBP|TL|euro|dollars"
_NUMBER = r"\d{1,3}(?:[.,]\d{3})+(?:[.,]\d{1,2})?|\d+(?:[.,]\d{1,2})?"
_AMOUNT = re.compile(
    rf"(?:(?P<before>{_CURRENCY})\s?(?P<first>{_NUMBER})|(?P<second>{_NUMBER})\s?(?P<after>{_CURRENCY}))(?!\w)",
    re.IGNORECASE,
)
_ISO_DATE = re.compile(r"\b(\d{4})-(\d{2})-(\d{2})\b")
_DOTTED_DATE = re.compile(r"\b(\d{1,2})\.(\d{1,2})\.(\d{4})\b")


def extract_entities(text: str, patterns: EntityPatterns) -> Entities:
    """Read what the customer names."""
    return Entities(
        order_ids=tuple(dict.fromkeys(found.upper() for found in _found(patterns.order_id, text))),
        emails=tuple(dict.fromkeys(found.lower() for found in _EMAIL.findall(text))),
        amounts=_amounts(text),
        dates=_dates(text),
        plan=_plan(text, patterns),
        address=next(iter(_found(patterns.address, text)), "").strip(" ,.") or None if patterns.address else None,
    )


def _found(pattern: str, text: str) -> list[str]:
    return [match[0] for match in _compiled(pattern).finditer(text)]


def _plan(text: str, patterns: EntityPatterns) -> str | None:
    named = [plan for plan in patterns.plans if re.search(rf"(?<!\w){re.escape(plan)}(?!\w)", text, re.IGNORECASE)]
    return named[0] if len(named) == 1 else None


def _amounts(text: str) -> tuple[Money, ...]:
    amounts: dict[Money, None] = {}
    for match in _AMOUNT.finditer(text):
        symbol = (match["before"] or match["after"]).upper()
        amount = _decimal(match["first"] or match["second"])
        if amount is not None:
            amounts[Money(amount=amount, currency=_SYMBOLS.get(symbol, symbol))] = None
    return tuple(amounts)


def _decimal(written: str) -> Decimal | None:
    whole, separator, cents = written, "", ""
    for mark in ".,":
        head, found, tail = written.rpartition(mark)
        if found and len(tail) <= 2 and tail.isdigit() and len(tail) <= len(written):
            whole, separator, cents = head, found, tail
    digits = re.sub(r"[.,]", "", whole)
    try:
        return Decimal(f"{digits}.{cents}" if separator else digits)
    except InvalidOperation:
        return None


def _dates(text: str) -> tuple[date, ...]:
    written = [(int(y), int(m), int(d)) for y, m, d in _ISO_DATE.findall(text)]
    written += [(int(y), int(m), int(d)) for d, m, y in _DOTTED_DATE.findall(text)]
    return tuple(dict.fromkeys(found for parts in written if (found := _date(*parts)) is not None))


def _date(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None


@lru_cache(maxsize=64)
def _compiled(pattern: str) -> re.Pattern[str]:
    return re.compile(pattern, re.IGNORECASE)

"""The figures of a text: numbers with what they count, and dates, however they are written.

`1.234,56 €` and `1,234.56 EUR` are one amount, `5 January 2026` and `05.01.2026` one day. Where a writing can mean two
things, as `1.234`, both are kept: a figure is proven by any reading that a source shares. What customers name and what
drafts say are read here alike.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from decimal import Decimal
from typing import NamedTuple

from routing.spelt_numbers import ANY_SPELT_NUMBER, spelt_number
from routing.units import MONEY_UNIT, UNIT, UNIT_BEFORE, is_currency, is_exact, unit_named

LONGEST_NUMBER = 9
"""Digits in a row; what is longer is the number of a parcel or an account, and no quantity."""


class Day(NamedTuple):
    """A day; without a year, that of any year."""

    year: int | None
    month: int
    day: int

    def is_one_of(self, days: Sequence["Day"]) -> bool:
        """Whether the same day is among these, as far as both say which year."""
        return any(
            self[1:] == other[1:] and (self.year is None or other.year is None or self.year == other.year)
            for other in days
        )


class FoundDay(NamedTuple):
    """A day where it stands in a text, with all that its writing can mean."""

    start: int
    end: int
    readings: tuple[Day, ...]


class Figure(NamedTuple):
    """A number as it is written, all it can mean, and what it counts."""

    written: str
    readings: frozenset[Decimal]
    unit: str | None

    def is_one_of(self, figures: Sequence["Figure"]) -> bool:
        """Whether the same number of the same things is among these."""
        same = [other.unit for other in figures if self.readings & other.readings]
        if self.unit is None:
            return bool(same)
        return self.unit in same or (None in same and not is_exact(self.unit))


_MONTHS = (
    ("January", "Jan", "Januar", "Ocak"),
    ("February", "Feb", "Februar", "Şubat"),
    ("March", "Mar", "März", "Mart"),
    ("April", "Apr", "Nisan"),
    ("May", "Mai", "Mayıs"),
    ("June", "Jun", "Juni", "Haziran"),
    ("July", "Jul", "Juli", "Temmuz"),
    ("August", "Aug", "Ağustos"),
    ("September", "Sept", "Sep", "Eylül"),
    ("October", "Oct", "Oktober", "Okt", "Ekim"),
    ("November", "Nov", "Kasım"),
    ("December", "Dec", "Dezember", "Dez", "Aralık"),
)
_MONTH_OF = {name.casefold(): number for number, names in enumerate(_MONTHS, 1) for name in names}
_MONTH = "|".join(name if name == "May" else f"(?i:{name})" for name in sorted(sum(_MONTHS, ()), key=len, reverse=True))
"""In small letters too, but for "may", which is mostly no month."""
_BEFORE_A_SHORT_DAY = "".join(
    rf"|(?<=\b{word}\s)" for word in ("am", "ab", "bis", "vom", "von", "zum", "der", "dem", "den", "seit")
).removeprefix("|")
"""Without its year `5.1.` is a day only where German says so before it: it may be a number at the end of a sentence."""
_DAYS = re.compile(
    r"(?<![\w.-])(?:"
    r"(?P<y1>\d{4})[-/.](?P<m1>\d{1,2})[-/.](?P<d1>\d{1,2})"
    r"|(?P<d2>\d{1,2})(?P<mark>[./-])(?P<m2>\d{1,2})(?P=mark)(?P<y2>\d{4}|(?<!-)\d{2})"
    rf"|(?P<d3>\d{{1,2}})(?:st|nd|rd|th|\.)?\s+(?:of\s+)?(?P<m3>{_MONTH})(?:\.|,)?(?:\s+(?P<y3>\d{{4}}))?"
    rf"|(?P<m4>{_MONTH})\.?\s+(?:the\s+)?(?P<d4>\d{{1,2}})(?:st|nd|rd|th)?(?:,?\s+(?P<y4>\d{{4}}))?"
    rf"|(?:{_BEFORE_A_SHORT_DAY})(?P<d5>\d{{1,2}})\.(?P<m5>\d{{1,2}})\."
    r")(?![\w-])"
)
MONTH = _MONTH
"""The name of a month, as a pattern."""
_NUMBER = rf"(?:\d{{1,3}}(?: \d{{3}})+(?:[.,]\d{{1,2}})?(?=\s?{MONEY_UNIT})|\d+(?:'\d{{3}})*(?:[.,]\d+)*)"
_ROUND = r"(?:[.,](?:-{1,2}|[–—]))"
"""What stands for no cents: `20,-`."""
_JOINED = r"\s?(?:-|–|to|or|and|bis|oder|und|ila|veya|ve)\s?"
# A number spelt out counts only with what it counts: "one of us" and "on the way" are no figures.
_FIGURES = re.compile(
    rf"(?:(?P<before>{UNIT_BEFORE})\s?|(?<![\w./:,-]))"
    rf"(?P<one>{_NUMBER})(?P<round>{_ROUND}?)(?:{_JOINED}(?P<two>{_NUMBER}){_ROUND}?)?(?![\w/:]|[.,-]\w)"
    rf"(?:[\s-]?(?P<after>{UNIT}))?"
    rf"|(?<!\w)(?:(?P<share>yüzde)\s)?(?P<spelt>{ANY_SPELT_NUMBER})(?:[\s-]+(?P<counted>{UNIT})|(?(share)|(?!)))"
    rf"|(?<![\w./:,-])(?P<hyphened>{_NUMBER})-?(?P<unit>{UNIT})",
    re.IGNORECASE,
)


class FoundFigure(NamedTuple):
    """A figure where it stands in a text."""

    start: int
    end: int
    figure: Figure


def found_days(text: str) -> tuple[FoundDay, ...]:
    """The days of a text, and where they stand."""
    read = (FoundDay(*found.span(), tuple(dict.fromkeys(_days(found)))) for found in _DAYS.finditer(text))
    return tuple(day for day in read if day.readings)


def found_figures(text: str) -> tuple[FoundFigure, ...]:
    """The figures of a text, and where they stand; two that share their unit share their place."""
    return tuple(FoundFigure(*found.span(), figure) for found in _FIGURES.finditer(text) for figure in _figures(found))


def money_in(text: str) -> list[Figure]:
    """The amounts of money of a text."""
    figures, _ = figures_in(days_in(text)[1])
    return [figure for figure in figures if is_currency(figure.unit)]


def days_in(text: str) -> tuple[list[tuple[Day, ...]], str]:
    """The days of a text, each with all that its writing can mean, and the text without them."""
    days = found_days(text)
    return [day.readings for day in days], _without(text, ((day.start, day.end) for day in days))


def figures_in(text: str) -> tuple[list[Figure], str]:
    """The figures of a text, and the text without them: what is left has digits only in ids, times and the like."""
    figures = found_figures(text)
    places = dict.fromkeys((found.start, found.end) for found in figures)
    return [found.figure for found in figures], _without(text, places)


def blanked(text: str, places: Iterable[tuple[int, int]]) -> str:
    """The text with these places blank, so that all else stays where it is."""
    kept, last = list[str](), 0
    for start, end in sorted(places):
        if end > last:
            kept += [text[last : max(start, last)], " " * (end - max(start, last))]
            last = end
    return "".join(kept) + text[last:]


def _without(text: str, places: Iterable[tuple[int, int]]) -> str:
    kept, last = list[str](), 0
    for start, end in places:
        kept += [text[last:start], " "]
        last = end
    return "".join(kept) + text[last:]


def _days(found: re.Match[str]) -> Iterator[Day]:
    parts = found.groupdict()
    for form in "12345":
        day, month, year = (parts.get(f"{part}{form}") for part in "dmy")
        if day is None or month is None:
            continue
        known = int(year) + (2000 if len(year) == 2 else 0) if year else None
        numbered = _MONTH_OF.get(month.casefold()) or int(month)
        yield from _possible(known, numbered, int(day))
        if parts["mark"] in ("/", "-") and numbered != int(day):
            yield from _possible(known, int(day), numbered)


def _possible(year: int | None, month: int, day: int) -> Iterator[Day]:
    if 1 <= month <= 12 and 1 <= day <= 31:
        yield Day(year, month, day)


def _figures(found: re.Match[str]) -> Iterator[Figure]:
    written = " ".join(found[0].split())
    if spelt := found["spelt"]:
        unit = unit_named(found["counted"]) or unit_named(found["share"])
        number = spelt_number(spelt)
        if number is not None:
            yield Figure(written, frozenset({Decimal(number)}), unit)
        return
    unit = unit_named(found["after"] or found["unit"]) or unit_named(found["before"])
    for number in (found["one"], found["two"], found["hyphened"]):
        if number and (readings := _readings(number)):
            yield Figure(written, readings, unit)


def _readings(number: str) -> frozenset[Decimal]:
    """All a number can mean; nothing for what is none, such as a version or a number that begins with a zero."""
    whole, *rest = re.split(r"[.,]", _ungrouped(number))
    marks = [mark for mark in number if mark in ".,"]
    if len(whole) > LONGEST_NUMBER or (len(whole) > 1 and whole.startswith("0")):
        return frozenset()
    if not rest:
        return frozenset({Decimal(whole)})
    thousands = all(len(group) == 3 for group in rest) and len(set(marks)) == 1 and whole != "0" and len(whole) <= 3
    decimal = len(marks) == 1 or (
        marks.count(marks[-1]) == 1 and len(set(marks)) == 2 and all(len(group) == 3 for group in rest[:-1])
    )
    readings = [Decimal(whole + "".join(rest))] if thousands else []
    readings += [Decimal(f"{whole}{''.join(rest[:-1])}.{rest[-1]}")] if decimal else []
    return frozenset(readings)


def _ungrouped(number: str) -> str:
    """`1 234,50` and `1'234.50` without what only groups their digits."""
    return re.sub(r"(?<=\d)[ '](?=\d{3})", "", number)

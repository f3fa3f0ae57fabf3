"""Proof: which values of a draft stand in no source and not in the ticket."""

import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from cases.values import written_places, written_values
from routing.figures import Day, Figure, days_in, figures_in
from routing.normal_text import folded, normal
from routing.units import is_exact

_HOURS = re.compile(r"(\d{1,2}:\d{2})[-–](\d{1,2}:\d{2})")


class Values(NamedTuple):
    """All of a text that can be wrong in a way that costs money or trust."""

    places: tuple[str, ...]
    """Links and e-mail addresses: where a customer may be led."""
    days: tuple[tuple[Day, ...], ...]
    """Each with all that its writing can mean."""
    figures: tuple[Figure, ...]
    others: tuple[str, ...]
    """Ids, times and whatever else has a digit, in lower case."""


def unproven(text: str, sources: Sequence[str], ticket_text: str, address: str | None) -> tuple[str, ...]:
    """The values of a text that no source says. `address` is how a postal address looks here.

    A value the customer named may be repeated. Money, a share of it, a link or an e-mail address may not: it would
    become our word.
    """
    said, asked = [_values(source) for source in sources], _values(ticket_text)
    asked = asked._replace(figures=tuple(f for f in asked.figures if f.unit is None or not is_exact(f.unit)))
    grounds = [*said, asked]
    ours = _values(text)
    places = {place for ground in said for place in ground.places}
    days = [day for ground in grounds for readings in ground.days for day in readings]
    figures = [figure for ground in grounds for figure in ground.figures]
    others = {other for ground in grounds for other in ground.others}
    found = [
        *(place for place in ours.places if place not in places and place not in map(_host, places)),
        *(_written(readings[0]) for readings in ours.days if not any(day.is_one_of(days) for day in readings)),
        *(figure.written for figure in ours.figures if not figure.is_one_of(figures)),
        *(other for other in ours.others if other not in others),
        *_addresses(text, [*sources, ticket_text], address),
    ]
    return tuple(dict.fromkeys(found))


def _values(text: str) -> Values:
    plain = normal(text)
    places = written_places(plain)
    for place in places:
        plain = plain.replace(place, " ")
    days, plain = days_in(plain)
    figures, plain = figures_in(plain)
    others = tuple(part for value in written_values(plain) for part in _HOURS.sub(r"\1 \2", value.casefold()).split())
    return Values(tuple(map(_as_place, places)), tuple(days), tuple(figures), others)


def _as_place(value: str) -> str:
    """One writing for one place: neither its scheme nor the case of its host makes it another."""
    if "@" in value:
        return value.casefold()
    host, slash, path = re.sub(r"(?i)^(?:https?://)?(?:www\.)?", "", value).partition("/")
    return f"{host.casefold()}{slash}{path}"


def _host(place: str) -> str:
    return place.partition("/")[0]


def _written(day: Day) -> str:
    return f"{day.day}.{day.month}." if day.year is None else f"{day.year}-{day.month:02}-{day.day:02}"


def _addresses(text: str, grounds: Sequence[str], pattern: str | None) -> Iterator[str]:
    if pattern is None:
        return
    known = [_unmarked(ground) for ground in grounds]
    for found in re.finditer(pattern, normal(text), re.IGNORECASE):
        written = found[0].strip(" ,.")
        if not any(_unmarked(written) in ground for ground in known):
            yield written


def _unmarked(text: str) -> str:
    return " ".join(re.sub(r"[,.;]", " ", folded(text)).split())

"""What a customer names, read off the text: references, addresses, amounts, dates, plans.

All of it is a claim to be looked up; none of it is an argument of an action by itself.
"""

import re
from collections.abc import Iterator
from datetime import date
from functools import lru_cache

from cases.asked_money import AskedAmount
from cases.classification import Entities
from cases.policy.document import EntityPatterns
from cases.policy.packs.values import ValueWords
from cases.values import written_places
from routing.asked_money import asked_money, has_cents
from routing.figures import Day, blanked, found_days, found_figures
from routing.new_values import NamedValue, roles_of
from routing.phrases import any_of, as_written
from routing.references import found_references

_POSTCODE = re.compile(r"\d[^\n]*[\s,](?:\d{4,}|[A-Z]{1,2}\d[\dA-Z]?\s?\d[A-Z]{2})(?!\d)")
"""A number of a house, and a postcode on the same line."""
_EMAIL = re.compile(r"(?<![\w.+-])[\w.+-]+@[\w-]+(?:\.[\w-]+)+")


def extract_entities(text: str, patterns: EntityPatterns, words: ValueWords) -> Entities:
    """Read what the customer names, in their own words."""
    emails = [NamedValue(*match.span(), match[0].lower()) for match in _EMAIL.finditer(text)]
    addresses = [*_addresses(text, patterns.address, words)]
    email_roles, address_roles = roles_of(text, emails, words), roles_of(text, addresses, words)
    wanted = address_roles.wanted

    plain = _without_places(blanked(text, [value[:2] for value in (*emails, *addresses)]))
    days = found_days(plain)
    plain = blanked(plain, [(day.start, day.end) for day in days])
    figures = found_figures(plain)
    counted = [
        (found.start, found.end) for found in figures if found.figure.unit is not None or has_cents(found.figure)
    ]
    named = found_references(blanked(plain, counted), patterns, words)
    references = [found.reference for found in named]
    # A bare number is one thing: the number of an order, or an amount.
    taken = {place for found in named for place in range(found.start, found.end)}
    asked = asked_money(plain, tuple(found for found in figures if found.start not in taken), words)
    amounts = [amount for amount in asked if isinstance(amount, AskedAmount)]
    own = [match[0].upper() for match in _compiled(patterns.order_id).finditer(text)]
    return Entities(
        order_ids=tuple(dict.fromkeys(own)),
        references=tuple({reference.written.upper(): reference for reference in references}.values()),
        emails=tuple(dict.fromkeys(email.value for email in emails)),
        new_emails=email_roles.new,
        old_emails=email_roles.old,
        amounts=tuple(dict.fromkeys(amount.money for amount in amounts if amount.money is not None)),
        asked_money=asked,
        dates=tuple(dict.fromkeys(read for day in days for read in _dates(day.readings))),
        plan=_plan(text, patterns),
        address=wanted[0] if len(wanted) == 1 else None,
        addresses=wanted if len(wanted) > 1 else (),
        old_addresses=address_roles.old,
    )


def shown_entities(text: str, patterns: EntityPatterns) -> Entities:
    """Read what stands in a picture: anybody's words, of which only what has the shop's own form is looked up."""
    own = [match[0].upper() for match in _compiled(patterns.order_id).finditer(text)]
    return Entities(
        order_ids=tuple(dict.fromkeys(own)),
        emails=tuple(dict.fromkeys(email.lower() for email in _EMAIL.findall(text))),
    )


def _addresses(text: str, pattern: str | None, words: ValueWords) -> Iterator[NamedValue]:
    """The postal addresses of a text. One ends before a telephone number, and before words that lead to the next."""
    if pattern is None:
        return
    place = 0
    while match := _compiled(pattern).search(text, place):
        start, end = match.span()
        again = _later_number(match[0])
        if again and (later := _compiled(pattern).match(text, start + again)):
            start, end = later.span()
        start = _after_what_leads_to_it(text, start, end, words)
        endings = (any_of(words.contacts), as_written(words.address_ends))
        found = (ending.search(text, start + 1, end) for ending in endings)
        end = min((ending.start() for ending in found if ending), default=end)
        written = _complete(text[start:end].rstrip(" ,.\n"), pattern)
        if _compiled(pattern).fullmatch(written):
            yield NamedValue(start, start + len(written), " ".join(written.split()))
        place = start + max(len(written), 1)


def _complete(written: str, pattern: str) -> str:
    """An address without the lines that follow it: after its postcode nothing more belongs to it."""
    for line_end in re.finditer("\n", written):
        whole = written[: line_end.start()].rstrip(" ,.")
        if _POSTCODE.search(whole) and _compiled(pattern).fullmatch(whole):
            return whole
    return written


def _after_what_leads_to_it(text: str, start: int, end: int, words: ValueWords) -> int:
    """Where an address begins after a word in a capital that is no name: `Statt Hauptstr. 5`."""
    leading = any_of((*words.old_before, *words.address_ends, *words.between))
    while match := leading.match(text, start, end):
        start = match.end() + len(text[match.end() : end]) - len(text[match.end() : end].lstrip(" ,:"))
    return start


def _later_number(written: str) -> int | None:
    """Where an address begins that a number of something else stands before: `10330 to 2 New Street`."""
    match = re.match(r"\d+\w?\s+(?:\S+\s+)*?[a-zäöüßçğış]+\s+(?=\d)", written)
    return match.end() if match else None


def _without_places(text: str) -> str:
    for place in written_places(text):
        text = text.replace(place, " " * len(place))
    return text


def _plan(text: str, patterns: EntityPatterns) -> str | None:
    named = [plan for plan in patterns.plans if re.search(rf"(?<!\w){re.escape(plan)}(?!\w)", text, re.IGNORECASE)]
    return named[0] if len(named) == 1 else None


def _dates(readings: tuple[Day, ...]) -> Iterator[date]:
    for year, month, day in readings:
        try:
            if year is not None:
                yield date(year, month, day)
        except ValueError:
            continue  # such as 31 February: no day, whatever was meant


@lru_cache(maxsize=64)
def _compiled(pattern: str) -> re.Pattern[str]:
    return re.compile(pattern, re.IGNORECASE)

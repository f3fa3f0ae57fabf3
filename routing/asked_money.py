"""How much money a text asks for: named amounts, shares, parts without a size, and all of it."""

import re
from collections import deque
from collections.abc import Iterator
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction

from cases.asked_money import AskedAmount, AskedMoney, AskedPart, AskedShare, AskedWhole, Bearing
from cases.policy.packs.values import ValueWords
from routing.figures import Figure, FoundFigure, blanked
from routing.phrases import any_of
from routing.spelt_numbers import ANY_SPELT_NUMBER, spelt_number
from routing.units import CENT, PER_CENT, UNIT, is_currency

_SENTENCE_END = re.compile(r"(?<=[^\W\d][.!?;])\s+|(?<=\d[.!?;])\s+(?=[^\W\d_a-zäöüçğış])|\n+")
_CENTS = re.compile(r"\d[.,]\d{2}(?!\d)|\d[.,](?:-|–|—)")
"""A number with its cents, or with the dash that stands for none, is an amount without being called one."""
_HUNDREDTH = Decimal("0.01")
_CURRENCY_OF_CENTS = (("kuruş", "TRY"), ("pence", "GBP"), ("rappen", "CHF"))
_FEW = 10
"""From so many on, a bare number after "refund" is money and no number of pieces."""
_BESIDE = 40
"""So many characters before or after a number hold the words right beside it."""
_LENGTH_OF_TIME = re.compile(rf"[\s-]+(?:an?\s+|of\s+an?\s+)?{UNIT}", re.IGNORECASE)
"""Half an hour is no half of the money."""
_N_OF_M = re.compile(
    rf"(?<!\w)(?P<some>\d{{1,2}}|{ANY_SPELT_NUMBER})\s+(?:of|von|der|out\s+of)\s+(?:the\s+|den\s+|my\s+|our\s+)?"
    rf"(?P<all>\d{{1,2}}(?![\w.,]\d)|{ANY_SPELT_NUMBER})(?!\w)",
    re.IGNORECASE,
)
"""`2 of 3`, `zwei der drei`."""


def asked_money(text: str, figures: tuple[FoundFigure, ...], words: ValueWords) -> tuple[AskedMoney, ...]:
    """What a text says of how much is asked for, once each. `figures` are those of the text, without its days."""
    found: list[AskedMoney] = []
    left = deque(figures)
    for start, end in _sentences(text):
        inside: list[FoundFigure] = []
        while left and left[0].start < end:
            figure = left.popleft()
            inside.append(figure._replace(start=figure.start - start, end=figure.end - start))
        found += _asked_in(text[start:end], inside, words)
    return tuple(dict.fromkeys(found))


def _sentences(text: str) -> Iterator[tuple[int, int]]:
    start = 0
    for match in _SENTENCE_END.finditer(text):
        yield start, match.start()
        start = match.end()
    yield start, len(text)


def _asked_in(sentence: str, figures: list[FoundFigure], words: ValueWords) -> Iterator[AskedMoney]:
    each = any_of(words.each).search(sentence) is not None
    asks = any_of(words.money_back).search(sentence) is not None and not each
    bearing = Bearing.ASKED if asks else Bearing.MENTIONED
    for found in figures:
        called = _called_money(sentence, found, words)
        here = bearing if called is None or each else called
        share = _share(found.figure, here)
        amount = _amount(found.figure, here) if called or _is_money(found.figure) else None
        yield from (asked for asked in (share, amount) if asked is not None)
    plain = blanked(sentence, [(found.start, found.end) for found in figures if found.figure.unit is not None])
    shares = [*any_of(tuple(words.shares)).finditer(plain)]
    for match in shares:
        if _LENGTH_OF_TIME.match(sentence, match.end()):
            continue
        yield _share_in_words(match[0], words, bearing)
    if whole := any_of(words.whole).search(plain):
        yield AskedWhole(written=_shown(whole[0]), bearing=bearing)
    plain = blanked(plain, [match.span() for match in shares])
    part = any_of(words.parts).search(plain) or _some_of_them(sentence)
    if part:
        yield AskedPart(written=_shown(part[0]), bearing=bearing)


def _some_of_them(sentence: str) -> re.Match[str] | None:
    """`2 of 3`; all of them is no part."""
    return next((match for match in _N_OF_M.finditer(sentence) if _count(match["some"]) < _count(match["all"])), None)


def _count(written: str) -> int:
    return int(written) if written.isdigit() else spelt_number(written) or 0


def _share(figure: Figure, bearing: Bearing) -> AskedShare | None:
    if figure.unit != PER_CENT:
        return None
    share = Fraction(min(figure.readings)) / 100
    return AskedShare(
        numerator=share.numerator, denominator=share.denominator, written=_shown(figure.written), bearing=bearing
    )


def _share_in_words(written: str, words: ValueWords, bearing: Bearing) -> AskedShare:
    phrase = next(phrase for phrase in words.shares if any_of((phrase,)).fullmatch(written))
    numerator, _, denominator = words.shares[phrase].partition("/")
    return AskedShare(numerator=int(numerator), denominator=int(denominator), written=_shown(written), bearing=bearing)


def has_cents(figure: Figure) -> bool:
    """Whether a number without a currency is written as an amount: `39,90` or `20,-`."""
    return figure.unit is None and _CENTS.search(figure.written) is not None


def _is_money(figure: Figure) -> bool:
    """Whether a number is an amount whatever stands beside it."""
    return figure.unit == CENT or is_currency(figure.unit) or has_cents(figure)


def _amount(figure: Figure, bearing: Bearing) -> AskedAmount | None:
    value = _of_money(figure)
    if value is None:
        return None
    written = _shown(figure.written)
    if figure.unit == CENT:
        currency = next((code for word, code in _CURRENCY_OF_CENTS if word in figure.written.lower()), None)
        cents = (value / 100).quantize(_HUNDREDTH, ROUND_HALF_UP)
        return AskedAmount(amount=cents, currency=currency, written=written, bearing=bearing)
    if figure.unit is not None and not is_currency(figure.unit):
        return None
    return AskedAmount(amount=value, currency=figure.unit, written=written, bearing=bearing)


def _of_money(figure: Figure) -> Decimal | None:
    """The one reading that has no more than cents: `1.234 EUR` is no EUR 1.23."""
    money = [reading for reading in figure.readings if _has_cents_at_most(reading) and reading < 10**12]
    return money[0] if len(money) == 1 else None


def _has_cents_at_most(amount: Decimal) -> bool:
    exponent = amount.as_tuple().exponent
    return isinstance(exponent, int) and exponent >= -2


def _called_money(sentence: str, found: FoundFigure, words: ValueWords) -> Bearing | None:
    """What the words right beside a number make of it; None where they do not call it money.

    A small number without anything may be one of pieces, and so may one after "only": a person finds out.
    """
    before = sentence[max(0, found.start - _BESIDE) : found.start].rstrip()
    after = sentence[found.end : found.end + _BESIDE]
    certain = _is_money(found.figure) or min(found.figure.readings) >= _FEW
    if any_of(words.amount_after).match(after.lstrip()):
        return Bearing.ASKED if certain else Bearing.MENTIONED
    counts_nothing = re.match(r"\s*(?:$|[.!?,;)])", after) or any_of(words.amount_followers).match(after.lstrip())
    if counts_nothing is None:
        return None
    if _ends_with(words.amount_before, before):
        return Bearing.ASKED if certain else Bearing.MENTIONED
    return Bearing.MENTIONED if _ends_with(words.amount_perhaps, before) and not _is_money(found.figure) else None


def _ends_with(phrases: tuple[str, ...], text: str) -> bool:
    return any(match.end() == len(text) for match in any_of(phrases).finditer(text))


def _shown(written: str) -> str:
    return " ".join(written.split())[:80]

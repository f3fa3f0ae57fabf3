"""References: what looks like the number of an order in a text, in whatever way it is written.

What has the shop's own form, what the words call a number of an order, and what has the form of a record's number
without either. Amounts, dates, telephone numbers, postcodes and sizes are none.
"""

import re
from collections.abc import Iterator
from functools import lru_cache
from typing import NamedTuple

from cases.policy.document import EntityPatterns
from cases.policy.packs.values import ValueWords
from cases.reference import Naming, Reference
from routing.figures import blanked
from routing.phrases import alternatives, any_of

_LIKE_ZERO_AND_ONE = str.maketrans({"O": "0", "I": "1", "L": "1"})
"""Letters that are taken for digits where the shop's numbers have digits."""
_TELEPHONE = re.compile(
    r"(?<![\w+])(?:\+|00)\d[\d ()/.-]{6,}\d|(?<![\w-])0\d{1,5}[ /.-]+\d[\d -]{3,}\d"
    r"|(?<![\w-])\(?\d{3}\)?[ .-]\d{3}[ .-]\d{4}(?![\w-])"
)
_IBAN = re.compile(r"(?<!\w)[A-Z]{2}\d{2}(?: ?[A-Z0-9]{4}){2,7}(?: ?[A-Z0-9]{1,4})?(?!\w)")
_TIME = re.compile(r"(?<![\w:])\d{1,2}:\d{2}(?::\d{2})?(?![\w:])")
_POSTCODE = re.compile(r"(?<![\w-])(?:[A-Z]{1,2}-)?\d{4,5}(?= +[A-ZÄÖÜÇĞİŞ][^\W\d_])")
_MARK = re.compile(r"\[[^\]\n]{1,40}\]")
"""What a helpdesk puts into a subject: `[Ticket#2026]`."""
_QUANTITY = re.compile(r"\d+(?:x\d+)*[a-zä-ü]{0,5}", re.IGNORECASE)
"""`1920x1080`, `20000mAh`."""
_YEAR = re.compile(r"(?:19|20)\d\d")
_BARE_DIGITS = 6
"""A number of fewer digits is a quantity, unless the shop's own numbers have as many."""
_MOST_CANDIDATES = 3


class FoundReference(NamedTuple):
    """A reference where it stands in a text."""

    start: int
    end: int
    reference: Reference


def found_references(text: str, patterns: EntityPatterns, words: ValueWords) -> tuple[FoundReference, ...]:
    """The references of a text in their order. What is none, as amounts and addresses, is to be blank in it."""
    cues = _Cues(
        words.reference_before,
        words.order_nouns,
        words.number_words,
        words.amount_before,
        words.reference_after,
        words.other_numbers,
    )
    forms = _forms(patterns.order_id, patterns.order_prefixes, cues)
    found = [*_taken(text, forms.own, patterns, Naming.ORDER)]
    text = blanked(text, [place[:2] for place in found])
    for none in (_MARK, forms.other):
        text = blanked(text, [match.span() for match in none.finditer(text)])
    called = [*_called_orders(text, forms, patterns)]
    text = blanked(text, [place[:2] for place in called])
    for none in (_TELEPHONE, _IBAN, _TIME, _POSTCODE):
        text = blanked(text, [match.span() for match in none.finditer(text)])
    seeming = [*_seeming(text, forms, patterns)]
    return tuple(sorted((*found, *called, *seeming)))


def squeezed(written: str) -> str:
    """A number without what only groups its signs, in capitals."""
    return re.sub(r"[^0-9A-Z]", "", written.upper())


class _Cues(NamedTuple):
    numbered: tuple[str, ...]
    noun: tuple[str, ...]
    between: tuple[str, ...]
    money: tuple[str, ...]
    after: tuple[str, ...]
    other: tuple[str, ...]


class _Forms(NamedTuple):
    own: re.Pattern[str]
    """The shop's numbers, as they stand in a text."""
    token: re.Pattern[str]
    """A number with its letters, dashes and groups."""
    prefixed: re.Pattern[str]
    """The shop's letters with digits after them, and letters that look like digits."""
    numbered: re.Pattern[str]
    """Words that say that a number follows."""
    noun: re.Pattern[str]
    """Words that a number may follow."""
    money: re.Pattern[str]
    """Words that an amount may follow as well."""
    after: re.Pattern[str]
    other: re.Pattern[str]
    """Numbers that the words call something else."""


@lru_cache(maxsize=64)
def _forms(order_id: str, prefixes: tuple[str, ...], cues: _Cues) -> _Forms:
    letters = "|".join(re.escape(prefix.rstrip("-")) for prefix in prefixes) or "(?!)"
    token = (
        rf"(?<![\w@])(?:(?:{letters})[ ./#-]{{0,2}}(?=[\dOIl])|[A-Za-z]{{1,8}}[-/_]?)?"
        r"\d[\dA-Za-z]*(?:[-/.][\dA-Za-z]+|[ ]\d{2,}(?![\w.,]\d)){0,5}(?!\w)"
    )
    numbers = rf"(?:\s*(?:{alternatives(cues.between)})(?!\w)|\s*[:.#=(\"'-])*\s*"
    return _Forms(
        own=re.compile(order_id, re.IGNORECASE),
        token=re.compile(token, re.IGNORECASE),
        prefixed=re.compile(
            rf"(?<![\w-])(?:{letters})[ ./#-]{{0,2}}[\dOIl](?:[ -]?[\dOIl]){{2,}}(?!\w)", re.IGNORECASE
        ),
        numbered=re.compile(rf"(?<!\w)(?:{alternatives(cues.numbered)})(?!\w){numbers}|#\s?", re.IGNORECASE),
        noun=re.compile(rf"(?<!\w)(?:{alternatives(cues.noun)})(?!\w){numbers}", re.IGNORECASE),
        money=any_of(cues.money),
        after=re.compile(rf"['’]?\s*(?:{alternatives(cues.after)})(?!\w)", re.IGNORECASE),
        other=re.compile(
            rf"(?<!\w)(?:{alternatives(cues.other)})(?!\w){numbers}\+?[\d(][\w ()/.-]*\d\w*"
            rf"|(?<!\w)(?:{alternatives(cues.other)})(?!\w){numbers}[\w-]*\d[\w-]*",
            re.IGNORECASE,
        ),
    )


def _taken(text: str, pattern: re.Pattern[str], patterns: EntityPatterns, naming: Naming) -> Iterator[FoundReference]:
    for match in pattern.finditer(text):
        if match[0].strip():
            yield _reference(match[0], match.start(), patterns, naming)


def _called_orders(text: str, forms: _Forms, patterns: EntityPatterns) -> Iterator[FoundReference]:
    """What the words before or after it call a number of an order."""
    for pattern, fewest in ((forms.numbered, 2), (forms.noun, 4)):
        for cue in pattern.finditer(text):
            match = _token_at(text, cue.end(), forms)
            if match is None:
                continue
            digits = _digits(match[0])
            mixed = any(letter.isalpha() for letter in match[0])
            if pattern is forms.noun and not mixed and (_YEAR.fullmatch(match[0]) or forms.money.search(cue[0])):
                continue
            if digits >= fewest - mixed:
                yield _reference(match[0], match.start(), patterns, Naming.ORDER)
                text = blanked(text, [match.span()])
    for match in forms.token.finditer(text):
        if _digits(match[0]) > 2 and forms.after.match(text, match.end()):
            yield _reference(match[0], match.start(), patterns, Naming.ORDER)


def _token_at(text: str, place: int, forms: _Forms) -> re.Match[str] | None:
    prefixed = forms.prefixed.match(text, place)
    return prefixed if prefixed and _digits(prefixed[0]) else forms.token.match(text, place)


def _seeming(text: str, forms: _Forms, patterns: EntityPatterns) -> Iterator[FoundReference]:
    """What has the form of a record's number, and no word near it says what it is."""
    for match in forms.prefixed.finditer(text):
        if _digits(match[0]):
            found = _reference(match[0], match.start(), patterns, Naming.ORDER)
            if found.reference.candidates or _digits(match[0]) >= 3:
                yield found
                text = blanked(text, [match.span()])
    for match in forms.token.finditer(text):
        found = _reference(match[0], match.start(), patterns, Naming.NUMBER)
        if _seems_one(match[0], found.reference):
            lettered = found.reference.candidates and not squeezed(match[0]).isdigit()
            naming = Naming.ORDER if lettered else Naming.NUMBER
            yield found._replace(reference=found.reference.model_copy(update={"naming": naming}))


def _seems_one(written: str, reference: Reference) -> bool:
    plain, digits = squeezed(written), _digits(written)
    if reference.candidates:
        return True
    groups = re.split(r"[ /.-]", written)
    if plain.isdigit():
        if "." in written or "/" in written or " " in written:
            return False
        grouped = len(groups) > 1 and digits > _BARE_DIGITS and all(len(group) > 1 for group in groups)
        return (grouped and not all(map(_YEAR.fullmatch, groups))) or (
            len(groups) == 1 and _BARE_DIGITS <= digits <= 22 and not written.startswith("0")
        )
    if _QUANTITY.fullmatch(written):
        return False
    if digits >= 5 and re.fullmatch(r"[A-Z]+[-/]?\d+(?:[-/]\w+)*", written):
        return True
    return len(plain) >= 8 and digits >= 5 and len(groups) <= 4


def _reference(written: str, start: int, patterns: EntityPatterns, naming: Naming) -> FoundReference:
    candidates = _candidates(written, patterns)
    shorter = written
    while not candidates and " " in shorter:
        # What follows may be a number of something else: `W 10 330 2 pairs`.
        shorter = shorter.rpartition(" ")[0].rstrip()
        candidates = _candidates(shorter, patterns)
    if candidates:
        written = shorter
    plain = " ".join(written.split()).strip("#/.- ")[:60]
    return FoundReference(start, start + len(written), Reference(written=plain, candidates=candidates, naming=naming))


def _candidates(written: str, patterns: EntityPatterns) -> tuple[str, ...]:
    """The order numbers that may be meant: those of all ways to write them that have the shop's form."""
    plain = squeezed(written)
    forms = [written.upper(), plain, re.sub(r"[ /.-]+", "-", written.upper())]
    for prefix in patterns.order_prefixes:
        letters = prefix.rstrip("-")
        rest = plain.removeprefix(letters)
        forms += [
            f"{prefix}{rest}",
            f"{prefix}{rest.replace('O', '0')}",
            f"{prefix}{rest.translate(_LIKE_ZERO_AND_ONE)}",
        ]
    forms += [plain.replace("O", "0"), plain.translate(_LIKE_ZERO_AND_ONE)]
    own = _compiled(patterns.order_id)
    return tuple(dict.fromkeys(form for form in forms if own.fullmatch(form)))[:_MOST_CANDIDATES]


def _digits(written: str) -> int:
    return sum(sign.isdigit() for sign in written)


@lru_cache(maxsize=64)
def _compiled(pattern: str) -> re.Pattern[str]:
    return re.compile(pattern, re.IGNORECASE)

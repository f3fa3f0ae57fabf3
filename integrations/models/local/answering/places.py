"""Countries and currencies as a language names them, each by its ISO code: Italy is not the European Union."""

import re
from functools import cached_property
from typing import Literal, cast

from babel import Locale as Cldr
from babel import UnknownLocaleError

from cases.policy.packs.quoting import QuotingWords
from cases.ticket import Locale
from integrations.models.local.answering.words import Words, whole_words

SHORTEST_NAME = 4
"""Shorter names of countries are words of other meanings too; codes are read in capitals only."""
UNIONS = ("EU", "EZ", "UN")
_CODE = re.compile(r"(?<!\w)[A-Z]{3}(?!\w)")
_SIGNS = {"€": "EUR", "$": "USD", "£": "GBP", "₺": "TRY", "¥": "JPY"}


class Places:
    """Finds countries and currencies in texts of one language."""

    def __init__(self, pack: QuotingWords, locale: Locale, words: Words) -> None:
        self._pack = pack
        self._words = words
        self._language = locale[:2]

    def named(self, text: str) -> dict[str, str]:
        """The code of each country and currency, and how the text names it."""
        lowered = self._words.lowered(text)
        found = (
            {self._codes[_one_space(name[1])]: name[1] for name in self._names.finditer(lowered)} if self._codes else {}
        )
        found |= {code[0]: code[0] for code in _CODE.finditer(text) if code[0] in self._currencies}
        return found | {code: sign for sign, code in _SIGNS.items() if sign in text}

    @cached_property
    def _codes(self) -> dict[str, str]:
        own = {self._words.lowered(name): code for code, names in self._pack.places.items() for name in names}
        return {name: code for name, code in self._common.items() if len(name) >= SHORTEST_NAME} | own

    @cached_property
    def _common(self) -> dict[str, str]:
        countries = {code: name for code, name in self._of_cldr("territories").items() if _is_country(code)}
        named = {**self._of_cldr("currencies"), **countries}
        return {self._words.lowered(name): code for code, name in named.items()}

    @cached_property
    def _currencies(self) -> frozenset[str]:
        return frozenset(self._of_cldr("currencies"))

    def _of_cldr(self, kind: Literal["territories", "currencies"]) -> dict[str, str]:
        """The names of a kind by their codes; none in a language that nobody has written them down for."""
        if self._cldr is None:
            return {}
        found = cast("dict[str, str]", self._cldr.territories if kind == "territories" else self._cldr.currencies)
        return {str(code): str(name) for code, name in found.items()}

    @cached_property
    def _cldr(self) -> Cldr | None:
        try:
            return Cldr.parse(self._language)
        except (UnknownLocaleError, ValueError):
            return None

    @cached_property
    def _names(self) -> re.Pattern[str]:
        return whole_words(self._codes, self._pack.longest_ending)


def _one_space(name: str) -> str:
    return " ".join(name.split())


def _is_country(code: str) -> bool:
    """A continent has a number, and a union of countries is none of them."""
    return code.isalpha() and code not in UNIONS

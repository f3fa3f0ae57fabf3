"""What a text is written in, among the languages a policy speaks."""

import asyncio
import re
from collections.abc import Sequence
from functools import cached_property

from lingua import IsoCode639_1, LanguageDetector, LanguageDetectorBuilder

from cases.ticket import Locale

FEWEST_WORDS = 4
"""Of fewer words lingua takes 1.6 % (three) to 14 % (one) for another language, of four 0.7 %, and the helpdesk's
own word is better: measured by `python -m bench.languages` on the examples of the policy that ships, cut short."""

SURE = 0.6
"""How sure lingua must be against the helpdesk's word. Of four words or more it then takes 0.14 % or fewer for another
language, and is so sure of 95 %; at 0.8, of 80 %, and whoever writes in another language than their account is set to
would be answered in the wrong one five times as often."""

LONGEST_TEXT = 1_000
"""In characters; more tells the detector nothing new. The beginning and the end are read."""

LONGEST_WORD = 30
"""In letters: what is longer is no word, but a piece of a log or a file."""

_WORD = re.compile(r"[^\W\d_]+(?:['’-][^\W\d_]+)*")


class PolicyLanguages:
    """Detects a policy's languages. The first of them stands in where nothing can be told."""

    def __init__(self, languages: Sequence[str]) -> None:
        self._languages = tuple(languages)

    async def detect(self, text: str, locale: Locale | None) -> Locale:
        """The text's language; the locale's, if the policy speaks it and the text is short or tells too little."""
        told = locale[:2] if locale is not None and locale[:2] in self._languages else None
        words = words_of(text)
        if len(self._languages) == 1 or not words or (told is not None and len(words) < FEWEST_WORDS):
            return told or self._languages[0]
        found, sure = await asyncio.to_thread(self.guess, _shortened(" ".join(words)))
        return told if told is not None and sure < SURE else found

    def warm(self) -> None:
        """Load the detector."""
        if len(self._languages) > 1:
            self.guess("warm")

    def guess(self, text: str) -> tuple[Locale, float]:
        """The language a text is most like, and how sure that is, from 0 to 1."""
        best = self._detector.compute_language_confidence_values(text)[0]
        return best.language.iso_code_639_1.name.lower(), best.value

    @cached_property
    def _detector(self) -> LanguageDetector:
        codes = [getattr(IsoCode639_1, language.upper()) for language in self._languages]
        return LanguageDetectorBuilder.from_iso_codes_639_1(*codes).build()


def words_of(text: str) -> list[str]:
    """What is a word in some language: no numbers and references, no addresses, no encoded files."""
    tokens = (token for token in text.split() if not any(letter.isdigit() or letter in "@/\\_=" for letter in token))
    return [word for token in tokens for word in _WORD.findall(token) if len(word) <= LONGEST_WORD]


def _shortened(text: str) -> str:
    return text if len(text) <= LONGEST_TEXT else f"{text[: LONGEST_TEXT // 2]} {text[-LONGEST_TEXT // 2 :]}"

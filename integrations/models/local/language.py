"""What a text is written in, among the languages a policy speaks."""

import asyncio
from collections.abc import Sequence
from functools import cached_property

from lingua import IsoCode639_1, LanguageDetector, LanguageDetectorBuilder

from cases.ticket import Locale

SHORTEST_TEXT = 15
"""Below so many characters lingua guesses, and the helpdesk's own word is better: a property of the detector."""

LONGEST_TEXT = 1_000
"""In characters; what comes after tells the detector nothing new."""


class PolicyLanguages:
    """Detects a policy's languages. The first of them stands in where nothing can be told."""

    def __init__(self, languages: Sequence[str]) -> None:
        self._languages = tuple(languages)

    async def detect(self, text: str, locale: Locale | None) -> Locale:
        """The text's language; for a very short text the locale's, if the policy speaks it."""
        told = locale[:2] if locale is not None and locale[:2] in self._languages else None
        if len(self._languages) == 1 or (told is not None and len(text.strip()) < SHORTEST_TEXT):
            return told or self._languages[0]
        found = await asyncio.to_thread(self._detector.detect_language_of, text[:LONGEST_TEXT])
        if found is None:
            return told or self._languages[0]
        return found.iso_code_639_1.name.lower()

    def warm(self) -> None:
        """Load the detector."""
        if len(self._languages) > 1:
            self._detector.detect_language_of("warm")

    @cached_property
    def _detector(self) -> LanguageDetector:
        codes = [getattr(IsoCode639_1, language.upper()) for language in self._languages]
        return LanguageDetectorBuilder.from_iso_codes_639_1(*codes).build()

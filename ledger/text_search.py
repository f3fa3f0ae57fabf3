"""Which of PostgreSQL's text-search configurations reads which language: it knows the stop words and the stems."""

from cases.ticket import Locale

CONFIGURATIONS = {"de": "german", "en": "english", "tr": "turkish"}

UNKNOWN_LANGUAGE = "simple"
"""Words as they are, letter case aside."""


def language(locale: Locale) -> str:
    """The language of a locale: `de` of `de-AT`."""
    return locale[:2]


def configuration(locale: Locale) -> str:
    """The name of the text-search configuration for a locale."""
    return CONFIGURATIONS.get(language(locale), UNKNOWN_LANGUAGE)

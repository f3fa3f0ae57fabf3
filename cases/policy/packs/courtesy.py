"""How people greet, thank and answer yes or no in a language."""

from cases.record import Record


class CourtesyWords(Record):
    """Phrases that ask for nothing by themselves."""

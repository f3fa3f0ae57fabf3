"""How amounts, shares, dates and addresses are written in a language."""

from cases.record import Record


class ValueWords(Record):
    """Units, months, shares, and the words around an old and a new value."""

"""How people ask for something in a language, and how they do not: negation, question, condition, report."""

from cases.record import Record


class RequestWords(Record):
    """What makes a sentence a request for an action, and what keeps it from being one."""

"""How people greet, thank and answer yes or no in a language."""

from cases.policy.packs.requests import WordPatterns
from cases.record import Record


class CourtesyWords(Record):
    """Phrases that ask for nothing by themselves. They are patterns as `requests` has them, without groups."""

    agree: WordPatterns = ()
    """Words that agree, and signs such as a raised thumb."""
    decline: WordPatterns = ()
    """Words that decline."""
    turns: WordPatterns = ()
    """Words that make more of an answer than a yes or a no: "but", "the other"."""
    beside: WordPatterns = ()
    """Words that may stand beside a yes or a no and change nothing of it: "please", "thanks"."""

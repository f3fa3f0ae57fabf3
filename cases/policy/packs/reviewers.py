"""How reviewers ask customers in a language, and how customers take up what they are offered."""

from cases.policy.packs.requests import WordPatterns
from cases.record import Record


class ReviewerWords(Record):
    """Patterns as `requests` has them, without groups."""

    facts: WordPatterns = ()
    """Questions and requests for something that is so: "when did", "please send us"."""
    outcomes: WordPatterns = ()
    """What makes a question more than one of fact: another outcome, a wish, something that our side would do."""
    whether: WordPatterns = ()
    """How it is asked whether to do something: "shall we"."""
    beside: WordPatterns = ()
    """What stands beside a question and says nothing of the matter: "thanks for your message"."""
    taken_up: WordPatterns = ()
    """How customers accept an offer or give up a request in other words than yes and no: "deal", "I'll keep it"."""

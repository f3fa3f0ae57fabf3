"""How people greet, thank and answer yes or no in a language."""

from cases.policy.packs.requests import WordPatterns
from cases.record import Record


class CourtesyWords(Record):
    """Phrases that ask for nothing by themselves.

    `greetings`, `thanks` and `small_words` are plain phrases, with `*` at the end of a word for any ending; the others
    are patterns as `requests` has them, without groups.
    """

    greetings: tuple[str, ...] = ()
    """How a conversation begins, or is kept up, before anything is said: "hello", "are you there", "test"."""
    thanks: tuple[str, ...] = ()
    """How it ends: thanks, praise and "all right"."""
    small_words: tuple[str, ...] = ()
    """What stands beside them and says nothing: "very much", "dear team", "have a nice day"."""
    agree: WordPatterns = ()
    """Words that agree, and signs such as a raised thumb."""
    decline: WordPatterns = ()
    """Words that decline."""
    turns: WordPatterns = ()
    """Words that make more of an answer than a yes or a no: "but", "the other"."""
    beside: WordPatterns = ()
    """Words that may stand beside a yes or a no and change nothing of it: "please", "thanks"."""

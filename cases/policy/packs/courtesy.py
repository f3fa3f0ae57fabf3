"""How people greet, thank and answer yes or no in a language."""

from cases.record import Record


class CourtesyWords(Record):
    """Phrases that ask for nothing by themselves; `*` at the end of a word stands for any ending."""

    greetings: tuple[str, ...] = ()
    """How a conversation begins, or is kept up, before anything is said: "hello", "are you there", "test"."""
    thanks: tuple[str, ...] = ()
    """How it ends: thanks, praise and "all right"."""
    small_words: tuple[str, ...] = ()
    """What stands beside them and says nothing: "very much", "dear team", "have a nice day"."""

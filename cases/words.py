"""The names that software counts, as a person reads them: `reset_access` is reset access."""


def in_words(name: str) -> str:
    """A name of an intent, an action, a team or a state in words; several of them, joined, too."""
    return name.replace("_", " ")

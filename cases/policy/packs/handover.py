"""How people say in a language that a person will see to something."""

from cases.record import Record


class HandoverWords(Record):
    """Phrases by which a reply promises a person; `*` at the end of a word stands for any ending."""

    promises: tuple[str, ...] = ()

"""Fencing: what others wrote is shown to a model as data, so marked that no text can end its own fence."""

import hashlib
from collections.abc import Iterable

MARK_CHARACTERS = 12
"""A text would have to contain a part of its own SHA-256 to close its fence."""


def fenced(label: str, text: str) -> str:
    """A text between two marks that stand nowhere in it."""
    mark = f"{label}-{hashlib.sha256(text.encode()).hexdigest()[:MARK_CHARACTERS]}"
    return f"<<{mark}\n{text}\n{mark}>>"


def fenced_ticket(text: str, shown: Iterable[str]) -> str:
    """A ticket between its marks; in it, what was read in each file between marks of its own.

    Who sends a picture of somebody else's letter has not written that letter.
    """
    for part in sorted(set(shown), key=len, reverse=True):
        text = text.replace(part, fenced("shown", part))
    return fenced("ticket", text)

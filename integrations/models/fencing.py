"""Fencing: what others wrote is shown to a model as data, so marked that no text can end its own fence."""

import hashlib

MARK_CHARACTERS = 12
"""A text would have to contain a part of its own SHA-256 to close its fence."""


def fenced(label: str, text: str) -> str:
    """A text between two marks that stand nowhere in it."""
    mark = f"{label}-{hashlib.sha256(text.encode()).hexdigest()[:MARK_CHARACTERS]}"
    return f"<<{mark}\n{text}\n{mark}>>"

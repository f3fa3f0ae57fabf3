"""Text as PostgreSQL takes it: without NUL, the one character it cannot hold. Pasted logs and binaries have it."""

import re

REPLACEMENT = "\ufffd"
"""Unicode's own sign for a character that could not be kept."""

ESCAPED_NUL = re.compile(r"(?<!\\)((?:\\\\)*)\\u0000")
"""NUL in JSON. An even number of backslashes before it are backslashes of the text itself."""


def storable_text(text: str) -> str:
    """The text without NUL."""
    return text.replace("\x00", REPLACEMENT)


def storable_json(written: str) -> str:
    """The JSON document without NUL in any of its texts."""
    return ESCAPED_NUL.sub(rf"\1{REPLACEMENT}", written)

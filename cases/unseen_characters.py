"""Characters that no reader sees: of no width, or Unicode tags, which spell a text of their own."""

import re
from typing import NamedTuple

_TAGS = re.compile("[\U000e0000-\U000e007f]+")
_FLAG = re.compile("\U0001f3f4[\U000e0020-\U000e007e]{2,6}\U000e007f")
"""The flag of a region, such as Scotland: its name is spelt in tags."""
_NO_WIDTH = re.compile(
    "[\u200b\u200e\u200f\u2060-\u2064\ufeff\u00ad\u034f\u061c\u180e\u202a-\u202e\u2066-\u2069]|[\u200c\u200d]{2,}"
)
_ENCODED = re.compile("[\u200b-\u200d\u2060-\u2064\ufeff]{8,}")
"""So many in a row encode something; programs put one or two for their own ends."""


class Seen(NamedTuple):
    """A text as its readers see it, and what it says besides."""

    text: str
    hidden: tuple[str, ...]


def seen(text: str) -> Seen:
    """Take out of a text what nobody sees. One joiner between letters stays: scripts and pictures need it."""
    hidden = [words for tags in _TAGS.findall(_FLAG.sub("", text)) if (words := _spelt(tags))]
    hidden += [f"({len(run)} characters of no width in a row)" for run in _ENCODED.findall(text)]
    flags = _FLAG.findall(text)
    kept = _FLAG.sub("\ue000", text.replace("\ue000", "")) if flags else text
    kept = _NO_WIDTH.sub("", _TAGS.sub("", kept))
    for flag in flags:
        kept = kept.replace("\ue000", flag, 1)
    return Seen(kept, tuple(hidden))


def _spelt(tags: str) -> str:
    return "".join(chr(ord(tag) - 0xE0000) for tag in tags if 0xE0020 <= ord(tag) <= 0xE007E).strip()

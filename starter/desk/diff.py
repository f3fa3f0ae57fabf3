"""What an edit changes, word by word."""

import difflib
import re
from enum import StrEnum

from cases.record import Record

AROUND = 60
"""Characters shown before and after a change."""

TOKENS = re.compile(r"\s+|\w+|[^\w\s]")


class Change(StrEnum):
    """What became of a piece of the draft."""

    KEPT = "kept"
    ADDED = "added"
    REMOVED = "removed"


class Piece(Record):
    """Some words, and what became of them."""

    change: Change
    text: str


def word_diff(before: str, after: str) -> tuple[Piece, ...]:
    """The draft and what was made of it as one text; put together, what was not removed is the new one."""
    old, new = TOKENS.findall(plain(before)), TOKENS.findall(plain(after))
    pieces: list[Piece] = []
    for kind, i, j, k, m in difflib.SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if kind == "equal":
            pieces.append(Piece(change=Change.KEPT, text="".join(old[i:j])))
            continue
        if i != j:
            pieces.append(Piece(change=Change.REMOVED, text="".join(old[i:j])))
        if k != m:
            pieces.append(Piece(change=Change.ADDED, text="".join(new[k:m])))
    return tuple(pieces)


def shortened(pieces: tuple[Piece, ...]) -> tuple[Piece, ...]:
    """The same with only the words around each change: what stayed as it was stands in the field above."""
    last = len(pieces) - 1
    return tuple(
        piece if piece.change is not Change.KEPT else _shortened(piece, first=place == 0, last=place == last)
        for place, piece in enumerate(pieces)
    )


def _shortened(piece: Piece, *, first: bool, last: bool) -> Piece:
    before = "" if first else piece.text[:AROUND]
    after = "" if last else piece.text[-AROUND:]
    return piece if len(piece.text) <= 2 * AROUND else Piece(change=piece.change, text=f"{before} … {after}")


def is_changed(before: str, after: str) -> bool:
    """Whether anything but the ends of lines and the space around the text differs."""
    return plain(before) != plain(after)


def plain(text: str) -> str:
    """A text as we keep it: browsers send other line ends than we write."""
    return text.replace("\r\n", "\n").strip()

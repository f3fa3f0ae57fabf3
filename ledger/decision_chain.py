"""The chain of the decision log: each row is sealed together with the one before it.

Who changes, removes, swaps or puts in a row breaks the chain there. Who can write the whole table and where it ends
could seal it all anew: against that, note the last hash somewhere else, as `signalbox audit verify` prints it.
"""

import hashlib
import json
from collections.abc import Iterable
from datetime import UTC
from typing import NamedTuple

from ledger.tables import DecisionLogRow

NOTHING = "0" * 64
"""What stands before the first row."""


class Link(NamedTuple):
    """A place in the chain: the number of its row, and its seal."""

    seq: int
    hash: str


START = Link(0, NOTHING)


class Break(NamedTuple):
    """The first row that does not follow from those before it."""

    seq: int
    sentence: str


def sealed(row: DecisionLogRow, before: Link) -> DecisionLogRow:
    """The row as the next one after a place in the chain."""
    row.seq, row.previous = before.seq + 1, before.hash
    row.hash = seal_of(row)
    return row


def seal_of(row: DecisionLogRow) -> str:
    """SHA-256, in hex, of everything in a row but its own seal."""
    written = row.model_dump(exclude={"hash"})
    written["at"] = row.at.astimezone(UTC).isoformat(timespec="microseconds")
    canonical = json.dumps(written, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(canonical.encode()).hexdigest()


def followed(rows: Iterable[DecisionLogRow], start: Link) -> tuple[Link, Break | None]:
    """How far rows follow from a place in the chain, and what is wrong with the first that does not."""
    last = start
    for row in rows:
        broken = _broken_at(row, last)
        if broken is not None:
            return last, broken
        last = Link(row.seq, row.hash)
    return last, None


def cut_off(last: Link, end: Link) -> Break | None:
    """Whether rows at the end are missing, or were added past it."""
    if last == end:
        return None
    if last.seq < end.seq:
        return Break(last.seq + 1, f"Row {last.seq + 1} is not there: the log should end at row {end.seq}.")
    return Break(end.seq + 1, f"The log should end at row {end.seq} ({end.hash[:12]}…): what comes after was put in.")


def _broken_at(row: DecisionLogRow, before: Link) -> Break | None:
    expected = before.seq + 1
    if row.seq != expected:
        return Break(expected, f"Row {expected} is not there: row {row.seq} comes instead.")
    if row.previous != before.hash:
        return Break(row.seq, f"Row {row.seq} does not follow from what stands before it: a row was changed or put in.")
    if row.hash != seal_of(row):
        told = f"{row.kind} by {row.reviewer} on {row.case_id}"
        return Break(row.seq, f"Row {row.seq} ({told}) was changed after it was written.")
    return None

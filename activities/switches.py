"""The kill switch, looked at right before each model call and each action."""

import time
from collections.abc import Callable, Iterable, Mapping
from typing import Protocol

from cases.switch import Lever, Switching

LOOKS_AGAIN_AFTER_SECONDS = 1.0
"""So long may a switch that was just moved go unnoticed by a worker; so often does a busy one ask the ledger."""


class SwitchBook(Protocol):
    """What is needed of the ledger."""

    async def turned_off(self) -> Mapping[Lever, Switching]:
        """All that is off now."""
        ...


class Switchboard:
    """The switches as this worker last saw them."""

    def __init__(self, book: SwitchBook, clock: Callable[[], float] = time.monotonic) -> None:
        self._book = book
        self._clock = clock
        self._seen: Mapping[Lever, Switching] = {}
        self._seen_at = float("-inf")

    async def first_off(self, levers: Iterable[Lever]) -> Switching | None:
        """The first of these that is off, with who turned it off and why.

        Raises LedgerUnavailable: what cannot be seen to be on is not used.
        """
        if self._clock() - self._seen_at >= LOOKS_AGAIN_AFTER_SECONDS:
            asked_at = self._clock()
            self._seen = await self._book.turned_off()
            self._seen_at = asked_at
        return next((self._seen[lever] for lever in levers if lever in self._seen), None)

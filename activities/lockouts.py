"""Lockouts: when a helpdesk no longer lets us write, ops hear of it once; and once more when it is over."""

from datetime import UTC, datetime
from typing import Protocol

from temporalio import activity

from cases.errors import ToolFailure
from cases.lockout import LockedOut, Lockout, way_out
from cases.source_work import SourceName


class LockoutBook(Protocol):
    """What is needed of the ledger."""

    async def begin(self, locked: LockedOut, now: datetime) -> Lockout | None:
        """Write a lockout down; None where somebody else tells ops."""
        ...

    async def untold(self, tenant: str, source: str) -> None:
        """Write down that nobody could be told."""
        ...

    async def end(self, tenant: str, source: str) -> bool:
        """Write down that it is over; whether it was not before."""
        ...


class OpsAlerts(Protocol):
    """The way to ops."""

    async def tell(self, sentence: str) -> None:
        """Tell them. Raises ToolUnavailable."""
        ...


class Lockouts:
    """Tells ops of lockouts: in the log, and where alerts go."""

    def __init__(self, book: LockoutBook, alerts: OpsAlerts | None) -> None:
        """`alerts`: none where no address for them is set."""
        self._book = book
        self._alerts = alerts

    @activity.defn
    async def tell_ops(self, locked: LockedOut) -> None:
        """Tell ops that a source no longer lets us write, unless they know. Safe to repeat.

        Raises a retryable ToolUnavailable where they could not be told; then the next one tells them.
        """
        lockout = await self._book.begin(locked, datetime.now(UTC))
        if lockout is None:
            return
        label = f"{locked.tenant}/{locked.source}"
        activity.logger.error("%s no longer lets us write", label)
        await self._tell(
            locked, f"Signalbox: {label} no longer lets us write, and replies wait. {locked.why} {way_out(locked)}"
        )

    @activity.defn
    async def let_in(self, source: SourceName) -> None:
        """Tell ops that a source lets us write again, unless they know."""
        if not await self._book.end(source.tenant, source.name):
            return
        label = f"{source.tenant}/{source.name}"
        activity.logger.warning("%s lets us write again", label)
        if self._alerts is not None:
            await self._alerts.tell(f"Signalbox: {label} lets us write again. What waited goes out by itself.")

    async def _tell(self, locked: LockedOut, sentence: str) -> None:
        if self._alerts is None:
            return
        try:
            await self._alerts.tell(sentence)
        except ToolFailure:
            await self._book.untold(locked.tenant, locked.source)
            raise

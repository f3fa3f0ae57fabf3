"""The sources that no longer let us write. Of many cases that find out at once, one tells ops."""

from datetime import datetime

from sqlalchemy import ColumnElement, delete, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlmodel import col

from cases.lockout import LockedOut, Lockout
from ledger.database import Database
from ledger.tables import LockoutRow


class LockoutLedger:
    """Keeps the lockouts. Every method raises LedgerUnavailable."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def begin(self, locked: LockedOut, now: datetime) -> Lockout | None:
        """Write down that a source is locked; gives the lockout to whoever is to tell ops, and None to all others."""
        fresh = insert(LockoutRow).values(**locked.model_dump(), since=now)
        known = fresh.on_conflict_do_update(index_elements=["tenant", "source"], set_={"why": locked.why})
        telling = (
            update(LockoutRow)
            .where(*_of(locked.tenant, locked.source), col(LockoutRow.told_at).is_(None))
            .values(told_at=now)
            .returning(col(LockoutRow.since))
        )
        async with self._database.transaction() as connection:
            await connection.execute(known)
            since = (await connection.execute(telling)).scalar_one_or_none()
        return None if since is None else Lockout(**locked.model_dump(), since=since)

    async def untold(self, tenant: str, source: str) -> None:
        """Write down that nobody could be told, so that the next one tells."""
        change = update(LockoutRow).where(*_of(tenant, source)).values(told_at=None)
        async with self._database.transaction() as connection:
            await connection.execute(change)

    async def end(self, tenant: str, source: str) -> bool:
        """Write down that a source lets us in; gives whether it did not before."""
        over = delete(LockoutRow).where(*_of(tenant, source)).returning(col(LockoutRow.source))
        async with self._database.transaction() as connection:
            return (await connection.execute(over)).scalar_one_or_none() is not None

    async def lockouts(self) -> tuple[Lockout, ...]:
        """All that last, by tenant and source."""
        wanted = select(
            col(LockoutRow.tenant), col(LockoutRow.source), col(LockoutRow.why), col(LockoutRow.since)
        ).order_by(col(LockoutRow.tenant), col(LockoutRow.source))
        async with self._database.transaction() as connection:
            rows = (await connection.execute(wanted)).mappings().all()
        return tuple(Lockout.model_validate(dict(row)) for row in rows)


def _of(tenant: str, source: str) -> tuple[ColumnElement[bool], ColumnElement[bool]]:
    return col(LockoutRow.tenant) == tenant, col(LockoutRow.source) == source

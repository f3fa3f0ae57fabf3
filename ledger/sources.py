"""The registered sources, and how far each has been read."""

from datetime import datetime
from typing import NamedTuple

from sqlalchemy import RowMapping, Select, func, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlmodel import col

from cases.helpdesk_write import CLOCKS_APART
from cases.source import Source, SourceKind
from ledger.database import Database
from ledger.tables import SourceRow


class RegisteredSource(NamedTuple):
    """A source as it was registered."""

    source: Source
    added_at: datetime
    read_until: datetime
    """All that changed there up to this moment, by its own clock, has been brought in."""
    asked_at: datetime | None = None
    """When it was last asked what changed."""


class SourceLedger:
    """Keeps the sources. Every method raises LedgerUnavailable."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def keep(self, source: Source, now: datetime) -> None:
        """Register a source, or change a registered one; it is read from where it was."""
        values = {
            "tenant": source.tenant,
            "name": source.name,
            "kind": source.kind,
            "account": source.account,
            "source": source,
        }
        addition = insert(SourceRow).values({**values, "added_at": now, "read_until": now - CLOCKS_APART})
        changed = addition.on_conflict_do_update(index_elements=["tenant", "name"], set_=values)
        async with self._database.transaction() as connection:
            await connection.execute(changed)

    async def source(self, tenant: str, name: str) -> RegisteredSource | None:
        """One of them."""
        wanted = select(SourceRow).where(col(SourceRow.tenant) == tenant, col(SourceRow.name) == name)
        async with self._database.transaction() as connection:
            row = (await connection.execute(wanted)).mappings().one_or_none()
        return _registered(row) if row else None

    async def of_account(self, kind: SourceKind, account: str) -> tuple[RegisteredSource, ...]:
        """Those of a kind that are for an account: one, unless somebody registered it twice."""
        wanted = select(SourceRow).where(col(SourceRow.kind) == kind, col(SourceRow.account) == account)
        return await self._all(wanted)

    async def sources(self) -> tuple[RegisteredSource, ...]:
        """All of them, by tenant and name."""
        return await self._all(select(SourceRow).order_by(col(SourceRow.tenant), col(SourceRow.name)))

    async def read_until(self, tenant: str, name: str, moment: datetime) -> None:
        """Write down how far a source has been read; it never goes back."""
        further = (
            update(SourceRow)
            .where(col(SourceRow.tenant) == tenant, col(SourceRow.name) == name)
            .values(read_until=func.greatest(col(SourceRow.read_until), moment), asked_at=func.now())
        )
        async with self._database.transaction() as connection:
            await connection.execute(further)

    async def _all(self, wanted: Select[SourceRow]) -> tuple[RegisteredSource, ...]:
        async with self._database.transaction() as connection:
            rows = (await connection.execute(wanted)).mappings().all()
        return tuple(_registered(row) for row in rows)


def _registered(row: RowMapping) -> RegisteredSource:
    return RegisteredSource(row["source"], row["added_at"], row["read_until"], row["asked_at"])

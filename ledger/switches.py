"""The kill switch as it stands, and how it came to be so."""

from sqlalchemy import RowMapping, insert, select
from sqlalchemy.dialects.postgresql import distinct_on
from sqlmodel import col

from cases.switch import Lever, Position, Switching
from ledger.database import Database
from ledger.tables import SwitchingRow

_COLUMNS = (
    col(SwitchingRow.kind),
    col(SwitchingRow.name),
    col(SwitchingRow.position),
    col(SwitchingRow.why),
    col(SwitchingRow.by),
    col(SwitchingRow.at),
)


class SwitchLedger:
    """Keeps every movement of every switch. Every method raises LedgerUnavailable."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def move(self, switching: Switching) -> None:
        """Write down that somebody moved a switch; it counts from now on."""
        values = {
            "kind": switching.lever.kind,
            "name": switching.lever.name,
            "position": switching.position,
            "why": switching.why,
            "by": switching.by,
            "at": switching.at,
        }
        async with self._database.transaction() as connection:
            await connection.execute(insert(SwitchingRow).values(values))

    async def turned_off(self) -> dict[Lever, Switching]:
        """All that is off now, with who turned it off and why."""
        newest = (
            select(*_COLUMNS)
            .ext(distinct_on(col(SwitchingRow.kind), col(SwitchingRow.name)))
            .order_by(col(SwitchingRow.kind), col(SwitchingRow.name), col(SwitchingRow.id).desc())
        )
        async with self._database.transaction() as connection:
            rows = (await connection.execute(newest)).mappings().all()
        standing = (_switching(row) for row in rows)
        return {switching.lever: switching for switching in standing if switching.position is Position.OFF}

    async def history(self, limit: int) -> tuple[Switching, ...]:
        """The last movements, newest first."""
        last = select(*_COLUMNS).order_by(col(SwitchingRow.id).desc()).limit(limit)
        async with self._database.transaction() as connection:
            rows = (await connection.execute(last)).mappings().all()
        return tuple(_switching(row) for row in rows)


def _switching(row: RowMapping) -> Switching:
    lever = Lever(kind=row["kind"], name=row["name"])
    return Switching(lever=lever, position=row["position"], why=row["why"], by=row["by"], at=row["at"])

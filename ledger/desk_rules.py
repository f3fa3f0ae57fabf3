"""The rules of the desk, by policy version: read once each, since a version never changes."""

from collections.abc import Iterable

from sqlalchemy import func, select
from sqlalchemy.dialects.postgresql import JSONB
from sqlmodel import col

from cases.policy.desk import DeskRules
from ledger.database import Database
from ledger.tables import CaseRow, PolicyRow

STANDARD = DeskRules()


class DeskRuleBook:
    """Reads the part of kept policies that the desk goes by. Every method raises LedgerUnavailable."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._known: dict[str, DeskRules] = {}

    async def of(self, version: str) -> DeskRules:
        """The rules of exactly this version; the standard ones for a version that was never kept."""
        return (await self.of_each({version}))[version]

    async def of_each(self, versions: Iterable[str]) -> dict[str, DeskRules]:
        """The rules of each of these versions, by version."""
        wanted = set(versions)
        unread = wanted - self._known.keys()
        if unread:
            self._known.update(await self._read(unread))
        return {version: self._known.get(version, STANDARD) for version in wanted}

    async def _read(self, versions: Iterable[str]) -> dict[str, DeskRules]:
        written = func.jsonb_extract_path(col(PolicyRow.document), "desk", type_=JSONB)
        statement = select(col(PolicyRow.version), written).where(col(PolicyRow.version).in_(versions))
        async with self._database.transaction() as connection:
            found = (await connection.execute(statement)).all()
        return {version: DeskRules.model_validate(rules or {}) for version, rules in found}

    async def now(self) -> DeskRules:
        """The rules that the newest case started under; the standard ones before the first."""
        newest = select(col(CaseRow.policy_version)).order_by(col(CaseRow.opened_at).desc()).limit(1)
        async with self._database.transaction() as connection:
            version = (await connection.execute(newest)).scalar_one_or_none()
        return STANDARD if version is None else await self.of(version)

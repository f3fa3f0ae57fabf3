"""The rules of the desk, by policy version: read once each, since a version never changes."""

from sqlalchemy import func, select
from sqlalchemy.dialects.postgresql import JSONB
from sqlmodel import col

from cases.policy.desk import DeskRules
from ledger.database import Database
from ledger.tables import CaseRow, PolicyRow


class DeskRuleBook:
    """Reads the part of kept policies that the desk goes by. Every method raises LedgerUnavailable."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._known: dict[str, DeskRules] = {}

    async def of(self, version: str) -> DeskRules:
        """The rules of exactly this version; the standard ones for a version that was never kept."""
        if version in self._known:
            return self._known[version]
        written = func.jsonb_extract_path(col(PolicyRow.document), "desk", type_=JSONB)
        wanted = select(written).where(col(PolicyRow.version) == version)
        async with self._database.transaction() as connection:
            found = (await connection.execute(wanted)).one_or_none()
        if found is None:
            return DeskRules()
        self._known[version] = DeskRules.model_validate(found[0] or {})
        return self._known[version]

    async def now(self) -> DeskRules:
        """The rules that the newest case started under; the standard ones before the first."""
        newest = select(col(CaseRow.policy_version)).order_by(col(CaseRow.opened_at).desc()).limit(1)
        async with self._database.transaction() as connection:
            version = (await connection.execute(newest)).scalar_one_or_none()
        return DeskRules() if version is None else await self.of(version)

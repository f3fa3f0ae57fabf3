"""The archive of policies: every version a case ever started under, so that the case can finish under it."""

from datetime import datetime

from pydantic import TypeAdapter
from sqlalchemy import cast, func, select
from sqlalchemy.dialects.postgresql import JSONB, insert
from sqlalchemy.ext.asyncio import AsyncConnection
from sqlmodel import col

from cases.policy.document import Policy
from cases.policy.packs.machine_mail import MachineMailWords
from cases.policy.packs.pack import LanguagePack
from ledger.database import Database
from ledger.tables import PolicyRow

_PACKS = TypeAdapter(dict[str, LanguagePack])


class PolicyLedger:
    """Keeps policies by their exact version. Every method raises LedgerUnavailable."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def keep(self, policy: Policy, now: datetime) -> None:
        """Keep a policy. The same version is always the same document, so the first one kept stays."""
        row = PolicyRow(version=policy.version, document=policy.document, kept_at=now)
        async with self._database.transaction() as connection:
            await connection.execute(insert(PolicyRow).on_conflict_do_nothing(), dict(row))

    async def policy(self, version: str) -> Policy | None:
        """The policy of exactly this version, or None where it was never kept."""
        wanted = select(col(PolicyRow.document)).where(col(PolicyRow.version) == version)
        async with self._database.transaction() as connection:
            document = (await connection.execute(wanted)).scalar_one_or_none()
        return None if document is None else Policy(version=version, document=document)


async def newest_machine_mail_words(connection: AsyncConnection) -> MachineMailWords:
    """How machines write in all languages of the policy that was kept last; no words where none was."""
    packs = func.jsonb_extract_path(col(PolicyRow.document), "language_packs")
    wanted = select(cast(packs, JSONB)).order_by(col(PolicyRow.kept_at).desc()).limit(1)
    found = (await connection.execute(wanted)).scalar_one_or_none()
    return MachineMailWords.of_all(pack.machine_mail for pack in _PACKS.validate_python(found or {}).values())

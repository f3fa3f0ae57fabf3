"""The book of audits: the sample of what went out by itself, and what people found in it."""

from collections.abc import Sequence

from sqlalchemy import ColumnElement, and_, func, literal, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncConnection
from sqlmodel import col

from cases.audit import Audit, Tally, Verdict
from cases.errors import VerdictRefused
from ledger.database import Database
from ledger.sampled import SampledTurn, sampled_turns
from ledger.storable import storable_text
from ledger.tables import AuditRow, OutcomeRow
from ledger.tables.audit import OUTCOME
from ledger.tables.columns import Coded

SAMPLED = and_(col(OutcomeRow.audit_sample), col(OutcomeRow.sample_rate) > 0)
"""What was drawn, with a probability that is known."""

OF_THE_OUTCOME = and_(
    col(AuditRow.case_id) == col(OutcomeRow.case_id),
    col(AuditRow.run_id) == col(OutcomeRow.run_id),
    col(AuditRow.ended_at) == col(OutcomeRow.ended_at),
)


class AuditLedger:
    """Keeps what was found in the sample. Every method raises LedgerUnavailable."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def waiting(self, limit: int) -> tuple[SampledTurn, ...]:
        """What was drawn and nobody has judged yet, at most `limit` of it, oldest first."""
        unjudged = and_(SAMPLED, ~select(col(AuditRow.case_id)).where(OF_THE_OUTCOME).exists())
        async with self._database.transaction() as connection:
            return await sampled_turns(connection, unjudged, limit)

    async def tallies(self) -> tuple[Tally, ...]:
        """All that was ever drawn, counted by verdict and by the probability it was drawn with."""
        wanted = (
            select(
                col(AuditRow.verdict),
                col(OutcomeRow.sample_rate),
                func.count().label("outcomes"),
                func.min(col(OutcomeRow.ended_at)).label("first_ended_at"),
            )
            .select_from(OutcomeRow)
            .outerjoin(AuditRow, OF_THE_OUTCOME)
            .where(SAMPLED)
            .group_by(col(AuditRow.verdict), col(OutcomeRow.sample_rate))
            .order_by(col(AuditRow.verdict), col(OutcomeRow.sample_rate))
        )
        async with self._database.transaction() as connection:
            return tuple(Tally.model_validate(dict(row)) for row in (await connection.execute(wanted)).mappings())

    async def judge(self, audit: Audit) -> Audit:
        """Write a verdict down, and return the one that stands: the first.

        The same verdict and comment again, whoever gives it, changes nothing. Raises VerdictRefused for another one,
        and for what was not drawn.
        """
        storable = audit.model_copy(
            update={name: storable_text(getattr(audit, name)) for name in ("case_id", "run_id", "comment")}
        )
        async with self._database.transaction() as connection:
            await _add(connection, storable)
            standing = await _standing(connection, storable)
        if standing is None:
            raise VerdictRefused(
                f"Nothing of the case {audit.case_id} that ended then was drawn for the audit. Open the audit again."
            )
        if (standing.verdict, standing.comment) != (storable.verdict, storable.comment):
            raise VerdictRefused(_already(standing))
        return standing


def _already(standing: Audit) -> str:
    said = f"{standing.verdict.replace('_', ' ')}" + (f", “{standing.comment}”" if standing.comment else "")
    return (
        f"{standing.by} has judged it before: {said}. The first verdict stands, so yours was not kept. "
        f"If you see it otherwise, talk to {standing.by}."
    )


async def _add(connection: AsyncConnection, audit: Audit) -> None:
    """Where a verdict stands, or comes in at the same moment, it is waited for and left as it is."""
    given = select(
        *(col(getattr(OutcomeRow, name)) for name in OUTCOME),
        literal(audit.verdict, Coded(Verdict)),
        literal(audit.comment),
        literal(audit.by),
        literal(audit.at),
    ).where(SAMPLED, *_named(OutcomeRow, audit))
    names = (*OUTCOME, "verdict", "comment", "judged_by", "judged_at")
    await connection.execute(insert(AuditRow).from_select(names, given).on_conflict_do_nothing())


async def _standing(connection: AsyncConnection, audit: Audit) -> Audit | None:
    wanted = select(
        *(col(getattr(AuditRow, name)) for name in (*OUTCOME, "verdict", "comment")),
        col(AuditRow.judged_by).label("by"),
        col(AuditRow.judged_at).label("at"),
    ).where(*_named(AuditRow, audit))
    found = (await connection.execute(wanted)).mappings().one_or_none()
    return None if found is None else Audit.model_validate(dict(found))


def _named(table: type[OutcomeRow] | type[AuditRow], audit: Audit) -> Sequence[ColumnElement[bool]]:
    return (
        col(table.case_id) == audit.case_id,
        col(table.run_id) == audit.run_id,
        col(table.ended_at) == audit.ended_at,
    )

"""The decision log: who decided what, when, and what they saw; only ever added to."""

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import select, text
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncConnection
from sqlmodel import col

from cases.case import CaseView
from cases.record import Record
from ledger.database import Database
from ledger.decision_chain import START, Break, Link, cut_off, followed, sealed
from ledger.storable import storable_text
from ledger.tables import DecisionLogEndRow, DecisionLogRow, LedgerTable

LOCK = 5_163_002
"""The advisory lock that lets one transaction add to the chain while the others wait. Any number of our own will do."""

ROWS_AT_ONCE = 1_000
"""How many rows are read at a time when the chain is walked: a few megabytes at most."""


class ChainReport(Record):
    """What walking the chain found."""

    rows: int
    """How many rows are whole, from the first on."""
    last_hash: str
    """The seal of the last whole row: noted elsewhere, it proves later that nothing before it was rewritten."""
    broken_row: int | None = None
    sentence: str


class _Known(NamedTuple):
    request_id: str
    reviewer: str
    at: datetime


async def log_decisions(connection: AsyncConnection, view: CaseView) -> None:
    """Add what people decided about a case and is not there yet, in the transaction that records the case."""
    decided = _rows(view)
    if not decided or not await _new(connection, view.case_id, decided):
        return
    await connection.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": LOCK})
    # Another worker that recorded the same case may have added them while this one waited.
    new = await _new(connection, view.case_id, decided)
    if new:
        await _append(connection, new)


class DecisionLog:
    """Reads the log. Every method raises LedgerUnavailable."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def verify(self) -> ChainReport:
        """Walk the chain from its first row, and name the first that is not as it was written."""
        async with self._database.transaction() as connection:
            # Rows that are added while it is walked belong to a later end.
            await connection.execute(text("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY"))
            end = await _end(connection)
            last = START
            while rows := await _rows_after(connection, last):
                last, broken = followed(rows, last)
                if broken is not None:
                    return _report(last, broken)
        return _report(last, cut_off(last, end))


def _report(last: Link, broken: Break | None) -> ChainReport:
    whole = f"All {last.seq} rows of the decision log are as they were written."
    return ChainReport(
        rows=last.seq,
        last_hash=last.hash,
        broken_row=broken.seq if broken else None,
        sentence=broken.sentence if broken else whole,
    )


async def _append(connection: AsyncConnection, rows: Sequence[DecisionLogRow]) -> None:
    last = await _end(connection)
    for row in rows:
        last = Link(sealed(row, last).seq, row.hash)
    await connection.execute(insert(DecisionLogRow), [row.model_dump() for row in rows])
    end = insert(DecisionLogEndRow).values(only=1, seq=last.seq, hash=last.hash)
    await connection.execute(
        end.on_conflict_do_update(index_elements=["only"], set_={"seq": last.seq, "hash": last.hash})
    )


async def _end(connection: AsyncConnection) -> Link:
    found = await connection.execute(select(col(DecisionLogEndRow.seq), col(DecisionLogEndRow.hash)))
    row = found.one_or_none()
    return Link(row[0], row[1]) if row else START


async def _rows_after(connection: AsyncConnection, last: Link) -> list[DecisionLogRow]:
    wanted = (
        select(*LedgerTable.metadata.tables["decision_log"].columns)
        .where(col(DecisionLogRow.seq) > last.seq)
        .order_by(col(DecisionLogRow.seq))
        .limit(ROWS_AT_ONCE)
    )
    return [DecisionLogRow(**row) for row in (await connection.execute(wanted)).mappings()]


async def _new(connection: AsyncConnection, case_id: str, rows: Sequence[DecisionLogRow]) -> list[DecisionLogRow]:
    columns = (col(DecisionLogRow.request_id), col(DecisionLogRow.reviewer), col(DecisionLogRow.at))
    found = await connection.execute(select(*columns).where(col(DecisionLogRow.case_id) == case_id))
    known = {_Known(*row) for row in found}
    return [row for row in rows if _Known(row.request_id, row.reviewer, row.at) not in known]


def _rows(view: CaseView) -> list[DecisionLogRow]:
    """What counted, and the first of two approvals: it is logged when it is given, whatever becomes of it."""
    kept = view.review.approvals if view.review else ()
    return [
        DecisionLogRow(
            seq=0,
            at=taken.at,
            case_id=view.case_id,
            request_id=taken.decision.request_id,
            reviewer=storable_text(taken.decision.reviewer),
            kind=taken.decision.decision,
            decision=storable_text(taken.decision.model_dump_json()),
            shown=taken.decision.shown,
            edit=storable_text(taken.changes),
            policy_version=view.policy_version,
            previous="",
            hash="",
        )
        for taken in sorted((*view.decisions, *kept), key=lambda taken: taken.at)
    ]

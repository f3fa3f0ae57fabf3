"""The decision log in PostgreSQL: one chain whoever adds to it at once, and nobody takes anything back."""

import asyncio
from datetime import timedelta

import psycopg
import pytest
from sqlalchemy import select
from sqlmodel import col

from cases.case import CaseView
from cases.review import Approve, Edit, TakenDecision
from ledger.cases import CaseLedger
from ledger.database import Database
from ledger.decision_log import DecisionLog
from ledger.tables import DecisionLogRow
from routing.changes import changes_of
from tests.ledger.samples import NOON, closed, grown, in_review, received, ticket

SHOWN = "ab" * 32


@pytest.fixture
def ledger(database: Database) -> CaseLedger:
    return CaseLedger(database)


@pytest.fixture
def log(database: Database) -> DecisionLog:
    return DecisionLog(database)


async def logged(database: Database, view: CaseView) -> list[tuple[str, str, str]]:
    columns = (col(DecisionLogRow.kind), col(DecisionLogRow.reviewer), col(DecisionLogRow.shown))
    found = select(*columns).where(col(DecisionLogRow.case_id) == view.case_id).order_by(col(DecisionLogRow.seq))
    async with database.transaction() as connection:
        return [(row[0], row[1], row[2]) for row in await connection.execute(found)]


def approved(view: CaseView, reviewer: str) -> TakenDecision:
    assert view.review is not None
    decision = Approve(
        request_id=view.review.id, case_version=view.case_version, reviewer=reviewer, shown=SHOWN, undo_seconds=10
    )
    return TakenDecision(decision=decision, at=view.updated_at)


async def test_a_decision_is_logged_once_with_what_its_reviewer_saw(ledger: CaseLedger, database: Database) -> None:
    held = in_review(received(ticket()))
    decided = grown(held, timedelta(seconds=1), review=None, decisions=(approved(held, "rita"),))
    await ledger.record(decided)
    await ledger.record(decided)
    assert await logged(database, decided) == [("approve", "rita", SHOWN)]


async def test_the_first_of_two_approvals_is_logged_when_it_is_given_and_stays_when_it_is_void(
    ledger: CaseLedger, database: Database
) -> None:
    held = in_review(received(ticket()))
    assert held.review is not None
    half = held.review.model_copy(update={"approvals": (approved(held, "rita"),), "approvals_needed": 2})
    await ledger.record(grown(held, timedelta(seconds=1), review=half))
    await ledger.record(grown(held, timedelta(seconds=2), review=None))
    assert await logged(database, held) == [("approve", "rita", SHOWN)]


async def test_both_approvals_of_one_request_are_logged(ledger: CaseLedger, database: Database) -> None:
    held = in_review(received(ticket()))
    both = (approved(held, "rita"), approved(held, "leo"))
    await ledger.record(grown(held, timedelta(seconds=1), review=None, decisions=both))
    assert [reviewer for _, reviewer, _ in await logged(database, held)] == ["rita", "leo"]


async def test_an_edit_is_logged_as_a_diff(ledger: CaseLedger, database: Database) -> None:
    held = in_review(received(ticket()))
    assert held.review is not None
    edit = Edit(request_id=held.review.id, case_version=0, reviewer="rita", reply="It is lost, and we send another.")
    taken = TakenDecision(decision=edit, at=NOON, changes=changes_of(edit, held.review))
    await ledger.record(grown(held, timedelta(seconds=1), review=None, decisions=(taken,)))
    async with database.transaction() as connection:
        found = select(col(DecisionLogRow.edit)).where(col(DecisionLogRow.case_id) == held.case_id)
        diff = (await connection.execute(found)).scalar_one()
    assert "-It is on its way.\n+It is lost, and we send another." in diff


async def test_workers_that_record_at_once_keep_one_chain(ledger: CaseLedger, log: DecisionLog) -> None:
    before = (await log.verify()).rows
    views = [closed(received(ticket())) for _ in range(20)]
    await asyncio.gather(*(ledger.record(view) for view in (*views, *views)))
    report = await log.verify()
    assert report.broken_row is None
    assert report.rows == before + 20


@pytest.mark.parametrize(
    "statement", ["UPDATE decision_log SET reviewer = 'bob'", "DELETE FROM decision_log", "TRUNCATE decision_log"]
)
async def test_a_logged_decision_can_be_neither_changed_nor_removed(
    ledger: CaseLedger, database_url: str, statement: str
) -> None:
    await ledger.record(closed(received(ticket())))
    with (
        psycopg.connect(database_url) as connection,
        pytest.raises(psycopg.errors.RestrictViolation, match="only ever added to"),
    ):
        connection.execute(statement.encode())


@pytest.mark.parametrize(
    ("statement", "place", "sentence"),
    [
        ("UPDATE decision_log SET reviewer = 'bob' WHERE seq = 2", 2, "was changed after it was written"),
        ("DELETE FROM decision_log WHERE seq = 2", 2, "Row 2 is not there"),
        ("DELETE FROM decision_log WHERE seq = (SELECT max(seq) FROM decision_log)", 0, "should end at row"),
    ],
)
async def test_what_somebody_did_behind_the_triggers_is_found(
    ledger: CaseLedger, log: DecisionLog, database_url: str, statement: str, place: int, sentence: str
) -> None:
    for _ in range(3):
        await ledger.record(closed(received(ticket())))
    whole = await log.verify()
    assert whole.broken_row is None
    with psycopg.connect(database_url, autocommit=True) as connection:
        connection.execute("CREATE TABLE kept AS TABLE decision_log")
        connection.execute("ALTER TABLE decision_log DISABLE TRIGGER USER")
        connection.execute(statement.encode())
        report = await log.verify()
        connection.execute("TRUNCATE decision_log")
        connection.execute("INSERT INTO decision_log TABLE kept")
        connection.execute("DROP TABLE kept")
        connection.execute("ALTER TABLE decision_log ENABLE TRIGGER USER")
    assert report.broken_row == (place or whole.rows)
    assert sentence in report.sentence
    assert (await log.verify()).broken_row is None

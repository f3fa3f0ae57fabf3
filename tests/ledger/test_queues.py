"""The queue and the share of work that needs a person, as the ledger has them."""

from collections.abc import AsyncGenerator
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import delete
from sqlmodel import col

from bench.desk_cases import ended_case, held_case
from cases.classification import Team
from cases.reason import ReasonCode
from cases.review import AskedQuestion
from ledger.cases import CaseLedger
from ledger.database import Database
from ledger.migrate import migrate
from ledger.queue import QueueBook, QueueFilter, QueueName
from ledger.reviews import ReviewBook
from ledger.tables import CaseRow

NOW = datetime.now(UTC)
HELD = 12


@pytest.fixture(scope="module")
async def database(database_url: str) -> AsyncGenerator[Database]:
    migrate(database_url)
    database = Database.at(database_url, connections=2)
    ledger = CaseLedger(database)
    for number in range(HELD):
        # A claim lasts minutes, and this module may be read long before its turn comes.
        await ledger.record(held_case(number, datetime.now(UTC)))
    for number in range(100, 110):
        await ledger.record(ended_case(number, NOW - timedelta(days=2), with_a_person=number == 100))
    yield database
    await database.close()


async def test_what_is_due_first_comes_first(database: Database) -> None:
    lines = (await QueueBook(database).page(QueueFilter())).lines
    due = [line.due_at for line in lines if line.due_at]
    assert len(lines) == HELD
    assert due == sorted(due)


async def test_a_queue_is_narrowed_and_says_how_many_there_are_of_each(database: Database) -> None:
    book = QueueBook(database)
    found = await book.page(QueueFilter(team=Team.TRIAGE))
    assert {line.team for line in found.lines} == {Team.TRIAGE}
    assert {count.value: count.cases for count in found.teams}["triage"] == found.found == 2
    weak = await book.page(QueueFilter(reason=ReasonCode.WEAK_SOURCES, intent="return_policy"))
    assert weak.found == 2


async def test_mine_is_what_i_have_claimed(database: Database) -> None:
    book = QueueBook(database)
    assert [line.ticket_id for line in await book.lines(QueueFilter(claimed_by="lena"))] == ["5003"]
    assert await book.lines(QueueFilter(claimed_by="rosa")) == ()


async def test_mine_is_also_what_the_customer_has_answered_me(database: Database) -> None:
    held = held_case(50, datetime.now(UTC))
    assert held.review is not None
    asked = AskedQuestion(reviewer="olaf", question="Which tent?", answer="The blue one.")
    review = held.review.model_copy(update={"question": asked, "claim": None})
    await CaseLedger(database).record(held.model_copy(update={"review": review}))
    try:
        mine = await QueueBook(database).lines(QueueFilter(claimed_by="olaf"))
        assert [line.case_id for line in mine] == [held.case_id]
    finally:
        await _forget(database, held.case_id)


async def test_what_was_handed_over_has_a_queue_of_its_own(database: Database) -> None:
    found = await QueueBook(database).page(QueueFilter(queue=QueueName.HANDED_OVER))
    assert [line.ticket_id for line in found.lines] == ["5101"]


async def test_a_mark_changes_with_the_queue(database: Database) -> None:
    book = QueueBook(database)
    before = await book.mark()
    assert await book.mark() == before
    await CaseLedger(database).record(ended_case(200, NOW - timedelta(days=3), with_a_person=False))
    assert await book.mark() != before


async def test_the_share_that_needs_a_person_is_counted_by_the_rule_that_asked_first(database: Database) -> None:
    found = await ReviewBook(database).workloads(NOW - timedelta(days=1), NOW - timedelta(days=8))
    assert found.latest.opened == found.latest.with_a_person == HELD
    assert found.latest.by_reason[ReasonCode.REFUND_OVER_LIMIT] == 4
    assert found.before.with_a_person == 1
    assert found.before.by_reason == {ReasonCode.LOW_CONFIDENCE: 1}


async def _forget(database: Database, case_id: str) -> None:
    async with database.transaction() as connection:
        await connection.execute(delete(CaseRow).where(col(CaseRow.case_id) == case_id))

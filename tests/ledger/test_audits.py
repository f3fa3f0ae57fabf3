"""The book of audits, in a real PostgreSQL."""

import asyncio
from collections.abc import AsyncGenerator
from datetime import UTC, datetime, timedelta

import pytest

from bench.desk_cases import ended_case
from bench.sampled_cases import record_sampled, sampled_case
from cases.audit import Audit, Verdict
from cases.case import CaseView, SentReply
from cases.draft import CustomerText
from cases.errors import VerdictRefused
from cases.ticket import Message
from ledger.audits import AuditLedger
from ledger.cases import CaseLedger
from ledger.database import Database
from ledger.migrate import migrate, revert
from ledger.tables.action import ActionState

NOW = datetime(2026, 11, 18, 12, 0, tzinfo=UTC)
WITH_A_REFUND, WITHOUT = 0, 3


@pytest.fixture
async def database(database_url: str) -> AsyncGenerator[Database]:
    """An empty ledger for each test."""
    revert(database_url, "base")
    migrate(database_url)
    database = Database.at(database_url, connections=10)
    yield database
    await database.close()


@pytest.fixture
def book(database: Database) -> AuditLedger:
    return AuditLedger(database)


async def sampled(database: Database, number: int = WITHOUT, *, days_ago: int = 0, rate: float = 0.05) -> CaseView:
    case = sampled_case(number, NOW - timedelta(days=days_ago), sample_rate=rate)
    await record_sampled(database, case)
    return case


def found(case: CaseView, verdict: Verdict = Verdict.RIGHT, comment: str = "", by: str = "lena") -> Audit:
    assert case.outcome is not None
    return Audit(
        case_id=case.case_id,
        run_id=case.run_id,
        ended_at=case.outcome.at,
        verdict=verdict,
        comment=comment,
        by=by,
        at=NOW,
    )


async def test_what_was_drawn_waits_for_a_verdict_oldest_first(database: Database, book: AuditLedger) -> None:
    newer = await sampled(database, 3, days_ago=1)
    older = await sampled(database, 4, days_ago=2)
    await CaseLedger(database).record(ended_case(5, NOW, with_a_person=False))
    waiting = await book.waiting(10)
    assert [turn.case_id for turn in waiting] == [older.case_id, newer.case_id]
    assert [turn.case_id for turn in await book.waiting(1)] == [older.case_id]


async def test_a_turn_comes_with_what_was_asked_sent_and_done(database: Database, book: AuditLedger) -> None:
    case = await sampled(database, WITH_A_REFUND)
    (turn,) = await book.waiting(10)
    assert turn.asked == case.ticket.messages
    assert turn.sent == case.replies
    assert [action.arguments for action in turn.actions] == [action.arguments for action in case.actions]
    assert [(action.state, action.receipt) for action in turn.actions] == [(ActionState.EXECUTED, "re_5001")]


async def test_each_turn_of_a_case_has_its_own_words(database: Database, book: AuditLedger) -> None:
    first = await sampled(database, WITH_A_REFUND)
    second = a_second_turn(first)
    await CaseLedger(database).record(second)
    earlier, later = await book.waiting(10)
    assert (earlier.asked, earlier.sent) == (first.ticket.messages, first.replies)
    assert len(earlier.actions) == 1
    assert later.asked == second.ticket.messages[-1:]
    assert later.sent == second.replies[-1:]
    assert later.actions == ()
    await book.judge(found(first))
    assert [turn.ended_at for turn in await book.waiting(10)] == [later.ended_at]


def a_second_turn(first: CaseView) -> CaseView:
    """The customer has written again, and was answered again."""
    assert first.outcome is not None
    at = first.outcome.at + timedelta(hours=1)
    question = Message(id="m2", text="And the receipt?", sent_at=at - timedelta(minutes=1))
    answer = SentReply(reference=f"{first.case_id}/reply-1", kind="reply", text=CustomerText(text="Here it is."), at=at)
    return first.model_copy(
        update={
            "ticket": first.ticket.model_copy(update={"messages": (*first.ticket.messages, question)}),
            "replies": (*first.replies, answer),
            "outcome": first.outcome.model_copy(update={"at": at}),
            "updated_at": at,
        }
    )


async def test_a_verdict_is_kept_with_who_gave_it_and_nothing_waits_any_more(
    database: Database, book: AuditLedger
) -> None:
    given = found(await sampled(database), Verdict.WRONG_FACTS, "It ships in 3 days, not 5.\x00")
    standing = await book.judge(given)
    assert standing == given.model_copy(update={"comment": "It ships in 3 days, not 5.\ufffd"})
    assert await book.waiting(10) == ()


async def test_the_same_verdict_again_is_a_success_and_the_first_stands(database: Database, book: AuditLedger) -> None:
    case = await sampled(database)
    first = await book.judge(found(case, Verdict.RIGHT, by="lena"))
    assert await book.judge(found(case, Verdict.RIGHT, by="omar")) == first
    assert [(tally.verdict, tally.outcomes) for tally in await book.tallies()] == [(Verdict.RIGHT, 1)]


@pytest.mark.parametrize(("verdict", "comment"), [(Verdict.WRONG_TONE, ""), (Verdict.RIGHT, "but slow")])
async def test_another_verdict_is_refused_and_the_first_stands(
    database: Database, book: AuditLedger, verdict: Verdict, comment: str
) -> None:
    case = await sampled(database)
    await book.judge(found(case, Verdict.RIGHT, by="lena"))
    with pytest.raises(VerdictRefused, match=r"lena has judged it before: right\. The first verdict stands"):
        await book.judge(found(case, verdict, comment, by="omar"))
    assert [tally.verdict for tally in await book.tallies()] == [Verdict.RIGHT]


async def test_of_verdicts_given_at_the_same_moment_one_stands(database: Database, book: AuditLedger) -> None:
    case = await sampled(database)
    given = [book.judge(found(case, verdict)) for verdict in Verdict]
    ended = await asyncio.gather(*given, return_exceptions=True)
    kept = [audit for audit in ended if isinstance(audit, Audit)]
    assert len(kept) == 1
    assert sum(isinstance(problem, VerdictRefused) for problem in ended) == len(Verdict) - 1
    assert [tally.verdict for tally in await book.tallies()] == [kept[0].verdict]


async def test_what_was_not_drawn_takes_no_verdict(database: Database, book: AuditLedger) -> None:
    case = ended_case(WITHOUT, NOW, with_a_person=False)
    await CaseLedger(database).record(case)
    with pytest.raises(VerdictRefused, match="drawn for the audit"):
        await book.judge(found(case))
    assert await book.tallies() == ()


async def test_the_sample_is_counted_by_verdict_and_rate(database: Database, book: AuditLedger) -> None:
    cases = [await sampled(database, number, rate=rate) for number, rate in ((2, 0.05), (3, 0.05), (4, 0.5), (5, 0.5))]
    await book.judge(found(cases[0]))
    await book.judge(found(cases[3], Verdict.NEEDED_A_PERSON))
    counted = {(tally.verdict, tally.sample_rate): tally.outcomes for tally in await book.tallies()}
    assert counted == {
        (Verdict.RIGHT, 0.05): 1,
        (None, 0.05): 1,
        (None, 0.5): 1,
        (Verdict.NEEDED_A_PERSON, 0.5): 1,
    }

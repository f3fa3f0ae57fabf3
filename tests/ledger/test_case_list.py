from collections.abc import AsyncIterator
from datetime import timedelta

import pytest
import pytest_asyncio

from cases.case import CaseView
from cases.classification import Team
from cases.outcome import OutcomeKind, Stage
from cases.reason import Reason, ReasonCode
from cases.route import RouteName
from ledger.case_list import WAITING_STAGES, CaseFilter, CaseOrder
from ledger.cases import CaseLedger
from ledger.database import Database
from tests.ledger.samples import NOON, classified, closed, grown, in_review, received, ticket


class Listed:
    """Four cases of one tenant, each at another point of its way, and one of another tenant."""

    def __init__(self) -> None:
        self.fresh = received(ticket(text="My Tent leaks at 100% humidity_"), at=NOON + timedelta(minutes=30))
        self.review = in_review(classified(received(ticket())), requested_at=NOON + timedelta(minutes=10))
        self.older_review = in_review(
            classified(received(ticket()), intent="refund_request"), requested_at=NOON + timedelta(minutes=5)
        )
        self.closed = closed(classified(received(ticket())), after=timedelta(hours=1))
        self.elsewhere = received(ticket(tenant="other-shop"))

    def all(self) -> tuple[CaseView, ...]:
        return (self.fresh, self.review, self.older_review, self.closed, self.elsewhere)


@pytest_asyncio.fixture(scope="module")
async def listed(database: Database) -> AsyncIterator[Listed]:
    listed = Listed()
    for view in listed.all():
        await CaseLedger(database).record(view)
    yield listed


@pytest.fixture
def ledger(database: Database) -> CaseLedger:
    return CaseLedger(database)


async def ids(ledger: CaseLedger, wanted: CaseFilter) -> list[str]:
    return [case.case_id for case in await ledger.cases(wanted)]


def of(*views: CaseView) -> list[str]:
    return [view.case_id for view in views]


async def test_a_list_is_of_one_tenant_and_newest_first(ledger: CaseLedger, listed: Listed) -> None:
    expected = of(listed.closed, listed.fresh, listed.review, listed.older_review)
    assert await ids(ledger, CaseFilter(tenant="acme")) == expected


async def test_what_waits_is_listed_with_the_longest_wait_first(ledger: CaseLedger, listed: Listed) -> None:
    wanted = CaseFilter(stages=WAITING_STAGES, order=CaseOrder.WAITING_LONGEST)
    assert await ids(ledger, wanted) == of(listed.older_review, listed.review)


async def test_a_reminder_does_not_make_a_wait_look_shorter(ledger: CaseLedger, listed: Listed) -> None:
    reminded = grown(listed.older_review, timedelta(hours=2))
    await ledger.record(reminded)
    first = (await ledger.cases(CaseFilter(stages=WAITING_STAGES, order=CaseOrder.WAITING_LONGEST)))[0]
    assert first.case_id == reminded.case_id
    assert first.waiting_since == NOON + timedelta(minutes=5)


@pytest.mark.parametrize(
    ("wanted", "expected"),
    [
        (CaseFilter(stages=(Stage.RECEIVED,), tenant="acme"), ["fresh"]),
        (CaseFilter(route=RouteName.ROUTINE, stages=(Stage.CLOSED,)), ["closed"]),
        (CaseFilter(reason=ReasonCode.APPROVED), ["closed"]),
        (CaseFilter(intent="refund_request"), ["older_review"]),
        (CaseFilter(team=Team.ACCOUNT_OPS, stages=(Stage.CLOSED,)), ["closed"]),
        (CaseFilter(text="tent LEAKS"), ["fresh"]),
        (CaseFilter(text="100% humidity_"), ["fresh"]),
        (CaseFilter(text="1__% humidity"), []),
        (CaseFilter(text="sent_at"), []),
    ],
    ids=str,
)
async def test_a_list_can_be_narrowed(
    ledger: CaseLedger, listed: Listed, wanted: CaseFilter, expected: list[str]
) -> None:
    assert await ids(ledger, wanted) == [getattr(listed, name).case_id for name in expected]


async def test_a_list_is_bounded(ledger: CaseLedger, listed: Listed) -> None:
    assert await ids(ledger, CaseFilter(tenant="acme", stages=(Stage.CLOSED, Stage.RECEIVED), limit=1)) == of(
        listed.closed
    )


async def test_a_line_tells_why_the_case_is_where_it_is(ledger: CaseLedger, listed: Listed) -> None:
    by_id = {case.case_id: case for case in await ledger.cases(CaseFilter(tenant="acme"))}
    assert by_id[listed.fresh.case_id].reason is None
    assert by_id[listed.review.case_id].reason == Reason(
        code=ReasonCode.ANGRY_CUSTOMER, sentence="the customer is angry"
    )
    assert by_id[listed.closed.case_id].reason == Reason(code=ReasonCode.APPROVED, sentence="approved by ada")
    assert by_id[listed.closed.case_id].outcome is OutcomeKind.RESOLVED_AFTER_REVIEW

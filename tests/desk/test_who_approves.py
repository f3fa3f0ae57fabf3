"""Who may decide what, asked over HTTP. The engine is away: what gets as far as 503 was let through by the desk."""

from collections.abc import Generator
from datetime import UTC, datetime
from decimal import Decimal

import httpx
import pytest

from bench.desk_cases import held_case
from cases.action import ChangeEmail, ProposedAction
from cases.case import CaseView
from cases.person import Person, Role
from ledger.cases import CaseLedger
from ledger.database import Database
from ledger.passwords import hash_password
from ledger.people import PeopleLedger
from starter.desk.case_view import shown_hash
from tests.desk.desk_door import browser, csrf_on, sign_in
from tests.desk.staff import PASSWORD

REFUND, QUESTION, LARGE, SMALL = 0, 3, 4, 1
"""A refund of 129 EUR, a reply alone, a refund of 640 EUR, and one of 84.50 EUR."""
ACCOUNT = 9

ANNA = Person(
    name="anna",
    display_name="Anna Agent",
    roles=frozenset({Role.AGENT}),
    approval_limits={"EUR": Decimal(100)},
)


def account_change(now: datetime) -> CaseView:
    """A reply alone that would now also change an e-mail address."""
    case = held_case(ACCOUNT, now)
    assert case.review is not None
    change = ProposedAction(
        id="change_email:cus_17:m1",
        request="m1",
        intent="change_email",
        arguments=ChangeEmail(customer_id="cus_17", email="new@example.com"),
        summary="change the sign-in address",
        reversible=True,
    )
    return case.model_copy(update={"review": case.review.model_copy(update={"actions": (change,)})})


@pytest.fixture(scope="module")
async def cases(database: Database, people: PeopleLedger) -> dict[int, CaseView]:
    """The cases of this module, by number."""
    await people.add(ANNA, hash_password(PASSWORD))
    now = datetime.now(UTC)
    held = {number: held_case(number, now) for number in (REFUND, QUESTION, LARGE, SMALL)}
    held[ACCOUNT] = account_change(now)
    for case in held.values():
        await CaseLedger(database).record(case)
    return held


@pytest.fixture
def anna(address: str, cases: dict[int, CaseView]) -> Generator[httpx.Client]:
    """An agent who may approve 100 EUR, signed in."""
    assert cases
    with browser(address) as client:
        sign_in(client, "anna", PASSWORD)
        yield client


def decide(client: httpx.Client, case: CaseView, way: str, **typed: str) -> httpx.Response:
    assert case.review is not None
    form = {
        "csrf": csrf_on(client.get("/")),
        "request_id": case.review.id,
        "case_version": str(case.case_version),
        "shown": shown_hash(case),
        **{f"do-{place}": "yes" for place in range(len(case.review.actions))},
        **typed,
    }
    return client.post(f"/cases/{case.case_id}/{way}", data=form, headers={"HX-Request": "true"})


@pytest.mark.parametrize(
    ("number", "status"), [(QUESTION, 503), (SMALL, 503), (REFUND, 403), (LARGE, 403), (ACCOUNT, 403)]
)
def test_an_agent_approves_replies_and_money_within_the_limit_and_nothing_else(
    anna: httpx.Client, cases: dict[int, CaseView], number: int, status: int
) -> None:
    answer = decide(anna, cases[number], "approve")
    assert answer.status_code == status, answer.text


def test_an_agent_rejects_and_asks_whatever_is_proposed(anna: httpx.Client, cases: dict[int, CaseView]) -> None:
    for number in (LARGE, ACCOUNT):
        for way, typed in (
            ("reject", {"reason": "tone"}),
            ("ask-customer", {"question": "Which one?"}),
            ("take-over", {}),
            ("claim", {}),
        ):
            assert decide(anna, cases[number], way, **typed).status_code == 503


def test_the_page_says_why_somebody_may_not_approve_and_who_may(anna: httpx.Client, cases: dict[int, CaseView]) -> None:
    page = anna.get(f"/cases/{cases[ACCOUNT].case_id}").text
    assert "“change email” is for reviewers and leads to approve. Lena Lead, Omar Lead and Rosa Reviewer can." in page
    page = anna.get(f"/cases/{cases[LARGE].case_id}").text
    assert "640.00 EUR is more than you may approve (at most 100.00 EUR). Lena Lead and Omar Lead can." in page
    assert "Not yours to approve" not in anna.get(f"/cases/{cases[SMALL].case_id}").text


def test_the_queue_marks_what_is_not_theirs_and_the_next_case_is_one_that_is(
    anna: httpx.Client, cases: dict[int, CaseView]
) -> None:
    page = anna.get("/").text
    assert "over your limit" in page
    assert "for a reviewer" in page
    theirs = {f"/cases/{cases[number].case_id}" for number in (QUESTION, SMALL)}
    after = {anna.get("/next", params={"after": case.case_id}).headers["Location"] for case in cases.values()}
    assert after == theirs


def test_nobody_approves_a_request_that_the_ledger_has_not_got_by_guessing_its_name(
    anna: httpx.Client, cases: dict[int, CaseView]
) -> None:
    answer = decide(anna, cases[LARGE], "approve", request_id="review-2")
    assert answer.status_code == 409
    assert "The case has moved on, so nothing was done." in answer.text

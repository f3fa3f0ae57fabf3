"""What the queue's page says besides its lines."""

import re
from datetime import UTC, datetime, timedelta

import httpx
import pytest

from bench.desk_cases import ended_case, held_case
from ledger.cases import CaseLedger
from ledger.database import Database
from ledger.people import PeopleLedger
from tests.desk.desk_door import sign_in
from tests.desk.staff import PASSWORD


@pytest.fixture(scope="module")
async def grown(database: Database, people: PeopleLedger) -> None:
    """Two days ago every case was answered by itself; today each one needs a person."""
    del people
    ledger, now = CaseLedger(database), datetime.now(UTC)
    for number in range(25):
        await ledger.record(ended_case(100 + number, now - timedelta(days=2), with_a_person=False))
        await ledger.record(held_case(6 * number, now))


def test_an_empty_queue_says_something_kind(visitor: httpx.Client) -> None:
    sign_in(visitor, "lena", PASSWORD)
    assert "Nobody waits for a decision" in visitor.get("/").text


@pytest.mark.usefixtures("grown")
def test_a_banner_names_the_rule_by_which_more_cases_need_a_person(visitor: httpx.Client) -> None:
    sign_in(visitor, "lena", PASSWORD)
    page = visitor.get("/").text
    assert re.search(r"100 % of cases need a person in the last 24 hours</strong>, 0 % in the 7 days before", page)
    assert "<code>refund over limit</code>" in page
    assert "No case like that waits" in visitor.get("/?team=sales").text


def test_a_filter_that_does_not_exist_is_refused_with_a_sentence(visitor: httpx.Client) -> None:
    sign_in(visitor, "lena", PASSWORD)
    answer = visitor.get("/?reason=bad_mood")
    assert answer.status_code == 422
    assert "none of the known values" in answer.text

"""The page of the audit, as a lead's browser gets it."""

import asyncio
import html
import re
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta
from typing import NamedTuple, TypeVar

import httpx
import psycopg
import pytest

from bench.sampled_cases import record_sampled, sampled_case
from cases.audit import Verdict
from cases.case import CaseView
from ledger.audits import AuditLedger
from ledger.database import Database
from ledger.tables.action import ActionState
from starter.desk.audit_view import STATES
from starter.settings import Settings
from tests.desk.desk_door import browser, csrf_on, sign_in
from tests.desk.staff import PASSWORD

NOW = datetime.now(UTC)
WITH_A_REFUND, WITHOUT = 0, 3
HIDDEN = re.compile(r'<input type="hidden" name="(\w+)" value="([^"]*)">')
Result = TypeVar("Result")


class Sample(NamedTuple):
    """What was drawn for the audit, and what was found in it, in the ledger at `url`."""

    url: str

    def draw(self, number: int = WITHOUT, *, days_ago: int = 0) -> CaseView:
        """Let a case end by itself and be drawn."""
        case = sampled_case(number, NOW - timedelta(days=days_ago), sample_rate=0.05)
        self.record(case)
        return case

    def record(self, *cases: CaseView) -> None:
        """Write cases down."""

        async def write(database: Database) -> None:
            for case in cases:
                await record_sampled(database, case)

        self._with_the_ledger(write)

    def verdicts(self) -> list[Verdict | None]:
        """What was found."""
        return [tally.verdict for tally in self._with_the_ledger(lambda database: AuditLedger(database).tallies())]

    def _with_the_ledger(self, use: Callable[[Database], Awaitable[Result]]) -> Result:
        async def used() -> Result:
            database = Database.at(self.url, connections=2)
            try:
                return await use(database)
            finally:
                await database.close()

        return asyncio.run(used())


@pytest.fixture
def sample(settings: Settings) -> Sample:
    """An audit for which nothing was drawn yet."""
    with psycopg.connect(settings.database_url) as connection:
        connection.execute("TRUNCATE cases, actions CASCADE")
    return Sample(settings.database_url)


@pytest.fixture
def lead(visitor: httpx.Client, sample: Sample) -> httpx.Client:
    """A lead, signed in."""
    del sample
    sign_in(visitor, "lena", PASSWORD)
    return visitor


def forms(page: httpx.Response) -> list[dict[str, str]]:
    """What each verdict's form sends by itself."""
    written = page.text.split('<form method="post" action="/audit"')[1:]
    return [{name: html.unescape(value) for name, value in HIDDEN.findall(form)} for form in written]


def judge(
    client: httpx.Client, verdict: str, *, comment: str = "", headers: dict[str, str] | None = None
) -> httpx.Response:
    """Fill in the first form and send it."""
    fields = forms(client.get("/audit"))[0]
    return client.post("/audit", data={**fields, "verdict": verdict, "comment": comment}, headers=headers)


def plain(page: httpx.Response) -> str:
    """The words of a page, without its tags."""
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", page.text)).split())


def test_an_empty_audit_says_something_kind(lead: httpx.Client) -> None:
    answer = lead.get("/audit")
    assert answer.status_code == 200
    assert "Nothing was drawn yet." in answer.text
    assert 'href="/audit" aria-current="page"' in answer.text


@pytest.mark.parametrize("name", ["alex", "rosa"])
def test_only_leads_see_the_audit_and_judge(visitor: httpx.Client, name: str) -> None:
    sign_in(visitor, name, PASSWORD)
    seen = visitor.get("/audit")
    assert seen.status_code == 403
    assert "This is for people with the role lead" in seen.text
    assert 'href="/audit"' not in seen.text
    fields = {"case_id": "c", "run_id": "r", "ended_at": NOW.isoformat(), "verdict": "right"}
    judged = visitor.post("/audit", data={**fields, "csrf": csrf_on(visitor.get("/"))})
    assert judged.status_code == 403


def test_a_sampled_case_is_shown_with_what_was_asked_sent_and_done(lead: httpx.Client, sample: Sample) -> None:
    case = sample.draw(WITH_A_REFUND)
    shown = plain(lead.get("/audit"))
    assert "Marta Kowalska: Tent torn after one night" in shown
    assert "refund request" in shown
    assert "Please send me my money back, all of it." in shown
    assert "We have sent 129.00 EUR back to the card" in shown
    assert "refund pay_10023: 129.00 EUR , done, receipt re_5001" in shown
    assert "5 % are drawn" in shown
    assert f'/cases/{case.case_id.replace(":", "%3A")}"' in lead.get("/audit").text


def test_what_customers_write_is_never_markup(lead: httpx.Client, sample: Sample) -> None:
    case = sampled_case(WITHOUT, NOW, sample_rate=0.05)
    attack = "<script>alert(1)</script>"
    message = case.ticket.messages[0].model_copy(update={"text": attack})
    ticket = case.ticket.model_copy(update={"messages": (message,), "subject": attack})
    sample.record(case.model_copy(update={"ticket": ticket}))
    page = lead.get("/audit")
    assert attack not in page.text
    assert plain(page).count(attack) >= 2


def test_a_verdict_sent_as_a_plain_form_leads_back_to_what_is_left(lead: httpx.Client, sample: Sample) -> None:
    sample.draw(WITHOUT, days_ago=2)
    newer = sample.draw(WITH_A_REFUND, days_ago=1)
    answer = judge(lead, "wrong_facts", comment="Three days,\r\nnot five.")
    assert (answer.status_code, answer.headers["Location"]) == (303, "/audit")
    page = lead.get("/audit")
    assert [form["case_id"] for form in forms(page)] == [newer.case_id]
    assert "1 of 2 drawn since" in plain(page)
    assert "Right 0 % (0 to 79 %)" in plain(page)
    assert "Wrong facts 100 % (21 to 100 %) 1 found" in plain(page)


def test_htmx_gets_the_line_and_the_figures_alone(lead: httpx.Client, sample: Sample) -> None:
    sample.draw()
    answer = judge(lead, "needed_a_person", headers={"HX-Request": "true"})
    assert answer.status_code == 200
    assert "<html" not in answer.text
    assert "Needed a person. Kept." in plain(answer)
    assert 'id="figures"' in answer.text
    assert "Needed a person 100 % (21 to 100 %)" in plain(answer)
    assert "Everything that was drawn is judged." in lead.get("/audit").text


def test_another_verdict_is_refused_with_a_sentence_and_the_same_is_a_success(
    lead: httpx.Client, sample: Sample, address: str
) -> None:
    sample.draw()
    with browser(address) as omar:
        sign_in(omar, "omar", PASSWORD)
        his = forms(omar.get("/audit"))[0]
        judge(lead, "right")
        same = omar.post("/audit", data={**his, "verdict": "right"}, headers={"HX-Request": "true"})
        assert "lena had said the same before" in plain(same)
        other = omar.post("/audit", data={**his, "verdict": "wrong_tone"})
    assert other.status_code == 409
    assert "lena has judged it before: right. The first verdict stands" in other.text
    assert sample.verdicts() == [Verdict.RIGHT]


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        ({"verdict": "fine"}, "is none of the known values"),
        ({}, "is missing"),
        ({"verdict": "right", "ended_at": "yesterday"}, "is not a time"),
        ({"verdict": "right", "comment": "x" * 2_001}, "Give at most 2000 characters"),
    ],
)
def test_a_form_that_cannot_be_taken_is_refused_with_a_sentence(
    lead: httpx.Client, sample: Sample, wrong: dict[str, str], sentence: str
) -> None:
    sample.draw()
    answer = lead.post("/audit", data={**forms(lead.get("/audit"))[0], **wrong})
    assert answer.status_code == 422
    assert sentence in answer.text
    assert sample.verdicts() == [None]


def test_a_verdict_without_the_pages_token_is_refused(lead: httpx.Client, sample: Sample) -> None:
    sample.draw()
    fields = {**forms(lead.get("/audit"))[0], "verdict": "right", "csrf": "made-up"}
    assert lead.post("/audit", data=fields).status_code == 403
    assert sample.verdicts() == [None]


def test_of_many_a_page_shows_twenty_and_says_how_many_more_wait(lead: httpx.Client, sample: Sample) -> None:
    sample.record(*(sampled_case(6 * number + WITHOUT, NOW, sample_rate=0.05) for number in range(22)))
    page = lead.get("/audit")
    assert len(forms(page)) == 20
    assert "2 more wait after these." in plain(page)


def test_every_way_an_action_may_stand_has_its_words() -> None:
    assert set(STATES) == set(ActionState)

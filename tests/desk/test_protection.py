"""What guards every page of the desk: forged requests, headers, errors with a way out."""

import subprocess
import sys
from collections.abc import Generator
from datetime import UTC, datetime, timedelta

import httpx
import pytest

from demo.embedded.ports import LOOPBACK, free_ports
from ledger.database import Database
from ledger.people import PeopleLedger
from ledger.sessions import IDLE, LASTS, SessionLedger
from starter.desk.protection import MAXIMUM_BODY_BYTES
from starter.settings import Settings
from tests.desk.desk_door import browser, csrf_on, open_desk, sign_in
from tests.desk.staff import LENA, PASSWORD, ROSA

SESSION = "signalbox-session"
HTMX = {"HX-Request": "true"}


@pytest.fixture
def rosa(address: str) -> Generator[httpx.Client]:
    """A reviewer who is signed in."""
    with browser(address) as client:
        assert sign_in(client, "rosa", PASSWORD).status_code == 303
        yield client


@pytest.fixture
def csrf(rosa: httpx.Client) -> str:
    """The token on her pages."""
    return csrf_on(rosa.get("/no-such-page"))


def is_signed_in(client: httpx.Client) -> bool:
    return client.get("/sign-in").status_code == 303


def test_a_change_carries_the_token_of_its_page_as_a_field_or_a_header(rosa: httpx.Client, csrf: str) -> None:
    assert rosa.post("/sign-out", headers={"X-CSRF-Token": csrf}).status_code == 303
    assert not is_signed_in(rosa)


@pytest.mark.parametrize("token", [None, "", "wrong", "ö"])
def test_a_change_without_the_token_of_its_page_is_refused(rosa: httpx.Client, token: str | None) -> None:
    answer = rosa.post("/sign-out", data={} if token is None else {"csrf": token})
    assert answer.status_code == 403
    assert "nothing was done" in answer.text
    assert is_signed_in(rosa)


def test_the_token_of_somebody_elses_page_is_refused(rosa: httpx.Client, address: str) -> None:
    with browser(address) as other:
        sign_in(other, "lena", PASSWORD)
        token = csrf_on(other.get("/no-such-page"))
    assert rosa.post("/sign-out", data={"csrf": token}).status_code == 403
    assert is_signed_in(rosa)


@pytest.mark.parametrize(
    "headers",
    [
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
        {"Origin": "https://evil.example"},
        {"Origin": "null"},
    ],
)
def test_a_change_from_another_site_is_refused_even_with_the_token(
    rosa: httpx.Client, csrf: str, headers: dict[str, str]
) -> None:
    answer = rosa.post("/sign-out", data={"csrf": csrf}, headers=headers)
    assert answer.status_code == 403
    assert "Open the desk at" in answer.text
    assert is_signed_in(rosa)


def test_a_change_from_the_desks_own_address_is_taken(rosa: httpx.Client, csrf: str, address: str) -> None:
    headers = {"Origin": address, "Sec-Fetch-Site": "same-origin"}
    assert rosa.post("/sign-out", data={"csrf": csrf}, headers=headers).status_code == 303


def test_the_sign_in_form_of_another_browser_is_refused(visitor: httpx.Client, address: str) -> None:
    with browser(address) as attacker:
        token = csrf_on(attacker.get("/sign-in"))
    answer = visitor.post("/sign-in", data={"name": "rosa", "password": PASSWORD, "csrf": token})
    assert answer.status_code == 403
    assert SESSION not in visitor.cookies


def test_an_open_page_learns_its_new_token_and_keeps_what_was_typed(rosa: httpx.Client) -> None:
    refused = rosa.post("/sign-out", data={"csrf": "of an earlier session"}, headers=HTMX)
    assert (refused.headers["HX-Retarget"], refused.headers["HX-Reswap"]) == ("#notice", "innerHTML")
    assert "<html" not in refused.text
    assert 'hx-swap-oob="true"' in refused.text
    assert rosa.post("/sign-out", headers={**HTMX, "X-CSRF-Token": csrf_on(refused)}).status_code == 303


def test_every_answer_forbids_scripts_of_others_frames_and_copies(rosa: httpx.Client) -> None:
    for answer in (rosa.get("/sign-in"), rosa.get("/no-such-page"), rosa.post("/sign-out")):
        policy = dict(part.split(" ", 1) for part in answer.headers["Content-Security-Policy"].split("; "))
        assert policy["script-src"] == policy["style-src"] == policy["default-src"] == "'self'"
        assert policy["frame-ancestors"] == policy["base-uri"] == "'none'"
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
        assert answer.headers["Referrer-Policy"] == "same-origin"
        assert answer.headers["Cache-Control"] == "no-store"


def test_pages_hold_no_inline_script_or_style(visitor: httpx.Client) -> None:
    page = visitor.get("/sign-in").text
    assert "<style" not in page
    assert " style=" not in page
    assert "<script>" not in page


def test_a_page_that_is_not_there_says_so_with_a_way_out(visitor: httpx.Client) -> None:
    answer = visitor.get("/no-such-page/<script>")
    assert answer.status_code == 404
    assert "There is nothing at /no-such-page/&lt;script&gt;." in answer.text
    assert '<a href="/">' in answer.text


def test_a_method_that_an_address_does_not_have_is_named(rosa: httpx.Client, csrf: str) -> None:
    answer = rosa.put("/sign-in", headers={"X-CSRF-Token": csrf})
    assert answer.status_code == 405
    assert "PUT /sign-in cannot be done" in answer.text


def test_more_than_the_desk_takes_is_refused_before_it_is_read(visitor: httpx.Client) -> None:
    answer = visitor.post("/sign-in", content=b"x" * (MAXIMUM_BODY_BYTES + 1))
    assert answer.status_code == 413
    assert "shorten it" in answer.text


def test_a_body_of_unknown_length_is_refused(visitor: httpx.Client) -> None:
    assert visitor.post("/sign-in", content=iter([b"name=rosa"])).status_code == 411


def test_without_the_ledger_a_page_says_when_to_come_back(settings: Settings) -> None:
    away = f"postgresql://postgres@{LOOPBACK}:{free_ports(1)[0]}/signalbox"
    with open_desk(settings.model_copy(update={"database_url": away})) as address, browser(address) as client:
        client.cookies.set(SESSION, "some token", domain=LOOPBACK)
        answer = client.get("/sign-in")
        alive = client.get("/healthz")
    assert answer.status_code == 503
    assert int(answer.headers["Retry-After"]) > 0
    assert "does not answer" in answer.text
    assert '<a href="/sign-in">Try again</a>' in answer.text
    assert alive.status_code == 200


async def test_a_session_ends_after_an_hour_without_a_request(database: Database, people: PeopleLedger) -> None:
    sessions = SessionLedger(database)
    begun = datetime.now(UTC)
    token = await sessions.begin(ROSA.name, begun)
    later = begun + IDLE - timedelta(seconds=1)
    assert await sessions.person(token, later) == ROSA
    assert await sessions.person(token, later + IDLE - timedelta(seconds=1)) == ROSA
    assert await sessions.person(token, later + 2 * IDLE) is None


async def test_a_session_ends_after_its_longest_time_however_busy(database: Database, people: PeopleLedger) -> None:
    sessions = SessionLedger(database)
    begun = datetime.now(UTC)
    token = await sessions.begin(ROSA.name, begun)
    steps = int(LASTS / (IDLE / 2))
    for step in range(1, steps):
        assert await sessions.person(token, begun + step * IDLE / 2) == ROSA
    assert await sessions.person(token, begun + LASTS) is None


async def test_another_role_counts_from_the_next_request_on(database: Database, people: PeopleLedger) -> None:
    sessions = SessionLedger(database)
    token = await sessions.begin(LENA.name, datetime.now(UTC))
    demoted = LENA.model_copy(update={"roles": ROSA.roles})
    await people.change(demoted)
    assert await sessions.person(token, datetime.now(UTC)) == demoted
    await people.change(LENA)


def test_the_desk_loads_no_model() -> None:
    heavy = ("onnxruntime", "sklearn", "numpy", "tokenizers", "lingua", "openai", "anthropic")
    program = f"import sys, starter.desk.application; print([name for name in {heavy} if name in sys.modules])"
    loaded = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert loaded.stdout.strip() == "[]"

"""Signing in and out with a name and a password, over HTTP."""

import re
import time
from datetime import UTC, datetime

import httpx
import pytest

from demo.embedded.ports import LOOPBACK
from ledger.database import Database
from ledger.passwords import hash_password
from ledger.people import PeopleLedger
from ledger.sessions import SessionLedger
from ledger.sign_in_attempts import FAILURES_A_NAME, FAILURES_AN_ADDRESS, Attempt, SignInAttempts
from starter.desk.sign_in import own_page
from starter.settings import Settings
from tests.desk.desk_door import browser, csrf_on, open_desk, sign_in
from tests.desk.staff import ALEX, PASSWORD, ROSA

SESSION = "signalbox-session"


@pytest.fixture(autouse=True)
async def nothing_counted(database: Database, settings: Settings) -> None:
    """Each test begins as if nobody had tried before."""
    async with database.transaction() as connection:
        await connection.exec_driver_sql("DELETE FROM sign_in_attempts")


def test_a_name_and_its_password_begin_a_session(visitor: httpx.Client) -> None:
    answer = sign_in(visitor, "rosa", PASSWORD, "/cases/ticket:acme:demo:1")
    assert (answer.status_code, answer.headers["Location"]) == (303, "/cases/ticket:acme:demo:1")
    assert visitor.get("/sign-in").headers["Location"] == "/"


def test_a_name_may_be_typed_in_capitals(visitor: httpx.Client) -> None:
    assert sign_in(visitor, " Rosa ", PASSWORD).status_code == 303


@pytest.mark.parametrize(
    ("name", "password"), [("rosa", "not her password"), ("nobody", PASSWORD), ("rosa", ""), ("rosa\0", PASSWORD)]
)
def test_a_wrong_name_and_a_wrong_password_are_told_alike(visitor: httpx.Client, name: str, password: str) -> None:
    answer = sign_in(visitor, name, password)
    assert answer.status_code == 401
    assert "That name and password do not belong together." in answer.text
    assert SESSION not in visitor.cookies


def test_the_name_is_kept_after_a_mistake_and_the_password_is_not(visitor: httpx.Client) -> None:
    answer = sign_in(visitor, 'ros"a<b>', "some secret words")
    assert 'value="ros&#34;a&lt;b&gt;"' in answer.text
    assert "some secret words" not in answer.text


def test_an_unknown_name_takes_as_long_as_a_wrong_password(visitor: httpx.Client) -> None:
    def seconds(name: str) -> float:
        def once() -> float:
            csrf = csrf_on(visitor.get("/sign-in"))
            begun = time.perf_counter()
            visitor.post("/sign-in", data={"name": name, "password": "wrong", "csrf": csrf})
            return time.perf_counter() - begun

        return min(once() for _ in range(4))

    # Without a hash to compare with, the answer would come ten times as fast.
    assert seconds("nobody") > seconds("rosa") / 2


def test_the_cookie_of_a_session_is_for_this_site_and_no_script(visitor: httpx.Client) -> None:
    cookie = session_cookie(sign_in(visitor, "rosa", PASSWORD))
    assert {"HttpOnly", "Path=/", "SameSite=lax"} <= set(cookie.split("; "))
    assert "Secure" not in cookie


async def test_the_ledger_keeps_only_the_hash_of_a_token(visitor: httpx.Client, database: Database) -> None:
    sign_in(visitor, "rosa", PASSWORD)
    token = visitor.cookies[SESSION]
    async with database.transaction() as connection:
        kept = (await connection.exec_driver_sql("SELECT token_hash FROM sessions")).scalars().all()
    assert kept
    assert token not in kept
    person = await SessionLedger(database).person(token, datetime.now(UTC))
    assert person == ROSA


def test_over_https_the_cookies_travel_encrypted_or_not_at_all(settings: Settings, people: PeopleLedger) -> None:
    with (
        open_desk(settings.model_copy(update={"desk_url": "https://desk.example.com"})) as address,
        browser(address) as client,
    ):
        page = client.get("/sign-in")
        visitor_token = page.cookies["__Host-signalbox-visitor"]
        # A browser on plain HTTP would keep it to itself: this one plays the proxy that ends TLS.
        answer = client.post(
            "/sign-in",
            data={"name": "rosa", "password": PASSWORD, "csrf": csrf_on(page)},
            headers={"Cookie": f"__Host-signalbox-visitor={visitor_token}", "Origin": "https://desk.example.com"},
        )
    assert "Secure" in session_cookie(answer).split("; ")
    assert answer.headers["Strict-Transport-Security"] == "max-age=31536000"


def test_a_session_from_before_signing_in_is_not_taken_over(visitor: httpx.Client) -> None:
    visitor.cookies.set(SESSION, "chosen-by-somebody-else", domain=LOOPBACK)
    sign_in(visitor, "rosa", PASSWORD)
    assert "chosen-by-somebody-else" not in visitor.cookies.values()


def test_signing_in_again_ends_the_session_this_browser_had(visitor: httpx.Client, address: str) -> None:
    page = visitor.get("/sign-in")
    form = {"name": "rosa", "password": PASSWORD, "csrf": csrf_on(page)}
    token_of_the_form = visitor.cookies["signalbox-visitor"]
    visitor.post("/sign-in", data=form)
    first = visitor.cookies[SESSION]
    visitor.cookies.set("signalbox-visitor", token_of_the_form, domain=LOOPBACK)
    visitor.post("/sign-in", data=form)
    assert visitor.cookies[SESSION] != first
    with browser(address) as copy:
        copy.cookies.set(SESSION, first, domain=LOOPBACK)
        assert copy.get("/sign-in").status_code == 200


def test_signing_out_ends_the_session_for_every_copy_of_its_token(visitor: httpx.Client, address: str) -> None:
    sign_in(visitor, "rosa", PASSWORD)
    token = visitor.cookies[SESSION]
    csrf = csrf_on(visitor.get("/nowhere"))
    answer = visitor.post("/sign-out", data={"csrf": csrf})
    assert (answer.status_code, answer.headers["Location"]) == (303, "/sign-in")
    assert SESSION not in visitor.cookies
    with browser(address) as copy:
        copy.cookies.set(SESSION, token, domain=LOOPBACK)
        assert copy.get("/sign-in").status_code == 200


async def test_a_new_password_ends_every_session(
    visitor: httpx.Client, people: PeopleLedger, database: Database
) -> None:
    sign_in(visitor, ALEX.name, PASSWORD)
    await people.set_password(ALEX.name, hash_password(PASSWORD))
    assert await SessionLedger(database).person(visitor.cookies[SESSION], datetime.now(UTC)) is None


def test_after_too_many_failures_a_name_must_wait_even_with_the_right_password(visitor: httpx.Client) -> None:
    failures = [sign_in(visitor, "rosa", "a guess").status_code for _ in range(FAILURES_A_NAME)]
    assert set(failures) == {401}
    answer = sign_in(visitor, "rosa", PASSWORD)
    assert answer.status_code == 429
    assert 0 < int(answer.headers["Retry-After"]) <= 15 * 60
    assert "Too many sign-ins have failed for this name or from here. Try again in 15 minutes." in answer.text


def test_one_name_that_must_wait_leaves_others_alone(visitor: httpx.Client) -> None:
    for _ in range(FAILURES_A_NAME):
        sign_in(visitor, "rosa", "a guess")
    assert sign_in(visitor, "lena", PASSWORD).status_code == 303


async def test_an_address_that_tries_many_names_must_wait(visitor: httpx.Client, database: Database) -> None:
    attempts = SignInAttempts(database)
    for number in range(FAILURES_AN_ADDRESS):
        await attempts.count(Attempt(f"name-{number}", LOOPBACK), datetime.now(UTC))
    assert sign_in(visitor, "lena", PASSWORD).status_code == 429


def test_success_forgets_the_failures_before_it(visitor: httpx.Client, address: str) -> None:
    for _ in range(3):
        for _ in range(FAILURES_A_NAME - 1):
            sign_in(visitor, "rosa", "a guess")
        with browser(address) as another:
            assert sign_in(another, "rosa", PASSWORD).status_code == 303


@pytest.mark.parametrize(
    "wanted",
    [
        "https://evil.example",
        "//evil.example",
        "/\\evil.example",
        "/%0d%0aX: y\r\n",
        "javascript:alert(1)",
        "/\t/evil.example",
        "",
        "http:/x",
        "///evil.example",
        "//[",
    ],
)
def test_nobody_is_sent_to_another_site_after_signing_in(wanted: str) -> None:
    assert own_page(wanted) == "/"


def test_everybody_is_sent_to_the_page_they_wanted() -> None:
    assert own_page("/cases/ticket:acme:demo:1?from=/x#y") == "/cases/ticket:acme:demo:1?from=/x#y"


def session_cookie(answer: httpx.Response) -> str:
    """The whole `Set-Cookie` of the session."""
    return next(cookie for cookie in answer.headers.get_list("set-cookie") if re.match(r"(__Host-)?" + SESSION, cookie))

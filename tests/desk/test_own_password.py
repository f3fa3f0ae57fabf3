"""Changing one's own password, over HTTP."""

from collections.abc import Generator

import httpx
import pytest

from cases.person import Person
from demo.embedded.ports import LOOPBACK
from ledger.database import Database
from ledger.passwords import hash_password
from ledger.people import PeopleLedger
from ledger.sign_in_attempts import FAILURES_A_NAME
from tests.desk.desk_door import browser, csrf_on, sign_in
from tests.desk.staff import PASSWORD, ROSA

NEW = "a quite different sentence"


@pytest.fixture
async def rita(people: PeopleLedger, database: Database) -> Person:
    """Somebody with the password of everybody, whom nothing was counted against."""
    rita = ROSA.model_copy(update={"name": "rita", "display_name": "Rita"})
    async with database.transaction() as connection:
        await connection.exec_driver_sql("DELETE FROM sign_in_attempts")
    if await people.account(rita.name) is None:
        await people.add(rita, hash_password(PASSWORD))
    else:
        await people.set_password(rita.name, hash_password(PASSWORD))
    return rita


@pytest.fixture
def signed_in(visitor: httpx.Client, rita: Person) -> Generator[httpx.Client]:
    sign_in(visitor, rita.name, PASSWORD)
    yield visitor


def change(client: httpx.Client, current: str, new: str, again: str | None = None) -> httpx.Response:
    csrf = csrf_on(client.get("/password"))
    form = {"current": current, "new": new, "again": new if again is None else again, "csrf": csrf}
    return client.post("/password", data=form)


def test_the_new_password_counts_from_now_on_and_the_old_one_no_more(signed_in: httpx.Client, address: str) -> None:
    answer = change(signed_in, PASSWORD, NEW)
    assert (answer.status_code, answer.headers["Location"]) == (303, "/password?done=1")
    assert "Your password is changed." in signed_in.get("/password?done=1").text
    for password, status in ((NEW, 303), (PASSWORD, 401)):
        with browser(address) as again:
            assert sign_in(again, "rita", password).status_code == status


def test_every_other_session_ends_and_this_one_goes_on(signed_in: httpx.Client, address: str) -> None:
    before = signed_in.cookies["signalbox-session"]
    with browser(address) as elsewhere, browser(address) as copy:
        sign_in(elsewhere, "rita", PASSWORD)
        copy.cookies.set("signalbox-session", before, domain=LOOPBACK)
        change(signed_in, PASSWORD, NEW)
        for ended in (elsewhere, copy):
            assert ended.get("/").headers["Location"].startswith("/sign-in")
    assert signed_in.get("/").status_code == 200


@pytest.mark.parametrize(
    ("current", "new", "again", "sentence"),
    [
        ("not her password", NEW, NEW, "That is not your current password, so nothing was changed."),
        (PASSWORD, NEW, NEW + "!", "New password: is not the same twice. Type it once more in both fields."),
        (PASSWORD, "too short", "too short", "has 9 characters. Give 15 to 256"),
        (PASSWORD, "", "", "has 0 characters."),
    ],
)
def test_what_is_wrong_is_told_and_nothing_changes(
    signed_in: httpx.Client, address: str, current: str, new: str, again: str, sentence: str
) -> None:
    answer = change(signed_in, current, new, again)
    assert answer.status_code == 422
    assert sentence in answer.text
    assert f'value="{current}"' not in answer.text
    with browser(address) as another:
        assert sign_in(another, "rita", PASSWORD).status_code == 303


def test_who_guesses_the_current_password_must_wait_even_with_the_right_one(signed_in: httpx.Client) -> None:
    guesses = [change(signed_in, "a guess", NEW).status_code for _ in range(FAILURES_A_NAME)]
    assert set(guesses) == {422}
    answer = change(signed_in, PASSWORD, NEW)
    assert answer.status_code == 429
    assert int(answer.headers["Retry-After"]) > 0


def test_a_change_without_the_token_of_its_page_is_refused(signed_in: httpx.Client, address: str) -> None:
    answer = signed_in.post("/password", data={"current": PASSWORD, "new": NEW, "again": NEW})
    assert answer.status_code == 403
    with browser(address) as another:
        assert sign_in(another, "rita", PASSWORD).status_code == 303


def test_the_page_is_for_those_who_are_signed_in_and_a_link_leads_there(signed_in: httpx.Client, address: str) -> None:
    assert '<a href="/password"' in signed_in.get("/").text
    with browser(address) as nobody:
        assert nobody.get("/password").headers["Location"] == "/sign-in?next=/password"

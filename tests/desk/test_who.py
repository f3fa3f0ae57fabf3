"""Who may do what: by the session and its roles, for pages, forms and parts of open pages."""

from collections.abc import Generator
from datetime import UTC, datetime
from http import HTTPStatus

import httpx
import pytest
from fastapi import Request, Response

from cases.errors import EngineUnavailable, InvalidInput, UnknownCase
from ledger.database import Database
from ledger.passwords import hash_password
from ledger.people import PeopleLedger
from ledger.sessions import SessionLedger
from starter.desk.application import desk
from starter.desk.refusals import Refusal, refused
from starter.desk.who import CanDecide, CanLead, SignedIn
from starter.settings import Settings
from tests.desk.desk_door import browser, csrf_on, served, sign_in
from tests.desk.staff import PASSWORD, ROSA

HTMX = {"HX-Request": "true"}


@pytest.fixture(scope="module")
def desk_with_rooms(settings: Settings, people: PeopleLedger) -> Generator[str]:
    """A desk with a page for everybody, for those who decide, and for those who lead, and one for each error."""
    app = desk(settings)

    @app.get("/rooms/anybody")
    async def anybody(person: SignedIn) -> str:
        return person.name

    @app.api_route("/rooms/deciders", methods=["GET", "POST"])
    async def deciders(person: CanDecide) -> str:
        return person.name

    @app.get("/rooms/leads")
    async def leads(person: CanLead) -> str:
        return person.name

    @app.get("/rooms/errors/{kind}")
    async def errors(kind: str, person: SignedIn) -> str:
        raise {
            "engine": EngineUnavailable("Temporal does not answer."),
            "case": UnknownCase("ticket:acme:demo:1"),
            "fault": ZeroDivisionError("customer's own words"),
            "input": InvalidInput("amount", "is <b>not</b> an amount.", "Write it as 20.00."),
        }[kind]

    @app.get("/rooms/typed")
    async def typed(request: Request, person: SignedIn) -> Response:
        return refused(request, Refusal(HTTPStatus.CONFLICT, "Already done", "Lena has approved it."))

    @app.get("/rooms/number/{number}")
    async def number(number: int, person: SignedIn) -> int:
        return number

    assert all((anybody, deciders, leads, errors, typed, number))
    with served(app) as address:
        yield address


@pytest.fixture
def somebody(desk_with_rooms: str) -> Generator[httpx.Client]:
    with browser(desk_with_rooms) as client:
        yield client


def test_a_page_sends_whoever_is_not_signed_in_to_the_sign_in_and_back(somebody: httpx.Client) -> None:
    answer = somebody.get("/rooms/anybody?waiting=yes&by=time")
    assert answer.status_code == 303
    sign_in_page = somebody.get(answer.headers["Location"])
    assert 'name="next" value="/rooms/anybody?waiting=yes&amp;by=time"' in sign_in_page.text


@pytest.mark.parametrize("path", ["/rooms/anybody", "/rooms/deciders"])
def test_an_open_page_is_told_of_the_end_of_its_session_and_keeps_what_was_typed(
    somebody: httpx.Client, path: str
) -> None:
    answer = somebody.get(path, headers=HTMX)
    assert answer.status_code == 401
    assert answer.headers["HX-Retarget"] == "#notice"
    assert "what you typed stays here" in answer.text
    assert '<a href="/sign-in" target="_blank"' in answer.text


def test_a_form_of_somebody_who_is_signed_out_is_refused_and_not_forgotten(somebody: httpx.Client) -> None:
    answer = somebody.post("/rooms/deciders", data={"reply": "Dear customer"})
    assert answer.status_code == 401
    assert '<a href="/sign-in">Sign in</a>' in answer.text


@pytest.mark.parametrize(
    ("name", "path", "status"),
    [
        ("alex", "/rooms/anybody", 200),
        ("pete", "/rooms/deciders", 403),
        ("alex", "/rooms/deciders", 200),
        ("alex", "/rooms/leads", 403),
        ("rosa", "/rooms/deciders", 200),
        ("rosa", "/rooms/leads", 403),
        ("lena", "/rooms/deciders", 200),
        ("lena", "/rooms/leads", 200),
    ],
)
def test_roles_open_rooms(somebody: httpx.Client, name: str, path: str, status: int) -> None:
    sign_in(somebody, name, PASSWORD)
    assert somebody.get(path).status_code == status


def test_whoever_may_not_is_told_which_role_may_and_still_seen_as_signed_in(somebody: httpx.Client) -> None:
    sign_in(somebody, "pete", PASSWORD)
    answer = somebody.get("/rooms/deciders")
    assert "This is for people with the role agent, reviewer or lead." in answer.text
    assert "Pete Ops" in answer.text


def test_the_person_is_whoever_has_the_session_whatever_the_form_says(somebody: httpx.Client) -> None:
    sign_in(somebody, "rosa", PASSWORD)
    csrf = csrf_on(somebody.get("/rooms/leads"))
    answer = somebody.post("/rooms/deciders", data={"csrf": csrf, "reviewer": "lena", "person": "lena"})
    assert answer.json() == "rosa"


async def test_somebody_who_was_removed_is_out_at_the_next_click(
    somebody: httpx.Client, people: PeopleLedger, database: Database
) -> None:
    leaver = ROSA.model_copy(update={"name": "leaver"})
    await people.add(leaver, hash_password(PASSWORD))
    sign_in(somebody, "leaver", PASSWORD)
    token = somebody.cookies["signalbox-session"]
    sessions = SessionLedger(database)
    assert await sessions.person(token, datetime.now(UTC)) == leaver
    await people.remove("leaver")
    assert await sessions.person(token, datetime.now(UTC)) is None
    assert sign_in(somebody, "leaver", PASSWORD).status_code == 401


@pytest.mark.parametrize(
    ("kind", "status", "sentence"),
    [
        ("engine", 503, "Temporal does not answer."),
        ("case", 404, "There is no such case."),
        ("fault", 500, "Look at the case again before you do it once more"),
        ("input", 422, "amount: is &lt;b&gt;not&lt;/b&gt; an amount. Write it as 20.00."),
    ],
)
def test_an_error_is_a_sentence_on_a_page_and_beside_an_open_one(
    somebody: httpx.Client, kind: str, status: int, sentence: str
) -> None:
    sign_in(somebody, "rosa", PASSWORD)
    whole, part = (somebody.get(f"/rooms/errors/{kind}", headers=headers) for headers in ({}, HTMX))
    assert whole.status_code == part.status_code == status
    assert sentence in whole.text
    assert sentence in part.text
    assert "<html" in whole.text
    assert "<html" not in part.text
    assert part.headers["HX-Retarget"] == "#notice"
    assert "customer's own words" not in whole.text
    assert "frame-ancestors 'none'" in whole.headers["Content-Security-Policy"]
    assert whole.headers["Cache-Control"] == "no-store"


def test_a_part_that_is_away_says_when_to_try_again(somebody: httpx.Client) -> None:
    sign_in(somebody, "rosa", PASSWORD)
    answer = somebody.get("/rooms/errors/engine?from=here")
    assert int(answer.headers["Retry-After"]) > 0
    assert '<a href="/rooms/errors/engine?from=here">Try again</a>' in answer.text


def test_a_refusal_of_a_pages_own_is_shown_the_same_way(somebody: httpx.Client) -> None:
    sign_in(somebody, "rosa", PASSWORD)
    answer = somebody.get("/rooms/typed", headers=HTMX)
    assert (answer.status_code, answer.headers["HX-Retarget"]) == (409, "#notice")
    assert "Lena has approved it." in answer.text


def test_an_address_with_a_wrong_part_names_it(somebody: httpx.Client) -> None:
    sign_in(somebody, "rosa", PASSWORD)
    answer = somebody.get("/rooms/number/many")
    assert answer.status_code == 422
    assert "is not a whole number." in answer.text

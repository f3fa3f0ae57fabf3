"""The HTTP door, over real HTTP: how tickets come in, and what a helpdesk integration is told."""

import asyncio
from collections.abc import Generator

import httpx
import pytest

from starter.settings import Settings
from tests.starter.doors import another_ticket
from tests.starter.http_door import body, open_door, problem


@pytest.fixture(scope="module")
def door_without_engine(settings_without_engine: Settings) -> Generator[httpx.Client]:
    """A door behind which nobody is."""
    with open_door(settings_without_engine) as client:
        yield client


def test_a_ticket_is_accepted_and_its_case_named(door: httpx.Client) -> None:
    answer = door.post("/tickets", json=body(another_ticket("http-new")))

    assert answer.status_code == 202
    assert answer.json() == {"case_id": "ticket:acme:test:http-new", "already_known": False}
    assert answer.headers["location"] == "/cases/ticket:acme:test:http-new"


def test_the_same_ticket_again_is_the_same_case(door: httpx.Client) -> None:
    door.post("/tickets", json=body(another_ticket("http-again")))

    answer = door.post("/tickets", json=body(another_ticket("http-again")))

    assert answer.status_code == 200
    assert answer.json() == {"case_id": "ticket:acme:test:http-again", "already_known": True}


async def test_tickets_sent_at_the_same_moment_start_one_case(door: httpx.Client) -> None:
    ticket = body(another_ticket("http-race"))

    answers = await asyncio.gather(*(asyncio.to_thread(door.post, "/tickets", json=ticket) for _ in range(8)))

    assert sorted(answer.status_code for answer in answers) == [*[200] * 7, 202]


def test_an_invalid_ticket_is_told_each_field_and_the_way_out(door: httpx.Client) -> None:
    ticket = body(another_ticket("http-bad"))
    del ticket["messages"][0]["text"]
    ticket["chanel"] = ticket.pop("channel")
    ticket["locale"] = "english"

    answer = door.post("/tickets", json=ticket)

    assert answer.status_code == 422
    told = problem(answer)
    assert {error.field for error in told.errors} == {"messages.0.text", "chanel", "locale"}
    assert all(error.problem and error.way_out for error in told.errors)
    assert "messages.0.text: is missing. Add it." in told.detail


@pytest.mark.parametrize("written", [b"", b"{", b"[" * 100_000, b"\xff\xfe"])
def test_what_is_not_json_is_told_so(door: httpx.Client, written: bytes) -> None:
    answer = door.post("/tickets", content=written, headers={"Content-Type": "application/json"})

    assert answer.status_code in {400, 422}
    assert problem(answer).detail


def test_json_that_does_not_say_it_is_json_is_told_how_to_say_so(door: httpx.Client) -> None:
    answer = door.post("/tickets", content=b"{}", headers={"Content-Type": "text/plain"})

    assert answer.status_code == 422
    assert "application/json" in problem(answer).detail


def test_a_body_that_is_too_large_is_refused_whatever_it_announces(door: httpx.Client) -> None:
    def endless() -> Generator[bytes]:
        for _ in range(40):
            yield b" " * 50_000

    answer = door.post("/tickets", content=endless(), headers={"Content-Type": "application/json"})

    assert answer.status_code == 413
    assert "1,000,000 bytes" in problem(answer).detail


@pytest.mark.parametrize("given", [{}, {"Authorization": "Bearer wrong"}, {"Authorization": "Basic open"}])
def test_nobody_enters_without_the_token(door: httpx.Client, given: dict[str, str]) -> None:
    address = str(door.base_url)

    answer = httpx.post(f"{address}/tickets", content=b"{", headers=given, trust_env=False)

    assert answer.status_code == 401
    assert answer.headers["www-authenticate"] == "Bearer"
    assert "SIGNALBOX_API_TOKEN" in problem(answer).detail


def test_a_door_without_a_token_stays_shut(settings: Settings) -> None:
    with open_door(settings.model_copy(update={"api_token": ""})) as door:
        answer = door.post("/tickets", json=body(another_ticket("http-shut")))
        alive = door.get("/healthz")

    assert answer.status_code == 503
    assert "Set SIGNALBOX_API_TOKEN" in problem(answer).detail
    assert alive.json() == {"alive": True}


def test_without_the_engine_the_door_asks_to_come_back(door_without_engine: httpx.Client) -> None:
    answer = door_without_engine.post("/tickets", json=body(another_ticket("http-away")))

    assert answer.status_code == 503
    assert int(answer.headers["retry-after"]) > 0
    assert "send the same again" in problem(answer).detail


def test_a_ticket_refused_for_want_of_the_engine_is_new_afterwards(
    door: httpx.Client, door_without_engine: httpx.Client
) -> None:
    door_without_engine.post("/tickets", json=body(another_ticket("http-later")))

    answer = door.post("/tickets", json=body(another_ticket("http-later")))

    assert answer.status_code == 202


@pytest.mark.parametrize(
    ("parts", "problem_said"),
    [
        ([{"kind": "quoted", "start": 0, "end": 9_999}], "characters"),
        ([{"kind": "quoted", "start": 3, "end": 3}], "end after it begins"),
        ([{"kind": "quoted", "start": 2, "end": 4}, {"kind": "footer", "start": 0, "end": 3}], "in order"),
        ([{"kind": "mine", "start": 0, "end": 3}], ""),
    ],
)
def test_parts_that_do_not_lie_in_the_text_are_refused_by_name(
    door_without_engine: httpx.Client, parts: list[dict[str, object]], problem_said: str
) -> None:
    ticket = body(another_ticket("http-parts"))
    ticket["messages"][0]["parts"] = parts

    answer = door_without_engine.post("/tickets", json=ticket)

    assert answer.status_code == 422
    told = problem(answer)
    assert all(error.field.startswith("messages.0") for error in told.errors)
    assert problem_said in told.detail

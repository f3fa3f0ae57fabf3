"""The HTTP door, over real HTTP: what a helpdesk integration can rely on."""

import asyncio
import html
import re
import shlex
from collections.abc import Generator
from typing import Any

import httpx
import pytest
from fastapi.openapi.models import Example
from pydantic import TypeAdapter
from temporalio.client import Client

from cases.outcome import Satisfaction, Stage
from cases.review import ClaimRequest, Decision, Reassign, ReleaseRequest, UndoRequest
from cases.ticket import Message, Ticket
from cases.work import CaseView
from ledger.cases import CaseLedger
from starter.api.examples import CLAIM, DECISION, MESSAGE, REASSIGN, RELEASE, SATISFACTION, TICKET, UNDO
from starter.api.problem import MEDIA_TYPE, Problem
from starter.settings import Settings
from tests.starter.doors import a_closing_world, a_held_world, a_quiet_world, another_ticket, working
from tests.starter.http_door import open_door


@pytest.fixture(scope="module")
def door(settings: Settings) -> Generator[httpx.Client]:
    """The open door."""
    with open_door(settings) as client:
        yield client


@pytest.fixture(scope="module")
def door_without_engine(settings_without_engine: Settings) -> Generator[httpx.Client]:
    """A door behind which nobody is."""
    with open_door(settings_without_engine) as client:
        yield client


def body(ticket: Ticket) -> dict[str, Any]:
    return ticket.model_dump(mode="json")


def problem(response: httpx.Response) -> Problem:
    assert response.headers["content-type"] == MEDIA_TYPE
    return Problem.model_validate_json(response.content)


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


async def test_a_case_is_shown_and_listed(door: httpx.Client, client: Client, ledger: CaseLedger) -> None:
    world = a_held_world(ledger)
    ticket = another_ticket("http-held")
    async with working(client, world):
        await asyncio.to_thread(door.post, "/tickets", json=body(ticket))
        held = await world.case_reached(ticket.case_id, Stage.WAITING_FOR_REVIEW)

        shown = await asyncio.to_thread(door.get, f"/cases/{held.case_id}")
        listed = await asyncio.to_thread(
            door.get, "/cases", params={"stages": "waiting_for_review", "team": "billing_support", "text": "http-held"}
        )

    assert CaseView.model_validate_json(shown.content) == held
    assert [case["case_id"] for case in listed.json()] == [held.case_id]


def test_a_misspelt_filter_is_told(door: httpx.Client) -> None:
    answer = door.get("/cases", params={"stag": "closed"})

    assert answer.status_code == 422
    assert problem(answer).errors[0].field == "stag"


def test_a_case_that_is_not_there_is_told_so(door: httpx.Client) -> None:
    answer = door.get("/cases/ticket:acme:test:nobody")

    assert answer.status_code == 404
    assert "signalbox cases" in problem(answer).detail


async def test_a_decision_counts_once_and_is_then_refused(
    door: httpx.Client, client: Client, ledger: CaseLedger
) -> None:
    world = a_held_world(ledger)
    ticket = another_ticket("http-decided")
    async with working(client, world):
        await asyncio.to_thread(door.post, "/tickets", json=body(ticket))
        held = await world.case_reached(ticket.case_id, Stage.WAITING_FOR_REVIEW)
        assert held.review is not None
        address = f"/cases/{held.case_id}/decision"
        decision = {
            "decision": "approve",
            "request_id": held.review.id,
            "case_version": held.review.case_version,
            "reviewer": "ada",
        }

        taken = await asyncio.to_thread(door.post, address, json=decision)
        refused = await asyncio.to_thread(door.post, address, json={**decision, "reviewer": "grace"})
        await world.case_reached(ticket.case_id, Stage.FOLLOW_UP)

    assert taken.status_code == 200
    assert taken.json()["already_taken"] is False
    assert refused.status_code == 409
    assert "by ada" in problem(refused).detail
    assert len(world.actions_for(ticket.case_id)) == 1


async def test_a_claim_is_given_once_and_a_decision_of_another_refused_until_it_is_released(
    door: httpx.Client, client: Client, ledger: CaseLedger
) -> None:
    world = a_held_world(ledger)
    ticket = another_ticket("http-claimed")
    async with working(client, world):
        await asyncio.to_thread(door.post, "/tickets", json=body(ticket))
        held = await world.case_reached(ticket.case_id, Stage.WAITING_FOR_REVIEW)
        assert held.review is not None

        async def post(what: str, reviewer: str, **more: object) -> httpx.Response:
            about = {"request_id": "review-1", "reviewer": reviewer, **more}
            return await asyncio.to_thread(door.post, f"/cases/{held.case_id}/{what}", json=about)

        claimed = await post("claim", "ada", case_version=0)
        refused = await post("claim", "grace", case_version=0)
        released = await post("release", "ada")
        decided = await post("decision", "grace", case_version=0, decision="approve", undo_seconds=30)
        not_theirs = await post("undo", "ada")
        undone = await post("undo", "grace")
        moved = await post("reassign", "grace", team="core_eng")

    assert claimed.json()["reviewer"] == "ada"
    assert refused.status_code == 409
    assert "ada is looking at review-1" in problem(refused).detail
    assert released.status_code == decided.status_code == undone.status_code == moved.status_code == 200
    assert decided.json()["undo_until"] is not None
    assert not_theirs.status_code == 409
    assert moved.json()["sentence"] == "review-1 waits for core eng now."
    assert world.actions_for(ticket.case_id) == []


def test_a_decision_of_no_known_kind_is_told_the_kinds(door: httpx.Client) -> None:
    answer = door.post("/cases/ticket:acme:test:nobody/decision", json={"decision": "maybe"})

    assert answer.status_code == 422
    assert "'approve'" in problem(answer).detail


@pytest.mark.parametrize(
    ("decision", "field"),
    [
        ('{"decision": "approve"}', "request_id"),
        (
            '{"decision": "edit", "actions": [{"kind": "refund", "payment_id": "p", "amount": {}}]}',
            "actions.0.amount.amount",
        ),
        ('{"decision": "reject", "reason": "because"}', "reason"),
    ],
)
def test_a_field_of_a_decision_is_named_as_the_caller_wrote_it(door: httpx.Client, decision: str, field: str) -> None:
    json = {"Content-Type": "application/json"}

    answer = door.post("/cases/ticket:acme:test:nobody/decision", content=decision, headers=json)

    assert field in {error.field for error in problem(answer).errors}


async def test_a_message_and_a_mark_reach_the_case(door: httpx.Client, client: Client, ledger: CaseLedger) -> None:
    world = a_quiet_world(ledger)
    ticket = another_ticket("http-more")
    sent_at = "2026-01-05T10:00:00Z"
    async with working(client, world):
        await asyncio.to_thread(door.post, "/tickets", json=body(ticket))
        await world.case_reached(ticket.case_id, Stage.FOLLOW_UP)
        mark = await asyncio.to_thread(
            door.post, f"/cases/{ticket.case_id}/satisfaction", json={"score": 5, "at": sent_at}
        )
        await world.case_reached(ticket.case_id, Stage.FOLLOW_UP, times=2)
        message = await asyncio.to_thread(
            door.post, f"/cases/{ticket.case_id}/messages", json={"id": "m2", "text": "Thanks!", "sent_at": sent_at}
        )
        again = await world.case_reached(ticket.case_id, Stage.FOLLOW_UP, times=3)

    assert (message.status_code, mark.status_code) == (202, 202)
    assert again.ticket.messages[-1].text == "Thanks!"
    assert [view.satisfaction.score for view in world.recorded if view.satisfaction] == [5]


async def test_a_mark_for_a_closed_case_is_refused(door: httpx.Client, client: Client, ledger: CaseLedger) -> None:
    ticket = another_ticket("http-closed")
    async with working(client, a_closing_world(ledger)):
        await asyncio.to_thread(door.post, "/tickets", json=body(ticket))
        await client.get_workflow_handle(ticket.case_id).result()

    answer = await asyncio.to_thread(
        door.post, f"/cases/{ticket.case_id}/satisfaction", json={"score": 5, "at": "2026-01-05T10:00:00Z"}
    )

    assert answer.status_code == 409


def test_the_examples_of_the_openapi_document_can_be_sent() -> None:
    kinds: list[tuple[TypeAdapter[Any], dict[str, Example]]] = [
        (TypeAdapter(Ticket), TICKET),
        (TypeAdapter(Decision), DECISION),
        (TypeAdapter(Message), MESSAGE),
        (TypeAdapter(Satisfaction), SATISFACTION),
        (TypeAdapter(ClaimRequest), CLAIM),
        (TypeAdapter(ReleaseRequest), RELEASE),
        (TypeAdapter(UndoRequest), UNDO),
        (TypeAdapter(Reassign), REASSIGN),
    ]
    for adapter, examples in kinds:
        for example in examples.values():
            assert adapter.validate_python(example.get("value"))


def test_the_openapi_document_describes_every_operation_and_its_problems(door: httpx.Client) -> None:
    document = door.get("/openapi.json").json()

    assert set(document["paths"]) == {
        "/tickets",
        "/cases",
        "/cases/{case_id}",
        "/cases/{case_id}/decision",
        "/cases/{case_id}/claim",
        "/cases/{case_id}/release",
        "/cases/{case_id}/undo",
        "/cases/{case_id}/reassign",
        "/cases/{case_id}/messages",
        "/cases/{case_id}/satisfaction",
        "/sources/{tenant}/{name}",
        "/accounts/{kind}",
        "/healthz",
    }
    answers = document["paths"]["/tickets"]["post"]["responses"]
    assert set(answers) == {"200", "202", "400", "401", "413", "422", "503"}
    problems = [answers[status]["content"] for status in ("400", "401", "413", "422", "503")]
    assert [set(content) for content in problems] == [{MEDIA_TYPE}] * 5
    assert {content[MEDIA_TYPE]["schema"]["$ref"] for content in problems} == {"#/components/schemas/Problem"}


def test_the_openapi_document_says_nothing_of_answers_that_are_never_given(door: httpx.Client) -> None:
    assert "HTTPValidationError" not in door.get("/openapi.json").text


def test_the_reference_page_needs_nothing_from_elsewhere(door: httpx.Client) -> None:
    page = door.get("/docs")
    document = door.get("/openapi.json").json()

    assert page.headers["content-security-policy"].startswith("default-src 'none'")
    assert "<script" not in page.text
    assert set(re.findall(r'(?:src|href)="([^"#]+)"', page.text)) == {"/docs/style.css", "/openapi.json"}
    assert door.get("/docs/style.css").headers["content-type"].startswith("text/css")
    for path, methods in document["paths"].items():
        assert all(f'id="{method.upper()}{path}"' in page.text for method in methods)


def test_the_reference_page_shows_every_type_that_it_leads_to(door: httpx.Client) -> None:
    page = door.get("/docs").text

    led_to = set(re.findall(r'href="#([^"]+)"', page))
    assert {"Ticket", "Message", "CaseView"} <= led_to
    assert led_to <= set(re.findall(r'id="([^"]+)"', page))


def test_the_reference_page_has_requests_that_a_shell_can_send(door: httpx.Client) -> None:
    page = html.unescape(door.get("/docs").text)

    sent = [shlex.split(command) for command in re.findall(r"<pre[^>]*>(curl [^<]*)</pre>", page)]
    bodies = [words[words.index("-d") + 1] for words in sent if "-d" in words]
    assert Ticket.model_validate_json(bodies[0])
    examples = (TICKET, DECISION, CLAIM, RELEASE, UNDO, REASSIGN, MESSAGE, SATISFACTION)
    assert len(bodies) == sum(map(len, examples))

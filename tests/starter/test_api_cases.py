"""The HTTP door, over real HTTP: what can be asked and decided of a case."""

import asyncio

import httpx
import pytest
from temporalio.client import Client

from cases.case import CaseView
from cases.outcome import Stage
from ledger.cases import CaseLedger
from tests.starter.doors import a_closed_case, a_quiet_world, another_ticket
from tests.starter.held import HeldCases
from tests.starter.http_door import body, problem
from tests.workflows.workers import working


async def test_a_case_is_shown_and_listed(door: httpx.Client, held_cases: HeldCases) -> None:
    async with held_cases.worked_on("http-held") as held:
        shown = await asyncio.to_thread(door.get, f"/cases/{held.id}")
        listed = await asyncio.to_thread(
            door.get, "/cases", params={"stages": "waiting_for_review", "team": "billing_support", "text": "http-held"}
        )

    assert CaseView.model_validate_json(shown.content) == held.case
    assert [case["case_id"] for case in listed.json()] == [held.id]


def test_a_misspelt_filter_is_told(door: httpx.Client) -> None:
    answer = door.get("/cases", params={"stag": "closed"})

    assert answer.status_code == 422
    assert problem(answer).errors[0].field == "stag"


def test_a_case_that_is_not_there_is_told_so(door: httpx.Client) -> None:
    answer = door.get("/cases/ticket:acme:test:nobody")

    assert answer.status_code == 404
    assert "signalbox cases" in problem(answer).detail


async def test_a_decision_counts_once_and_is_then_refused(door: httpx.Client, held_cases: HeldCases) -> None:
    async with held_cases.worked_on("http-decided") as held:
        address = f"/cases/{held.id}/decision"
        decision = {
            "decision": "approve",
            "request_id": held.review.id,
            "case_version": held.review.case_version,
            "reviewer": "ada",
        }

        taken = await asyncio.to_thread(door.post, address, json=decision)
        refused = await asyncio.to_thread(door.post, address, json={**decision, "reviewer": "grace"})
        await held.reached(Stage.FOLLOW_UP)

    assert taken.status_code == 200
    assert taken.json()["already_taken"] is False
    assert refused.status_code == 409
    assert "by ada" in problem(refused).detail
    assert len(held.actions) == 1


async def test_a_claim_is_given_once_and_a_decision_of_another_refused_until_it_is_released(
    door: httpx.Client, held_cases: HeldCases
) -> None:
    async with held_cases.worked_on("http-claimed") as held:

        async def post(what: str, reviewer: str, **more: object) -> httpx.Response:
            about = {"request_id": "review-1", "reviewer": reviewer, **more}
            return await asyncio.to_thread(door.post, f"/cases/{held.id}/{what}", json=about)

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
    assert held.actions == []


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
    ticket = await a_closed_case(client, ledger, "http-closed")

    answer = await asyncio.to_thread(
        door.post, f"/cases/{ticket.case_id}/satisfaction", json={"score": 5, "at": "2026-01-05T10:00:00Z"}
    )

    assert answer.status_code == 409

"""What is signed and new reaches its case once."""

import asyncio
from collections.abc import AsyncGenerator
from datetime import UTC, datetime, timedelta

import httpx
import pytest
from pydantic import SecretStr
from temporalio.client import Client

from cases.outcome import Stage
from cases.source import Source, SourceKind, SourceSecrets
from integrations.sources.whatsapp import WhatsAppSource
from ledger.cases import CaseLedger
from ledger.sources import SourceLedger
from starter.settings import Settings
from starter.sources.secrets import keep_secrets
from tests.starter.doors import WrittenWorld, a_held_world, a_quiet_world
from tests.starter.source_doors.deliveries import OLD, a_new_ticket, about, send
from tests.waiting import eventually
from tests.workflows.workers import working


@pytest.fixture
async def quiet(client: Client, ledger: CaseLedger) -> AsyncGenerator[WrittenWorld]:
    world = a_quiet_world(ledger)
    async with working(client, world):
        yield world


async def test_a_signed_ticket_becomes_a_case(door: httpx.Client, quiet: WrittenWorld) -> None:
    answer = await asyncio.to_thread(send, door, a_new_ticket("T1"), "d1")
    assert answer.status_code == 200
    assert answer.json() == {
        "outcome": "taken",
        "sentence": "ticket:acme:shop:T1 has the message T1-1.",
        "repeated": False,
    }
    assert (await quiet.case_reached("ticket:acme:shop:T1", Stage.FOLLOW_UP)).outcome is not None


def test_a_sender_is_answered_within_half_a_second(door: httpx.Client) -> None:
    # The fastest of five: how busy the machine is otherwise is not the door's doing.
    seconds: list[float] = []
    for number in range(5):
        answer = send(door, a_new_ticket(f"Q{number}"), f"quick-{number}")
        assert answer.status_code == 200
        seconds.append(answer.elapsed.total_seconds())
    assert min(seconds) < 0.5


async def test_the_same_delivery_again_is_taken_once_and_answered_the_same(
    door: httpx.Client, quiet: WrittenWorld
) -> None:
    body = a_new_ticket("T2")
    first = await asyncio.to_thread(send, door, body, "d2")
    again = await asyncio.to_thread(send, door, body, "d2")
    assert (first.status_code, again.status_code) == (200, 200)
    assert again.json() == {**first.json(), "repeated": True}


async def test_twenty_deliveries_of_one_message_at_once_are_one_message_of_one_case(
    door: httpx.Client, quiet: WrittenWorld
) -> None:
    body = a_new_ticket("T3")
    answers = await asyncio.gather(*(asyncio.to_thread(send, door, body, f"d3-{n}") for n in range(20)))
    assert {answer.status_code for answer in answers} == {200}
    view = await quiet.case_reached("ticket:acme:shop:T3", Stage.FOLLOW_UP)
    assert [message.id for message in view.ticket.messages] == ["T3-1"]
    assert len([request for request in quiet.written if request.ticket_id == "T3"]) == 1


async def test_a_reply_that_arrives_before_its_ticket_begins_the_case_and_the_ticket_adds_what_was_missing(
    door: httpx.Client, client: Client, ledger: CaseLedger
) -> None:
    world = a_held_world(ledger)
    later = (datetime.now(UTC) + timedelta(seconds=1)).isoformat()
    reply = about("message.created", ticket_id="T4", message={"id": "T4-2", "text": "W10001", "sent_at": later})
    async with working(client, world):
        await asyncio.to_thread(send, door, reply, "d4-2")
        await world.case_reached("ticket:acme:shop:T4", Stage.WAITING_FOR_REVIEW)
        await asyncio.to_thread(send, door, a_new_ticket("T4", "I want my money back."), "d4-1")
        view = await world.case_reached("ticket:acme:shop:T4", Stage.WAITING_FOR_REVIEW, times=2)
    assert sorted(message.id for message in view.ticket.messages) == ["T4-1", "T4-2"]


async def test_before_an_agents_reply_the_case_stands_back(
    door: httpx.Client, client: Client, ledger: CaseLedger
) -> None:
    world = a_held_world(ledger)
    now = datetime.now(UTC).isoformat()
    reply = about(
        "agent.replied", ticket_id="T5", reply={"id": "a1", "author": "Maya", "text": "Done by hand.", "at": now}
    )
    async with working(client, world):
        await asyncio.to_thread(send, door, a_new_ticket("T5"), "d5-1")
        await world.case_reached("ticket:acme:shop:T5", Stage.WAITING_FOR_REVIEW)
        answer = await asyncio.to_thread(send, door, reply, "d5-2")
        view = await world.case_reached("ticket:acme:shop:T5", Stage.FOLLOW_UP)
    assert answer.json()["sentence"] == "ticket:acme:shop:T5 was told."
    assert view.outcome is not None
    assert view.outcome.reason.sentence == "Maya answered in the helpdesk"


def test_what_is_told_of_a_ticket_nobody_knows_is_no_case_and_no_error(door: httpx.Client) -> None:
    answer = send(door, about("ticket.solved", ticket_id="never"), "d6")
    assert (answer.status_code, answer.json()["outcome"]) == (200, "ignored")
    assert "There is no case ticket:acme:shop:never" in answer.json()["sentence"]


def test_the_secret_before_the_newest_is_taken_while_it_is_being_replaced(door: httpx.Client) -> None:
    assert send(door, about("ticket.solved", ticket_id="x"), "d7", secret=OLD).status_code == 200


async def test_every_message_of_a_new_ticket_is_brought_whatever_came_before_it(
    door: httpx.Client, client: Client, ledger: CaseLedger
) -> None:
    world = a_held_world(ledger)
    times = [(datetime.now(UTC) + timedelta(seconds=n)).isoformat() for n in range(3)]
    sent = [{"id": f"T15-{n}", "text": f"message {n}", "sent_at": times[n]} for n in range(3)]
    late = about("message.created", ticket_id="T15", message=sent[2])
    whole = about("ticket.created", id="T15", messages=sent[:2])
    async with working(client, world):
        await asyncio.to_thread(send, door, late, "d15-1")
        await world.case_reached("ticket:acme:shop:T15", Stage.WAITING_FOR_REVIEW)
        await asyncio.to_thread(send, door, whole, "d15-2")

        async def whole_ticket() -> list[str] | None:
            view = await ledger.case("ticket:acme:shop:T15")
            heard = [message.id for message in view.ticket.messages] if view else []
            return heard if len(heard) >= 3 else None

        heard = await eventually(whole_ticket, "three messages")
    assert heard == ["T15-0", "T15-1", "T15-2"]


WHATSAPP = Source(tenant="acme", name="wa", kind=SourceKind.WHATSAPP, account="15550001111")
META = SourceSecrets(signing=(SecretStr("app-secret"),), handshake=SecretStr("verify me"), token=SecretStr("t"))


@pytest.fixture
async def whatsapp(sources: SourceLedger, with_secrets: Settings) -> None:
    keep_secrets(WHATSAPP, META, with_secrets.data)
    await sources.keep(WHATSAPP, datetime.now(UTC))


@pytest.mark.usefixtures("whatsapp")
def test_meta_gets_its_challenge_back_for_the_right_word_alone(door: httpx.Client) -> None:
    asked = {"hub.mode": "subscribe", "hub.verify_token": "verify me", "hub.challenge": "1158201444"}
    right = door.get("/sources/acme/wa", params=asked)
    assert (right.status_code, right.text) == (200, "1158201444")
    assert right.headers["content-type"].startswith("text/plain")
    assert door.get("/sources/acme/wa", params={**asked, "hub.verify_token": "guessed"}).status_code == 401


@pytest.mark.usefixtures("whatsapp")
def test_one_address_serves_every_account_of_a_kind(door: httpx.Client) -> None:
    delivery = WhatsAppSource().test_delivery(WHATSAPP, META, "15559998888", datetime.now(UTC))
    answer = door.post("/accounts/whatsapp", content=delivery.body, headers=dict(delivery.headers))
    assert answer.status_code == 200
    assert answer.json()["sentence"].startswith("ticket:acme:wa:wa-")
    assert "15559998888" not in answer.json()["sentence"].split(" has ")[0]
    unknown = door.post("/accounts/whatsapp", content=delivery.body.replace(b"15550001111", b"15550002222"))
    assert unknown.status_code == 404
    assert door.post("/accounts/pigeon", content=delivery.body).status_code == 422

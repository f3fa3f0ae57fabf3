"""The doors of the sources: what is signed and new reaches its case once; everything else gets its sentence."""

import asyncio
import json
from collections.abc import AsyncGenerator, Generator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import httpx
import pytest
from pydantic import SecretStr
from svix.webhooks import Webhook
from temporalio.client import Client

from cases.errors import UnknownCase
from cases.outcome import Satisfaction, Stage
from cases.source import Source, SourceKind, SourceSecrets
from integrations.sources.whatsapp import WhatsAppSource
from ledger.cases import CaseLedger
from ledger.database import Database
from ledger.deliveries import DeliveryLedger
from ledger.sources import SourceLedger
from starter.intake import customer_mark
from starter.settings import Settings
from starter.sources.registering import new_signing_secret
from starter.sources.secrets import keep_secrets
from tests.starter.doors import WrittenWorld, a_held_world, a_quiet_world, working
from tests.starter.http_door import open_door
from tests.waiting import eventually

OLD = new_signing_secret(SourceKind.STANDARD)
NEW = new_signing_secret(SourceKind.STANDARD)
SHOP = Source(tenant="acme", name="shop", kind=SourceKind.STANDARD, url="https://shop.example.com/hooks")
DOOR = "/sources/acme/shop"
MARK = Satisfaction(score=5, at=datetime(2026, 1, 5, tzinfo=UTC))


@pytest.fixture(scope="module")
def with_secrets(settings: Settings, tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """An installation with the source's secrets, the old one still in use."""
    data = tmp_path_factory.mktemp("data")
    keep_secrets(SHOP, SourceSecrets(signing=(NEW, OLD)), data)
    return settings.model_copy(update={"data": data})


@pytest.fixture(scope="module")
async def sources(database: Database) -> SourceLedger:
    sources = SourceLedger(database)
    await sources.keep(SHOP, datetime.now(UTC))
    return sources


@pytest.fixture(scope="module")
def door(with_secrets: Settings, sources: SourceLedger) -> Generator[httpx.Client]:
    with open_door(with_secrets) as door:
        yield door


def signed(body: bytes, delivery: str, secret: SecretStr = NEW, at: datetime | None = None) -> dict[str, str]:
    """The headers of a delivery, by Svix's own implementation of the specification."""
    moment = at or datetime.now(UTC)
    signature = Webhook(secret.get_secret_value()).sign(delivery, moment, body.decode())
    return {
        "webhook-id": delivery,
        "webhook-timestamp": str(int(moment.timestamp())),
        "webhook-signature": signature,
        "content-type": "application/json",
    }


def a_new_ticket(number: str, text: str = "How long can I return things?") -> bytes:
    now = datetime.now(UTC).isoformat()
    message = {"id": f"{number}-1", "text": text, "sent_at": now}
    data = {"id": number, "subject": "", "customer": {"email": "ada@example.com"}, "messages": [message]}
    return json.dumps({"type": "ticket.created", "timestamp": now, "data": data}).encode()


def about(kind: str, **data: object) -> bytes:
    return json.dumps({"type": kind, "timestamp": datetime.now(UTC).isoformat(), "data": data}).encode()


def send(door: httpx.Client, body: bytes, delivery: str, **signing: object) -> httpx.Response:
    headers = signed(body, delivery, **signing)  # pyright: ignore[reportArgumentType]
    return door.post(DOOR, content=body, headers=headers)


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


def test_a_wrong_signature_is_refused_and_starts_nothing(door: httpx.Client) -> None:
    stranger = new_signing_secret(SourceKind.STANDARD)
    answer = send(door, a_new_ticket("T8"), "d8", secret=stranger)
    assert answer.status_code == 401
    assert answer.json()["type"] == "urn:signalbox:problem:unauthorised"
    assert all(secret.get_secret_value() not in answer.text for secret in (OLD, NEW))


async def test_no_case_comes_of_what_was_refused(door: httpx.Client, client: Client) -> None:
    body = a_new_ticket("T9")
    answers = [
        await asyncio.to_thread(send, door, body, "d9", secret=new_signing_secret(SourceKind.STANDARD)),
        await asyncio.to_thread(send, door, body, "d9", at=datetime.now(UTC) - timedelta(minutes=6)),
        await asyncio.to_thread(door.post, DOOR, content=body),
        await asyncio.to_thread(door.post, DOOR, content=body + b" ", headers=signed(body, "d9")),
    ]
    assert [answer.status_code for answer in answers] == [401] * 4
    assert len({answer.json()["detail"] for answer in answers}) == 3
    with pytest.raises(UnknownCase):
        await customer_mark(client, "ticket:acme:shop:T9", MARK)


def test_an_unknown_source_is_told_so(door: httpx.Client) -> None:
    answer = door.post("/sources/acme/nowhere", content=b"{}")
    assert answer.status_code == 404
    assert "`signalbox source list`" in answer.json()["detail"]


def test_a_body_beyond_the_limit_is_refused_before_it_is_read(door: httpx.Client) -> None:
    assert send(door, a_new_ticket("T10", "x" * 1_000_001), "d10").status_code == 413


@pytest.mark.parametrize(
    ("body", "named"),
    [
        (b"not JSON", "(whole)"),
        (about("ticket.created", id="T11"), "data.messages"),
        (about("ticket.rated", ticket_id="T11", score=11), "data.score"),
    ],
    ids=["not JSON", "no messages", "no such mark"],
)
async def test_what_is_signed_but_unreadable_names_the_field_and_is_kept_for_somebody_to_look_at(
    door: httpx.Client, database: Database, body: bytes, named: str
) -> None:
    answer = await asyncio.to_thread(send, door, body, f"d11-{named}")
    assert answer.status_code == 422
    assert named in answer.json()["sentence"]
    kept = await DeliveryLedger(database).unreadable_since(SHOP, datetime.now(UTC) - timedelta(minutes=1))
    assert answer.json()["sentence"] in kept


async def test_what_could_not_be_read_may_be_sent_again_once_it_can(door: httpx.Client) -> None:
    answers = [await asyncio.to_thread(send, door, body, "d14") for body in (b"not JSON", b"{}")]
    assert [answer.json()["repeated"] for answer in answers] == [False, False]
    assert answers[0].json()["sentence"] != answers[1].json()["sentence"]


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


@pytest.mark.parametrize("path", ["/sources/a%00/b", "/sources/Acme/shop", "/sources/acme/sh_op"])
def test_an_address_that_names_no_source_is_refused_before_anybody_is_asked(door: httpx.Client, path: str) -> None:
    assert door.post(path, content=b"{}").status_code == 422


def test_an_account_with_characters_no_account_has_is_nobodys(door: httpx.Client) -> None:
    body = json.dumps({"account_id": "a\u0000b"}).encode()
    assert door.post("/accounts/zendesk", content=body).status_code == 404


def test_with_the_ledger_away_every_sender_is_asked_to_come_back(settings: Settings) -> None:
    nowhere = settings.model_copy(update={"database_url": "postgresql://postgres@127.0.0.1:9/none"})
    with open_door(nowhere) as door:
        away = door.post(DOOR, content=b"{}")
    assert (away.status_code, away.headers["Retry-After"]) == (429, "5")
    assert "127.0.0.1" not in away.text


def test_with_the_engine_away_the_sender_is_asked_to_come_back_and_what_it_sends_then_is_taken(
    settings_without_engine: Settings, with_secrets: Settings, door: httpx.Client, sources: SourceLedger
) -> None:
    body = a_new_ticket("T12")
    without = settings_without_engine.model_copy(update={"data": with_secrets.data})
    with open_door(without) as cut_off:
        away = send(cut_off, body, "d12")
    assert (away.status_code, away.headers["Retry-After"]) == (503, "5")
    assert send(door, body, "d12").json()["repeated"] is False


def test_without_a_secret_nothing_is_believed(settings: Settings, sources: SourceLedger) -> None:
    with open_door(settings.model_copy(update={"data": Path("nowhere")})) as door:
        answer = send(door, a_new_ticket("T13"), "d13")
    assert answer.status_code == 401
    assert "No signing secret is set" in answer.json()["detail"]


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

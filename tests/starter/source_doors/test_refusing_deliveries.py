"""What is not signed, not readable or cannot be kept gets its sentence, and what to do about it."""

import asyncio
import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

import httpx
import pytest
from temporalio.client import Client

from cases.errors import UnknownCase
from cases.outcome import Satisfaction
from cases.source import SourceKind
from ledger.database import Database
from ledger.deliveries import DeliveryLedger
from ledger.sources import SourceLedger
from starter.intake import customer_mark
from starter.settings import Settings
from starter.sources.registering import new_signing_secret
from tests.starter.http_door import open_door
from tests.starter.source_doors.deliveries import DOOR, NEW, OLD, SHOP, a_new_ticket, about, send, signed

MARK = Satisfaction(score=5, at=datetime(2026, 1, 5, tzinfo=UTC))


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

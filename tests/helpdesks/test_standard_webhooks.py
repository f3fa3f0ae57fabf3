import base64
from collections.abc import AsyncIterator, Iterator
from datetime import UTC, datetime, timedelta

import httpx
import pytest
from pydantic import JsonValue, SecretStr

from cases.classification import Team
from cases.draft import CustomerText, InternalNote
from cases.errors import ToolOutcomeUnknown, ToolRefused, ToolUnavailable
from cases.helpdesk_write import Conversation, WriteIntent, WriteKind
from cases.source import Source, SourceKind, SourceSecrets
from cases.ticket import Customer
from demo.embedded.ports import LOOPBACK, free_ports
from demo.faults import Fault, FaultKind
from integrations.helpdesks.calls import HelpdeskCalls
from integrations.helpdesks.protocol import Helpdesk
from integrations.helpdesks.standard_webhooks import RequestSigning, StandardWebhooksHelpdesk, headers
from tests.helpdesks.fake_receiver import FakeReceiver
from tests.helpdesks.intents import intent_of
from tests.helpdesks.serving import served
from tests.helpdesks.trying import stands_there, troubles
from tests.sources.documented import example

NEW = "whsec_" + base64.b64encode(b"the newer of the two secrets").decode()
OLD = "whsec_" + base64.b64encode(b"the older of the two secrets").decode()
SECRETS = SourceSecrets(signing=(SecretStr(NEW), SecretStr(OLD)))
ADA = Customer(id="c-77", name="Ada Byron", email="ada@example.com")
PLACE = Conversation(ticket_id="T-1042", customer=ADA)
TEXT = CustomerText(text="Dear Ada,\n\na new jacket is on its way.")


@pytest.fixture
def receiver() -> FakeReceiver:
    return FakeReceiver(NEW)


@pytest.fixture
def source(receiver: FakeReceiver) -> Iterator[Source]:
    with served(receiver.app()) as address:
        teams = {Team.BILLING_SUPPORT: "Billing"}
        url = f"{address}/hooks/signalbox"
        yield Source(tenant="acme", name="desk", kind=SourceKind.STANDARD, url=url, teams=teams)


def client_of(source: Source, secrets: SourceSecrets = SECRETS) -> httpx.AsyncClient:
    signing, given = RequestSigning(secrets), headers(source, secrets)
    return httpx.AsyncClient(base_url=source.url or "", auth=signing, headers=given, timeout=1, trust_env=False)


@pytest.fixture
async def helpdesk(source: Source) -> AsyncIterator[Helpdesk]:
    async with client_of(source) as client:
        yield StandardWebhooksHelpdesk(HelpdeskCalls(client), source)


def intent(kind: WriteKind = WriteKind.REPLY, reference: str = "ticket:acme:desk:T-1042/reply-1/reply") -> WriteIntent:
    at = datetime(2026, 11, 21, 12, 15, tzinfo=UTC)
    return intent_of(kind, TEXT.text, PLACE, source="desk", reference=reference, at=at)


def told(receiver: FakeReceiver) -> list[dict[str, JsonValue]]:
    return list(receiver.kept.values())


async def test_a_reply_is_told_as_the_page_shows_it(helpdesk: Helpdesk, receiver: FakeReceiver) -> None:
    await helpdesk.reply(intent(), TEXT)
    (reply,) = told(receiver)
    assert reply == {
        "type": "reply.created",
        "timestamp": "2026-11-21T12:15:00+00:00",
        "data": example("reply.created").data,
    }


async def test_a_note_is_told_as_the_page_shows_it(helpdesk: Helpdesk, receiver: FakeReceiver) -> None:
    wanted = intent(WriteKind.NOTE, "ticket:acme:desk:T-1042/reply-1/note")
    await helpdesk.note(wanted, InternalNote(text="Replaced, W10400."))
    (note,) = told(receiver)
    assert (note["type"], note["data"]) == ("note.created", example("note.created").data)


async def test_a_team_and_tags_are_told_as_the_page_shows_them(helpdesk: Helpdesk, receiver: FakeReceiver) -> None:
    await helpdesk.assign(PLACE, Team.BILLING_SUPPORT)
    await helpdesk.tag(PLACE, ("refund",))
    assert [(news["type"], news["data"]) for news in told(receiver)] == [
        (kind, example(kind).data) for kind in ("ticket.assigned", "ticket.tagged")
    ]


async def test_a_team_that_nobody_named_is_not_told(helpdesk: Helpdesk, receiver: FakeReceiver) -> None:
    await helpdesk.assign(PLACE, Team.SALES)
    assert receiver.asked == []


async def test_a_ticket_that_comes_back_to_a_team_is_news(helpdesk: Helpdesk, receiver: FakeReceiver) -> None:
    for _ in range(2):
        await helpdesk.assign(PLACE, Team.BILLING_SUPPORT)
    assert len(told(receiver)) == 2


async def test_the_receivers_own_id_is_kept_where_it_gives_one(helpdesk: Helpdesk, receiver: FakeReceiver) -> None:
    receiver.answers = {"id": "m-3", "more": 1}
    assert await helpdesk.reply(intent(), TEXT) == "m-3"


@pytest.mark.parametrize("answer", [None, {"ok": True}, {"id": ""}, {"id": 7}])
async def test_without_an_id_of_the_receiver_ours_counts(
    helpdesk: Helpdesk, receiver: FakeReceiver, answer: dict[str, JsonValue] | None
) -> None:
    receiver.answers = answer
    assert await helpdesk.reply(intent(), TEXT) == next(iter(receiver.kept))


async def test_a_reply_and_a_note_of_one_reference_are_two_messages(helpdesk: Helpdesk, receiver: FakeReceiver) -> None:
    await helpdesk.reply(intent(), TEXT)
    await helpdesk.note(intent(WriteKind.NOTE), InternalNote(text=TEXT.text))
    assert [news["type"] for news in told(receiver)] == ["reply.created", "note.created"]


async def test_after_a_lost_answer_the_same_id_is_sent_and_dropped(helpdesk: Helpdesk, receiver: FakeReceiver) -> None:
    receiver.order(Fault(kind=FaultKind.DROP_ANSWER))
    with pytest.raises(ToolOutcomeUnknown, match="look it up before a second try"):
        await helpdesk.reply(intent(), TEXT)
    assert await helpdesk.find(intent()) is None
    await helpdesk.reply(intent(), TEXT)
    first, second = receiver.asked
    assert first.headers["webhook-id"] == second.headers["webhook-id"]
    assert first.body == second.body
    assert len(told(receiver)) == 1


async def test_what_is_known_to_stand_there_is_found(helpdesk: Helpdesk) -> None:
    assert await helpdesk.find(intent().model_copy(update={"message_id": "m-3"})) == "m-3"


async def test_whatever_goes_wrong_a_reply_is_kept_once(helpdesk: Helpdesk, receiver: FakeReceiver) -> None:
    for seed in range(100):
        receiver.kept.clear()
        for trouble in troubles(seed):
            receiver.order(trouble)
        written = await stands_there(helpdesk, intent(), TEXT)
        receiver.plan.clear()
        assert list(receiver.kept) == [written], seed


async def test_a_delivery_that_a_proxy_doubled_is_kept_once(helpdesk: Helpdesk, receiver: FakeReceiver) -> None:
    receiver.doubled = 1
    await helpdesk.reply(intent(), TEXT)
    assert len(told(receiver)) == 1


async def test_a_slow_receiver_leaves_the_outcome_unknown(helpdesk: Helpdesk, receiver: FakeReceiver) -> None:
    receiver.order(Fault(kind=FaultKind.LATE_ANSWER, seconds=2))
    with pytest.raises(ToolOutcomeUnknown, match="ReadTimeout"):
        await helpdesk.reply(intent(), TEXT)


@pytest.mark.parametrize("status", [409, 429, 503])
async def test_a_receiver_that_asks_for_patience_is_tried_again(
    helpdesk: Helpdesk, receiver: FakeReceiver, status: int
) -> None:
    receiver.refuse(status, headers={"Retry-After": "9"})
    with pytest.raises(ToolUnavailable) as failed:
        await helpdesk.reply(intent(), TEXT)
    assert failed.value.retry_after_seconds == 9


async def test_a_receiver_that_has_gone_is_refused_for_good(helpdesk: Helpdesk, receiver: FakeReceiver) -> None:
    receiver.refuse(410, "moved away")
    with pytest.raises(ToolRefused, match="moved away"):
        await helpdesk.reply(intent(), TEXT)


async def test_a_receiver_with_another_secret_refuses(source: Source, receiver: FakeReceiver) -> None:
    async with client_of(source, SourceSecrets(signing=(SecretStr(OLD),))) as client:
        with pytest.raises(ToolRefused, match="No matching signature"):
            await StandardWebhooksHelpdesk(HelpdeskCalls(client), source).reply(intent(), TEXT)
    assert told(receiver) == []


@pytest.mark.parametrize("known", [NEW, OLD])
async def test_while_a_secret_is_replaced_a_receiver_may_have_either(known: str) -> None:
    receiver = FakeReceiver(known)
    with served(receiver.app()) as address:
        source = Source(tenant="acme", name="desk", kind=SourceKind.STANDARD, url=f"{address}/hooks/signalbox")
        async with client_of(source) as client:
            await StandardWebhooksHelpdesk(HelpdeskCalls(client), source).reply(intent(), TEXT)
    assert len(told(receiver)) == 1


async def test_without_a_secret_nothing_is_sent(source: Source, receiver: FakeReceiver) -> None:
    async with client_of(source, SourceSecrets()) as client:
        with pytest.raises(ToolUnavailable, match="could not be signed, so nothing was sent"):
            await StandardWebhooksHelpdesk(HelpdeskCalls(client), source).reply(intent(), TEXT)
    assert receiver.asked == []


async def test_without_a_connection_nothing_was_sent(source: Source) -> None:
    nowhere = source.model_copy(update={"url": f"http://{LOOPBACK}:{free_ports(1)[0]}/hook"})
    async with client_of(nowhere) as client:
        with pytest.raises(ToolUnavailable, match="Nothing was written"):
            await StandardWebhooksHelpdesk(HelpdeskCalls(client), nowhere).reply(intent(), TEXT)


async def test_the_address_is_the_sources_to_the_letter(helpdesk: Helpdesk, receiver: FakeReceiver) -> None:
    await helpdesk.reply(intent(), TEXT)
    assert [(asked.method, asked.path) for asked in receiver.asked] == [("POST", "/hooks/signalbox")]


async def test_the_signature_is_of_now_however_old_the_intent(helpdesk: Helpdesk, receiver: FakeReceiver) -> None:
    await helpdesk.reply(intent(), TEXT)
    signed_at = datetime.fromtimestamp(int(receiver.asked[0].headers["webhook-timestamp"]), UTC)
    assert abs(datetime.now(UTC) - signed_at) < timedelta(minutes=1)

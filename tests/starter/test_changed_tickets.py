"""What happens to a ticket in its helpdesk reaches its case by a hint, a poll or a delivery: real engine and ledger."""

import asyncio
import json
from collections.abc import AsyncGenerator, Generator
from contextlib import AsyncExitStack
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import uuid4

import pytest
from pydantic import JsonValue, SecretStr
from temporalio.client import Client

from cases.case import CaseView
from cases.errors import CaseClosed, DecisionRefused
from cases.outcome import OutcomeKind, Stage
from cases.reason import ReasonCode
from cases.review import Approve
from cases.source import Source, SourceKind, SourceSecrets
from cases.source_event import SourceEvent
from integrations.sources.chatwoot import ChatwootSource
from integrations.sources.protocol import Delivery
from integrations.sources.standard_webhooks import StandardWebhooksSource
from ledger.cases import CaseLedger
from ledger.database import Database
from ledger.helpdesk_writes import HelpdeskWrites
from ledger.sources import SourceLedger
from starter.intake import decide
from starter.sources.arrivals import Arrivals
from starter.sources.secrets import keep_secrets
from tests.helpdesks import fake_zammad, fake_zendesk
from tests.helpdesks.serving import served
from tests.starter.doors import WrittenWorld, a_held_world
from tests.starter.read_desk import ReadDesk, reading
from tests.workflows.workers import working

WISH = "I want my money back for W10001"


class Zendesk(ReadDesk):
    """A Zendesk that is read."""

    def __init__(self, client: Client, database: Database, fake: fake_zendesk.FakeZendesk, source: Source) -> None:
        super().__init__(client, database, source)
        self.fake = fake


class Zammad(ReadDesk):
    """A Zammad that is read."""

    def __init__(self, client: Client, database: Database, fake: fake_zammad.FakeZammad, source: Source) -> None:
        super().__init__(client, database, source)
        self.fake = fake


async def registered(source: Source, token: str, database: Database, data: Path) -> Source:
    keep_secrets(source, SourceSecrets(signing=(SecretStr("s"),), token=SecretStr(token)), data)
    await SourceLedger(database).keep(source, datetime.now(UTC) - timedelta(hours=2))
    return source


@pytest.fixture
def fake_desks() -> Generator[tuple[fake_zendesk.FakeZendesk, str, fake_zammad.FakeZammad, str]]:
    zendesk, zammad = fake_zendesk.FakeZendesk(), fake_zammad.FakeZammad()
    with served(zendesk.app()) as first, served(zammad.app()) as second:
        yield zendesk, first, zammad, second


@pytest.fixture
async def zendesk(
    client: Client,
    database: Database,
    fake_desks: tuple[fake_zendesk.FakeZendesk, str, fake_zammad.FakeZammad, str],
    tmp_path: Path,
) -> Zendesk:
    name, url = f"z{uuid4().hex[:12]}", fake_desks[1]
    source = Source(tenant="acme", name=name, kind=SourceKind.ZENDESK, url=url, user=fake_zendesk.USER)
    await registered(source, fake_zendesk.TOKEN, database, tmp_path)
    return Zendesk(client, database, fake_desks[0], source)


@pytest.fixture
async def zammad(
    client: Client,
    database: Database,
    fake_desks: tuple[fake_zendesk.FakeZendesk, str, fake_zammad.FakeZammad, str],
    tmp_path: Path,
) -> Zammad:
    source = Source(tenant="acme", name=f"m{uuid4().hex[:12]}", kind=SourceKind.ZAMMAD, url=fake_desks[3])
    await registered(source, fake_zammad.TOKEN, database, tmp_path)
    return Zammad(client, database, fake_desks[2], source)


async def approved(client: Client, view: CaseView) -> None:
    """A click on what was shown before."""
    assert view.review is not None
    about = Approve(request_id=view.review.id, case_version=view.review.case_version, reviewer="ada")
    await decide(client, view.case_id, about)


@pytest.fixture
async def held(ledger: CaseLedger, zendesk: Zendesk, tmp_path: Path) -> AsyncGenerator[WrittenWorld]:
    async with AsyncExitStack() as opened:
        yield await reading(zendesk, a_held_world(ledger), tmp_path, opened)


@pytest.mark.parametrize("told_by", ["hint", "poll"])
async def test_a_corrected_requester_voids_the_review_and_is_found_anew(
    told_by: str, client: Client, zendesk: Zendesk, held: WrittenWorld
) -> None:
    ticket = zendesk.fake.open(7, WISH)
    await zendesk.hint(7)
    view = await held.case_reached(zendesk.case(7), Stage.WAITING_FOR_REVIEW)
    zendesk.fake.give_to(ticket, fake_zendesk.IN_COPY)
    # The export leaves out the last minute.
    ticket.updated_at -= timedelta(minutes=3)
    await (zendesk.hint(7) if told_by == "hint" else zendesk.poll())
    anew = await held.case_reached(zendesk.case(7), Stage.WAITING_FOR_REVIEW, times=2)
    assert anew.ticket.customer.email == "eve@example.com"
    assert "customer:email:eve@example.com" in held.looked_up
    with pytest.raises(DecisionRefused, match="given to another requester"):
        await approved(client, view)
    assert held.actions_for(zendesk.case(7)) == []
    assert [request for request in held.written if request.case_id == zendesk.case(7)] == []


@pytest.mark.parametrize("how", ["merged", "softly deleted", "deleted for good"])
async def test_a_ticket_that_is_no_more_ends_its_case(
    how: str, client: Client, zendesk: Zendesk, held: WrittenWorld
) -> None:
    ticket = zendesk.fake.open(7, WISH)
    await zendesk.hint(7)
    view = await held.case_reached(zendesk.case(7), Stage.WAITING_FOR_REVIEW)
    if how == "merged":
        zendesk.fake.merge(ticket)
    elif how == "softly deleted":
        ticket.status = "deleted"
    else:
        del zendesk.fake.tickets[7]
    await zendesk.hint(7)
    ended = await held.case_reached(zendesk.case(7), Stage.CLOSED)
    assert ended.outcome is not None
    assert ended.outcome.kind is (OutcomeKind.TAKEN_OVER if how == "merged" else OutcomeKind.WITHDRAWN)
    with pytest.raises(CaseClosed):
        await approved(client, view)
    assert held.actions_for(zendesk.case(7)) == []


async def test_a_comment_that_is_made_private_is_read_no_more(zendesk: Zendesk, held: WrittenWorld) -> None:
    ticket = zendesk.fake.open(7, WISH, "Please hurry")
    await zendesk.hint(7)
    await held.case_reached(zendesk.case(7), Stage.WAITING_FOR_REVIEW)
    ticket.comments[0]["public"] = False
    zendesk.fake.touch(ticket)
    await zendesk.hint(7)
    view = await held.case_reached(zendesk.case(7), Stage.WAITING_FOR_REVIEW, times=2)
    assert [message.text for message in view.ticket.messages] == ["Please hurry"]
    ticket.comments[1]["public"] = False
    await zendesk.hint(7)
    ended = await held.case_reached(zendesk.case(7), Stage.CLOSED)
    assert ended.outcome is not None
    assert ended.outcome.reason.code is ReasonCode.MESSAGE_WITHDRAWN


async def test_a_merge_in_zammad_ends_the_one_case_and_the_other_hears_what_moved(
    client: Client, ledger: CaseLedger, zammad: Zammad, tmp_path: Path
) -> None:
    async with AsyncExitStack() as opened:
        world = await reading(zammad, a_held_world(ledger), tmp_path, opened)
        zammad.fake.open(7, WISH)
        zammad.fake.open(8, "My money for W10001, please")
        await asyncio.gather(zammad.hint(7), zammad.hint(8))
        first = await world.case_reached(zammad.case(7), Stage.WAITING_FOR_REVIEW)
        second = await world.case_reached(zammad.case(8), Stage.WAITING_FOR_REVIEW)
        zammad.fake.merge(7, 8)
        await zammad.poll()
        ended = await world.case_reached(zammad.case(7), Stage.CLOSED)
        goes_on = await world.case_reached(zammad.case(8), Stage.WAITING_FOR_REVIEW, times=2)
        for late in (first, second):
            with pytest.raises((CaseClosed, DecisionRefused)):
                await approved(client, late)
        assert ended.outcome is not None
        assert str(ended.outcome.reason) == "the ticket was merged into 8"
        assert {message.text for message in goes_on.ticket.messages} == {WISH, "My money for W10001, please"}
        await approved(client, goes_on)
        await world.case_reached(zammad.case(8), Stage.FOLLOW_UP)
    assert world.actions_for(zammad.case(7)) == []
    assert len(world.actions_for(zammad.case(8))) == 1
    assert {request.ticket_id for request in world.written} == {"8"}


CHAT = Source(tenant="acme", name="chat-changes", kind=SourceKind.CHATWOOT, url="https://chat.example.com", account="7")
OWN = Source(tenant="acme", name="own-changes", kind=SourceKind.STANDARD, url="https://desk.example.com")


def chatwoot(number: int, **changes: JsonValue) -> tuple[SourceEvent, ...]:
    """What Chatwoot delivers of one message."""
    contact: JsonValue = {"id": 33, "name": "Hugo", "email": "hugo@example.com"}
    body: dict[str, JsonValue] = {
        "event": "message_created",
        "id": 333990,
        "content": WISH,
        "content_type": "text",
        "message_type": "incoming",
        "private": False,
        "created_at": "2026-12-01T09:00:00Z",
        "account": {"id": 7},
        "content_attributes": {},
        "sender": contact,
        "conversation": {"id": number, "status": "open", "channel": "Channel::Email", "meta": {"sender": contact}},
        **changes,
    }
    return ChatwootSource().parse(Delivery({}, json.dumps(body).encode(), datetime.now(UTC)), CHAT)


def own(kind: str, data: JsonValue) -> tuple[SourceEvent, ...]:
    """What a sender of our own bodies delivers."""
    body = {"type": kind, "timestamp": datetime.now(UTC).isoformat(), "data": data}
    return StandardWebhooksSource().parse(Delivery({}, json.dumps(body).encode(), datetime.now(UTC)), OWN)


@pytest.fixture
def arrivals(client: Client, ledger: CaseLedger, database: Database) -> Arrivals:
    return Arrivals(client, ledger, HelpdeskWrites(database))


async def test_a_message_that_is_deleted_in_chatwoot_voids_what_is_held(
    client: Client, ledger: CaseLedger, arrivals: Arrivals
) -> None:
    world = a_held_world(ledger)
    async with working(client, world):
        for event in chatwoot(333483):
            await arrivals.bring(CHAT, event)
        case_id = "ticket:acme:chat-changes:333483"
        view = await world.case_reached(case_id, Stage.WAITING_FOR_REVIEW)
        gone = chatwoot(
            333483,
            event="message_updated",
            content="This message was deleted",
            content_attributes={"deleted": True},
        )
        for event in (*gone, *gone):
            await arrivals.bring(CHAT, event)
        ended = await world.case_reached(case_id, Stage.CLOSED)
        with pytest.raises(CaseClosed):
            await approved(client, view)
    assert ended.outcome is not None
    assert ended.outcome.kind is OutcomeKind.WITHDRAWN
    assert world.actions_for(case_id) == []
    assert [request for request in world.written if request.case_id == case_id] == []


async def test_an_edit_that_comes_after_the_case_has_closed_begins_a_new_run(
    client: Client, ledger: CaseLedger, arrivals: Arrivals
) -> None:
    world = a_held_world(ledger)
    message: dict[str, JsonValue] = {"id": "m-1", "text": WISH, "sent_at": "2026-12-01T09:00:00Z"}
    case_id = "ticket:acme:own-changes:T-1"
    async with working(client, world):
        for event in own("ticket.created", {"id": "T-1", "messages": [message]}):
            await arrivals.bring(OWN, event)
        await world.case_reached(case_id, Stage.WAITING_FOR_REVIEW)
        for event in own("ticket.spam", {"ticket_id": "T-1"}):
            await arrivals.bring(OWN, event)
        await client.get_workflow_handle(case_id).result()
        edited = own("message.edited", {"ticket_id": "T-1", "message": {**message, "text": "Money back, please!"}})
        for event in (*edited, *edited):
            await arrivals.bring(OWN, event)
        view = await world.case_reached(case_id, Stage.WAITING_FOR_REVIEW, times=2)
    assert [message.text for message in view.ticket.messages] == ["Money back, please!"]


async def test_a_change_of_a_ticket_that_nobody_knows_is_ignored(arrivals: Arrivals) -> None:
    for event in own("ticket.merged", {"ticket_id": "nobody-knows"}):
        assert (await arrivals.bring(OWN, event)).outcome == "ignored"

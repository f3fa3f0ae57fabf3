"""What no webhook told us is found, and what is known is not told twice: real engine, real ledger, Zendesk's API."""

import asyncio
from collections.abc import AsyncGenerator, Generator
from contextlib import AsyncExitStack
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from pydantic import SecretStr
from temporalio.client import Client

from cases.helpdesk_write import Conversation, WriteIntent, WriteKind, digest_of
from cases.outcome import Stage
from cases.source import Source, SourceKind, SourceSecrets
from demo.faults import Fault, FaultKind
from ledger.cases import CaseLedger
from ledger.database import Database
from ledger.sources import SourceLedger
from starter.sources.schedule import keep_polled, schedule_id
from starter.sources.secrets import keep_secrets
from tests.helpdesks.fake_zendesk import AGENT, BOT, CUSTOMER, TOKEN, USER, FakeZendesk, Json
from tests.helpdesks.serving import served
from tests.starter.doors import WrittenWorld, a_held_world, a_quiet_world
from tests.starter.read_desk import ReadDesk, reading


class Desk(ReadDesk):
    """A Zendesk that is registered as a source."""

    def __init__(self, client: Client, database: Database, zendesk: FakeZendesk, source: Source) -> None:
        super().__init__(client, database, source)
        self.zendesk = zendesk


@pytest.fixture
def zendesk() -> Generator[tuple[FakeZendesk, str]]:
    fake = FakeZendesk()
    with served(fake.app()) as url:
        yield fake, url


@pytest.fixture
async def desk(
    client: Client,
    database: Database,
    zendesk: tuple[FakeZendesk, str],
    tmp_path: Path,
    request: pytest.FixtureRequest,
) -> Desk:
    fake, url = zendesk
    name = f"z{abs(hash(request.node.name)) % 10**9}"
    source = Source(tenant="acme", name=name, kind=SourceKind.ZENDESK, url=url, user=USER, poll_minutes=1)
    keep_secrets(source, SourceSecrets(signing=(SecretStr("s"),), token=SecretStr(TOKEN)), tmp_path)
    await SourceLedger(database).keep(source, datetime.now(UTC) - timedelta(hours=2))
    return Desk(client, database, fake, source)


@pytest.fixture
async def quiet(desk: Desk, ledger: CaseLedger, tmp_path: Path) -> AsyncGenerator[WrittenWorld]:
    async with AsyncExitStack() as opened:
        yield await reading(desk, a_quiet_world(ledger), tmp_path, opened)


async def test_a_ticket_that_was_hinted_at_is_read_and_becomes_a_case(desk: Desk, quiet: WrittenWorld) -> None:
    desk.zendesk.open(7, "How long can I return things?")
    assert await desk.hint(7) == (f"{desk.case(7)} has the message 9001.",)
    view = await quiet.case_reached(desk.case(7), Stage.FOLLOW_UP)
    assert view.ticket.customer.email == "ada@example.com"


async def test_ten_hints_at_once_are_one_case_that_heard_each_message_once(desk: Desk, quiet: WrittenWorld) -> None:
    desk.zendesk.open(7, "How long?", "And in winter?")
    await asyncio.gather(*(desk.hint(7) for _ in range(10)))
    view = await quiet.case_reached(desk.case(7), Stage.FOLLOW_UP)
    assert [message.text for message in view.ticket.messages] == ["How long?", "And in winter?"]


async def test_a_helpdesk_that_is_away_delays_the_reading_and_loses_nothing(desk: Desk, quiet: WrittenWorld) -> None:
    desk.zendesk.open(7, "How long can I return things?")
    desk.zendesk.order(Fault(kind=FaultKind.FAIL, times=2))
    assert await desk.hint(7) == (f"{desk.case(7)} has the message 9001.",)


async def test_a_hint_at_a_ticket_that_is_not_there_says_so(desk: Desk, quiet: WrittenWorld) -> None:
    (sentence,) = await desk.hint(404)
    assert sentence == f"There is no ticket 404 in {desk.source.label} that a customer wrote."


async def test_a_poll_finds_what_no_webhook_told_and_the_next_one_tells_nothing_twice(
    desk: Desk, quiet: WrittenWorld
) -> None:
    for number in (1, 2, 3):
        desk.zendesk.open(number, f"Question {number}")
    first = await desk.poll()
    assert first.tickets == 3
    for number in (1, 2, 3):
        await quiet.case_reached(desk.case(number), Stage.FOLLOW_UP)
    await desk.poll()
    views = [await quiet.case_reached(desk.case(number), Stage.FOLLOW_UP) for number in (1, 2, 3)]
    assert [len(view.ticket.messages) for view in views] == [1, 1, 1]
    assert sorted(r.ticket_id for r in quiet.written if r.source == desk.source.name) == ["1", "2", "3"]


async def test_after_an_outage_the_poll_begins_where_the_last_one_ended(desk: Desk, quiet: WrittenWorld) -> None:
    desk.zendesk.open(1, "Before the outage")
    before = await desk.poll()
    desk.zendesk.open(2, "Meanwhile")
    desk.zendesk.add_comment(desk.zendesk.tickets[1], "<p>Me again</p>", CUSTOMER)
    desk.zendesk.order(Fault(kind=FaultKind.FAIL, times=3))
    after = await desk.poll()
    assert after.read_until >= before.read_until
    await quiet.case_reached(desk.case(2), Stage.FOLLOW_UP)
    again = await quiet.case_reached(desk.case(1), Stage.FOLLOW_UP, times=2)
    assert len(again.ticket.messages) == 2


async def test_a_ticket_that_cannot_be_read_holds_up_no_other_and_is_read_by_itself(
    desk: Desk, quiet: WrittenWorld
) -> None:
    desk.zendesk.open(1, "Question 1")
    broken = desk.zendesk.open(2, "Question 2")
    desk.zendesk.open(3, "Question 3")
    whole = broken.comments
    broken.comments = [Json({"id": "no comment"})]
    assert (await desk.poll()).tickets == 3
    await quiet.case_reached(desk.case(1), Stage.FOLLOW_UP)
    await quiet.case_reached(desk.case(3), Stage.FOLLOW_UP)
    broken.comments = whole
    await quiet.case_reached(desk.case(2), Stage.FOLLOW_UP)


async def test_a_poll_of_many_pages_goes_on_in_a_history_of_its_own(desk: Desk, quiet: WrittenWorld) -> None:
    desk.zendesk.page_size = 2
    for number in range(1, 6):
        desk.zendesk.open(number, f"Question {number}")
    assert (await desk.poll()).tickets == 5
    for number in range(1, 6):
        await quiet.case_reached(desk.case(number), Stage.FOLLOW_UP)


async def test_a_colleagues_answer_that_only_the_poll_sees_makes_the_case_stand_back(
    desk: Desk, ledger: CaseLedger, tmp_path: Path
) -> None:
    async with AsyncExitStack() as opened:
        world = await reading(desk, a_held_world(ledger), tmp_path, opened)
        ticket = desk.zendesk.open(1, "I want my money back")
        await desk.poll()
        await world.case_reached(desk.case(1), Stage.WAITING_FOR_REVIEW)
        desk.zendesk.add_comment(ticket, "<p>I have sent it back.</p>", AGENT)
        await desk.poll()
        view = await world.case_reached(desk.case(1), Stage.FOLLOW_UP)
    assert view.outcome is not None
    assert view.outcome.reason.sentence == "Ann Agent answered in the helpdesk"


async def test_our_own_reply_seen_by_a_poll_is_no_colleagues_even_before_its_id_is_known(
    desk: Desk, ledger: CaseLedger, tmp_path: Path
) -> None:
    async with AsyncExitStack() as opened:
        world = await reading(desk, a_held_world(ledger), tmp_path, opened)
        ticket = desk.zendesk.open(1, "I want my money back")
        await desk.poll()
        await world.case_reached(desk.case(1), Stage.WAITING_FOR_REVIEW)
        intent = WriteIntent(
            reference="r1",
            tenant=desk.source.tenant,
            source=desk.source.name,
            conversation=Conversation(ticket_id="1"),
            kind=WriteKind.REPLY,
            digest=digest_of("Which order is it?"),
            intended_at=datetime.now(UTC),
        )
        await desk.writes.intend(intent)
        desk.zendesk.add_comment(ticket, "<p>Which order is it?</p>", BOT)
        assert await desk.hint(1) == ("Nothing is new.",)


async def test_a_registered_source_is_polled_at_once_and_by_its_schedule(desk: Desk, quiet: WrittenWorld) -> None:
    desk.zendesk.open(1, "How long can I return things?")
    await keep_polled(desk.client, desk.source)
    await quiet.case_reached(desk.case(1), Stage.FOLLOW_UP)
    changed = desk.source.model_copy(update={"poll_minutes": 7})
    await keep_polled(desk.client, changed)
    handle = desk.client.get_schedule_handle(schedule_id(desk.source))

    described = await handle.describe()
    assert described.info.num_actions >= 1
    spec = described.schedule.spec
    assert [interval.every for interval in spec.intervals] == [timedelta(minutes=7)]
    await handle.delete()

"""A Zammad of which some groups are read: whatever happens in the others begins no case."""

from collections.abc import AsyncGenerator
from contextlib import AsyncExitStack
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import uuid4

import pytest
from pydantic import SecretStr
from temporalio.client import Client

from cases.errors import InvalidInput
from cases.outcome import Stage
from cases.source import Source, SourceKind, SourceSecrets
from ledger.cases import CaseLedger
from ledger.database import Database
from ledger.sources import SourceLedger
from starter.sources.helpdesks import SourceHelpdesks
from starter.sources.secrets import keep_secrets
from starter.sources.trial import newest_ticket, what_is_read
from tests.helpdesks.fake_zammad import TOKEN, FakeZammad
from tests.helpdesks.serving import served
from tests.starter.doors import WrittenWorld, a_held_world
from tests.starter.read_desk import ReadDesk, reading


class Desk(ReadDesk):
    """A Zammad of which one group is read."""

    def __init__(self, client: Client, database: Database, zammad: FakeZammad, source: Source, data: Path) -> None:
        super().__init__(client, database, source)
        self.zammad = zammad
        self.data = data

    async def newest(self, source: Source) -> str:
        async with AsyncExitStack() as opened:
            return await newest_ticket(source, await SourceHelpdesks(self.data, 2, opened).readable(source))


@pytest.fixture
async def desk(client: Client, database: Database, tmp_path: Path) -> AsyncGenerator[Desk]:
    fake = FakeZammad()
    with served(fake.app()) as url:
        name = f"g{uuid4().hex[:12]}"
        source = Source(tenant="acme", name=name, kind=SourceKind.ZAMMAD, url=url, groups=("Users",))
        keep_secrets(source, SourceSecrets(signing=(SecretStr("s"),), token=SecretStr(TOKEN)), tmp_path)
        await SourceLedger(database).keep(source, datetime.now(UTC) - timedelta(hours=2))
        yield Desk(client, database, fake, source, tmp_path)


@pytest.fixture
async def held(desk: Desk, ledger: CaseLedger, tmp_path: Path) -> AsyncGenerator[WrittenWorld]:
    async with AsyncExitStack() as opened:
        yield await reading(desk, a_held_world(ledger), tmp_path, opened)


async def test_a_poll_reads_the_named_groups_alone(desk: Desk, held: WrittenWorld, ledger: CaseLedger) -> None:
    desk.zammad.open(1, "My money back.")
    desk.zammad.open(2, "A word about my salary.").group = "Staff"
    assert (await desk.poll()).tickets == 1
    await held.case_reached(desk.case(1), Stage.WAITING_FOR_REVIEW)
    assert await ledger.case(desk.case(2)) is None
    assert [asked.path for asked in desk.zammad.asked if asked.path.endswith("/2")] == []


async def test_a_webhook_of_another_group_begins_no_case_and_says_why(
    desk: Desk, held: WrittenWorld, ledger: CaseLedger
) -> None:
    desk.zammad.open(2, "A word about my salary.").group = "Staff"
    assert await desk.hint(2) == (f"Ticket 2 is in the group Staff, which {desk.source.label} does not read.",)
    assert await ledger.case(desk.case(2)) is None


async def test_a_case_under_way_goes_on_hearing_when_its_ticket_moves_to_another_group(
    desk: Desk, held: WrittenWorld
) -> None:
    ticket = desk.zammad.open(1, "My money back.")
    await desk.poll()
    await held.case_reached(desk.case(1), Stage.WAITING_FOR_REVIEW)
    ticket.group = "Staff"
    desk.zammad.add_article(ticket, "I have sent it back.", "Agent")
    assert (await desk.poll()).tickets == 1
    view = await held.case_reached(desk.case(1), Stage.FOLLOW_UP)
    assert view.outcome is not None
    assert view.outcome.reason.sentence == "ann@acme.example answered in the helpdesk"


async def test_a_test_tries_a_ticket_of_the_named_groups_and_says_which_they_are(desk: Desk) -> None:
    desk.zammad.open(1, "My money back.").updated_at = datetime.now(UTC) - timedelta(days=2)
    desk.zammad.open(2, "A word about my salary.").group = "Staff"
    assert await desk.newest(desk.source) == "1"
    assert what_is_read(desk.source) == "Users, and no other group."
    all_groups = desk.source.model_copy(update={"groups": ()})
    assert await desk.newest(all_groups) == "2"
    assert what_is_read(all_groups) == (
        "every group its token sees. Name those it shall read with --group, and add it again."
    )


async def test_a_group_that_is_not_there_is_told_with_those_that_are(desk: Desk) -> None:
    desk.zammad.open(1, "My money back.")
    misspelt = desk.source.model_copy(update={"groups": ("User",)})
    with pytest.raises(InvalidInput, match="no ticket has changed in User for 30 days, but in Users"):
        await desk.newest(misspelt)

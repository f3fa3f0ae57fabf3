"""Lockouts: of many cases whose reply is refused one tells ops, and so long as nobody hears, the next one does."""

import asyncio
from collections.abc import AsyncIterator, Iterator

import httpx
import pytest
from pydantic import JsonValue
from sqlalchemy import text
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route
from temporalio.testing import ActivityEnvironment

from activities.lockouts import Lockouts
from cases.errors import ToolUnavailable
from cases.lockout import LockedOut
from cases.source_work import SourceName
from integrations.alerts.webhook import AlertWebhook
from ledger.database import Database
from ledger.lockouts import LockoutLedger
from tests.helpdesks.serving import served

LOCKED = LockedOut(tenant="acme", source="zen", why="The helpdesk no longer lets us in: status 403.")
ZEN = SourceName(tenant="acme", name="zen")


class Channel:
    """Where ops read their alerts."""

    def __init__(self) -> None:
        self.heard: list[JsonValue] = []
        self.status = 200

    async def hear(self, request: Request) -> Response:
        if self.status == 200:
            self.heard.append(await request.json())
        return Response(status_code=self.status)


@pytest.fixture
def channel() -> Channel:
    return Channel()


@pytest.fixture
def address(channel: Channel) -> Iterator[str]:
    with served(Starlette(routes=[Route("/hook/secret", channel.hear, methods=["POST"])])) as url:
        yield f"{url}/hook/secret"


@pytest.fixture
async def book(migrated_url: str) -> AsyncIterator[LockoutLedger]:
    database = Database.at(migrated_url, connections=5)
    async with database.transaction() as connection:
        await connection.execute(text("TRUNCATE lockouts"))
    yield LockoutLedger(database)
    await database.close()


@pytest.fixture
async def lockouts(book: LockoutLedger, address: str) -> AsyncIterator[Lockouts]:
    async with httpx.AsyncClient(timeout=5, trust_env=False) as client:
        yield Lockouts(book, AlertWebhook(client, address))


async def tell(lockouts: Lockouts) -> None:
    await ActivityEnvironment().run(lockouts.tell_ops, LOCKED)


async def test_of_ten_cases_at_once_one_tells_ops_with_the_commands_that_mend_it(
    lockouts: Lockouts, channel: Channel
) -> None:
    await asyncio.gather(*(tell(lockouts) for _ in range(10)))
    assert channel.heard == [
        {
            "text": "Signalbox: acme/zen no longer lets us write, and replies wait. The helpdesk no longer lets us in: "
            "status 403. Give it a token that works: `signalbox source token acme/zen`, then `signalbox source test "
            "acme/zen`."
        }
    ]


async def test_an_alert_that_did_not_get_through_is_sent_by_the_next_who_is_refused(
    lockouts: Lockouts, channel: Channel, address: str
) -> None:
    channel.status = 500
    with pytest.raises(ToolUnavailable, match="SIGNALBOX_ALERT_URL") as failed:
        await tell(lockouts)
    assert address not in str(failed.value)
    channel.status = 200
    await tell(lockouts)
    await tell(lockouts)
    assert len(channel.heard) == 1


async def test_ops_hear_once_that_it_is_over_and_anew_of_the_next_one(lockouts: Lockouts, channel: Channel) -> None:
    await tell(lockouts)
    for _ in range(2):
        await ActivityEnvironment().run(lockouts.let_in, ZEN)
    await tell(lockouts)
    texts = [str(alert["text"]) for alert in channel.heard if isinstance(alert, dict)]
    assert ["no longer" in told for told in texts] == [True, False, True]


async def test_without_an_address_for_alerts_it_is_written_down_all_the_same(book: LockoutLedger) -> None:
    await tell(Lockouts(book, None))
    (lockout,) = await book.lockouts()
    assert (lockout.tenant, lockout.source, lockout.why) == ("acme", "zen", LOCKED.why)
    assert "`signalbox source token acme/zen`" in lockout.sentence

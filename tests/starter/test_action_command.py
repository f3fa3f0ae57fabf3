"""`signalbox action`: a person settles what nobody knows, and then the record is free again."""

import json

import pytest

from cases.action import ActionResult, ActionStatus
from cases.reservation import Reserved, TargetBusy
from cases.work import ActRequest
from ledger.actions import ActionLedger
from ledger.database import Database
from starter.settings import Settings
from tests.ledger.samples import NOON, limits, refund_request
from tests.starter.command import Command

AMPLE = limits("1000", "1000000")


@pytest.fixture(scope="module")
def command(settings: Settings) -> Command:
    """The command of the test installation."""
    return Command(settings)


@pytest.fixture
async def database(settings: Settings) -> Database:
    opened = Database.at(settings.database_url, connections=2)
    async with opened.transaction() as connection:
        await connection.exec_driver_sql("TRUNCATE actions")
    return opened


async def lost(book: ActionLedger, request: ActRequest) -> str:
    """Leave an action of which nobody knows how it ended."""
    key = request.idempotency_key
    assert isinstance(await book.reserve_action(request, AMPLE, NOON), Reserved)
    await book.begin_sending(key, request.basis, NOON)
    unknown = ActionResult(action_id=request.action.id, status=ActionStatus.UNKNOWN)
    await book.settle_action(key, unknown, NOON)
    return key


@pytest.mark.parametrize("found", ["done", "not-done"])
async def test_what_is_unknown_is_listed_until_a_person_settles_it(
    command: Command, database: Database, found: str
) -> None:
    book = ActionLedger(database)
    key = await lost(book, refund_request("30.00", payment="pay_7"))
    other = refund_request("10.00", payment="pay_7")
    assert isinstance(await book.reserve_action(other, AMPLE, NOON), TargetBusy)
    listed = await command("action", "list")
    assert all(word in listed.stdout for word in ("refund of pay_7", "30.00 EUR", key))
    (as_json,) = json.loads((await command("action", "list", "--json")).stdout)
    assert as_json["key"] == key

    settled = await command("action", "settle", key, found, "--by", "olga")
    assert settled.stdout == f"refund:pay_7:m1 is settled as {found.replace('-', ' ')}.\n"
    assert (await command("action", "list")).stdout == "Of every action it is known how it ended.\n"
    assert not isinstance(await book.reserve_action(other, AMPLE, NOON), TargetBusy)
    await database.close()


async def test_what_is_known_is_not_settled_by_hand(command: Command, database: Database) -> None:
    told = await command("action", "settle", "ticket:acme:demo:1/refund:pay_1:m1", "done")
    assert told.exit_code == 1
    assert "there is none" in told.stderr
    await database.close()

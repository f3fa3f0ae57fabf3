"""Answering where a helpdesk keeps no promise of writing once: what may still be under way is not sent again."""

from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from datetime import UTC, datetime, timedelta
from http import HTTPStatus

import pytest
from pydantic import SecretStr
from sqlalchemy import text
from temporalio.exceptions import ApplicationError
from temporalio.testing import ActivityEnvironment

from activities.answer import UNDER_WAY_FOR, UNKNOWN_FOR, Answering
from activities.policies import PolicyShelf
from cases.errors import ToolLocked
from cases.policy.document import Policy
from cases.source import Source, SourceKind, SourceSecrets
from cases.work import AnswerReport, AnswerRequest
from integrations.helpdesks.chatwoot import ChatwootHelpdesk, headers
from ledger.database import Database
from ledger.helpdesk_writes import HelpdeskWrites
from tests.activities.test_answer import request
from tests.handed_in import NoArchive, OneHelpdesk
from tests.helpdesks.calling import calls_to
from tests.helpdesks.fake_chatwoot import ACCOUNT, TOKEN, FakeChatwoot, Talking
from tests.helpdesks.serving import served

TICKET = "48213"
LOST = HTTPStatus.BAD_GATEWAY
"""What stands before the helpdesk has lost its answer; whether it came to be, nobody can tell from this."""


class Clock:
    """Tells the time it is set to."""

    def __init__(self) -> None:
        self.now = datetime.now(UTC)

    def __call__(self) -> datetime:
        return self.now


@pytest.fixture
def chatwoot() -> FakeChatwoot:
    return FakeChatwoot()


@pytest.fixture
def talk(chatwoot: FakeChatwoot) -> Talking:
    return chatwoot.open(int(TICKET), "How long can I return things?")


@pytest.fixture
def address(chatwoot: FakeChatwoot) -> Iterator[str]:
    with served(chatwoot.app()) as address:
        yield address


@pytest.fixture
def clock() -> Clock:
    return Clock()


Try = Callable[[], Awaitable[AnswerReport]]


@pytest.fixture
async def answer(
    address: str, talk: Talking, clock: Clock, migrated_url: str, shipped_policy: Policy
) -> AsyncIterator[Try]:
    """One try at answering a conversation of Chatwoot."""
    source = Source(tenant="acme", name="chat", kind=SourceKind.CHATWOOT, url=address, account=ACCOUNT)
    asked: AnswerRequest = request(shipped_policy).model_copy(update={"ticket_id": TICKET})
    database = Database.at(migrated_url, connections=2)
    async with database.transaction() as connection:
        await connection.execute(text("TRUNCATE helpdesk_writes"))
    async with calls_to(source, headers(source, SourceSecrets(token=SecretStr(TOKEN)))) as calls:
        directory = OneHelpdesk(ChatwootHelpdesk(calls, source))
        shelf = PolicyShelf(shipped_policy, NoArchive())
        answering = Answering(directory, HelpdeskWrites(database), shelf, clock)

        async def once() -> AnswerReport:
            return await ActivityEnvironment().run(answering.answer, asked)

        yield once
    await database.close()


def replies(talk: Talking) -> list[object]:
    return [message["content"] for message in talk.messages if message["message_type"] == 1 and not message["private"]]


async def test_what_may_still_be_under_way_is_looked_for_and_not_sent_again(
    chatwoot: FakeChatwoot, talk: Talking, clock: Clock, answer: Try
) -> None:
    chatwoot.refuse(LOST)
    with pytest.raises(ApplicationError, match="ToolOutcomeUnknown"):
        await answer()
    clock.now += UNDER_WAY_FOR - timedelta(seconds=1)
    with pytest.raises(ApplicationError, match="may still be under way"):
        await answer()
    assert len(chatwoot.writes()) == 1
    chatwoot.say(talk, "You can return it within 30 days.", "outgoing")
    assert (await answer()).reply_id == str(talk.messages[-2]["id"])
    assert len(replies(talk)) == 1


async def test_what_can_be_under_way_no_more_is_sent_again(
    chatwoot: FakeChatwoot, talk: Talking, clock: Clock, answer: Try
) -> None:
    chatwoot.refuse(LOST)
    with pytest.raises(ApplicationError):
        await answer()
    clock.now += UNDER_WAY_FOR
    assert (await answer()).reply_id is not None
    assert len(replies(talk)) == 1


async def test_each_try_that_sets_out_is_waited_for_anew(
    chatwoot: FakeChatwoot, talk: Talking, clock: Clock, answer: Try
) -> None:
    for _ in range(2):
        chatwoot.refuse(LOST)
        with pytest.raises(ApplicationError, match="answer was lost"):
            await answer()
        clock.now += UNDER_WAY_FOR
    clock.now -= timedelta(seconds=1)
    with pytest.raises(ApplicationError, match="may still be under way"):
        await answer()
    assert replies(talk) == []


async def test_what_was_surely_not_sent_is_sent_as_soon_as_the_helpdesk_says(
    chatwoot: FakeChatwoot, talk: Talking, answer: Try
) -> None:
    chatwoot.refuse(429, headers={"Retry-After": "7"})
    with pytest.raises(ApplicationError) as busy:
        await answer()
    assert busy.value.next_retry_delay == timedelta(seconds=7)
    assert (await answer()).reply_id is not None
    assert len(replies(talk)) == 1


async def test_a_helpdesk_that_fails_for_longer_than_anybody_looks_is_tried_all_the_same(
    chatwoot: FakeChatwoot, talk: Talking, clock: Clock, answer: Try
) -> None:
    chatwoot.refuse(LOST)
    with pytest.raises(ApplicationError):
        await answer()
    clock.now += 2 * UNKNOWN_FOR
    chatwoot.refuse(LOST)
    with pytest.raises(ApplicationError, match="answer was lost"):
        await answer()
    clock.now += timedelta(seconds=1)
    with pytest.raises(ApplicationError, match="may still be under way"):
        await answer()
    clock.now += UNDER_WAY_FOR
    assert (await answer()).refused is None
    assert len(replies(talk)) == 1


@pytest.mark.parametrize("status", [401, 403])
async def test_a_token_that_may_no_more_is_told_as_what_ops_must_mend_and_the_reply_goes_out_once_it_may(
    chatwoot: FakeChatwoot, talk: Talking, answer: Try, status: int
) -> None:
    chatwoot.refuse(status)
    with pytest.raises(ApplicationError, match=f"no longer lets us in .*status {status}") as locked:
        await answer()
    assert locked.value.type == ToolLocked.__name__
    assert (await answer()).reply_id is not None
    assert len(replies(talk)) == 1

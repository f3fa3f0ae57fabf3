"""Our client of Chatwoot beside the official SDK, on one fake server: the same requests for the same."""

from collections.abc import AsyncIterator

import pytest
from chatwoot import AsyncChatwootClient

from cases.classification import Team
from cases.draft import CustomerText, InternalNote
from cases.helpdesk_write import WriteKind
from integrations.helpdesks.chatwoot import ChatwootHelpdesk
from tests.helpdesks.chatwoot.writes import PLACE, TEXT, intent
from tests.helpdesks.fake_chatwoot import ACCOUNT, TOKEN, FakeChatwoot, Talking


@pytest.fixture
async def sdk(address: str) -> AsyncIterator[AsyncChatwootClient]:
    client = AsyncChatwootClient(address, TOKEN)
    yield client
    await client.aclose()


async def test_the_official_sdk_sends_the_same_reply_and_note(
    helpdesk: ChatwootHelpdesk, server: FakeChatwoot, talk: Talking, sdk: AsyncChatwootClient
) -> None:
    await helpdesk.reply(intent(), CustomerText(text=TEXT))
    await helpdesk.note(intent(WriteKind.NOTE), InternalNote(text="Lost once."))
    await sdk.messages.create(int(ACCOUNT), 42, TEXT)
    await sdk.messages.create(int(ACCOUNT), 42, "Lost once.", private=True)
    ours, theirs = server.writes()[:2], server.writes()[2:]
    assert [(one.method, one.path, one.said) for one in ours] == [(one.method, one.path, one.said) for one in theirs]
    assert {one.headers["api_access_token"] for one in server.writes()} == {TOKEN}


async def test_the_official_sdk_sends_the_same_labels(
    helpdesk: ChatwootHelpdesk, server: FakeChatwoot, talk: Talking, sdk: AsyncChatwootClient
) -> None:
    await helpdesk.tag(PLACE, ("refund",))
    await sdk.conversations.labels.list(int(ACCOUNT), 42)
    await sdk.conversations.labels.add(int(ACCOUNT), 42, ["refund"])
    ours, theirs = server.asked[:2], server.asked[2:]
    assert [(one.method, one.path, one.said) for one in ours] == [(one.method, one.path, one.said) for one in theirs]


async def test_the_official_sdk_reads_from_the_same_places(
    helpdesk: ChatwootHelpdesk, server: FakeChatwoot, talk: Talking, sdk: AsyncChatwootClient
) -> None:
    await helpdesk.read("42")
    ours = {one.path for one in server.asked}
    server.asked.clear()
    await sdk.conversations.get(int(ACCOUNT), 42)
    await sdk.messages.list(int(ACCOUNT), 42)
    assert ours == {one.path for one in server.asked}


async def test_the_official_sdk_opens_a_conversation_in_the_same_way(
    helpdesk: ChatwootHelpdesk, server: FakeChatwoot, talk: Talking, sdk: AsyncChatwootClient
) -> None:
    talk.status = "pending"
    await helpdesk.assign(PLACE, Team.TRIAGE)
    opening = server.writes()[0]
    await sdk.conversations.toggle_status(int(ACCOUNT), 42, "open")
    theirs = server.writes()[-1]
    assert (opening.method, opening.path, opening.said) == (theirs.method, theirs.path, theirs.said)

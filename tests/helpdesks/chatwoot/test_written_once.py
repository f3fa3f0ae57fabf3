"""Whatever goes wrong on the way, a reply stands in its conversation once, and is known for ours."""

from datetime import UTC, datetime, timedelta

import pytest

from cases.draft import CustomerText
from cases.errors import ToolOutcomeUnknown, ToolUnavailable
from cases.helpdesk_write import CLOCKS_APART, EarlierTry
from demo.faults import Fault, FaultKind
from integrations.helpdesks.chatwoot import ChatwootHelpdesk
from tests.helpdesks.chatwoot.writes import TEXT, intent
from tests.helpdesks.fake_chatwoot import FakeChatwoot, Talking
from tests.helpdesks.trying import stands_there, troubles


async def test_a_reply_is_found_by_its_words(helpdesk: ChatwootHelpdesk, talk: Talking) -> None:
    wanted = intent()
    assert await helpdesk.find(wanted) is None
    written = await helpdesk.reply(wanted, CustomerText(text=TEXT))
    assert await helpdesk.find(wanted) == written


async def test_a_reply_whose_quotes_were_straightened_is_found(
    helpdesk: ChatwootHelpdesk, server: FakeChatwoot, talk: Talking
) -> None:
    found = server.say(talk, 'It is "on its way", Ada. See you!', "outgoing")
    assert await helpdesk.find(intent()) == str(found["id"])


@pytest.mark.parametrize(("kind", "seen"), [("incoming", "public"), ("outgoing", "private"), ("activity", "public")])
async def test_the_same_words_of_another_kind_are_not_ours(
    helpdesk: ChatwootHelpdesk, server: FakeChatwoot, talk: Talking, kind: str, seen: str
) -> None:
    server.say(talk, TEXT, kind, private=seen == "private")
    assert await helpdesk.find(intent()) is None


async def test_the_same_words_of_another_intent_are_not_ours(
    helpdesk: ChatwootHelpdesk, server: FakeChatwoot, talk: Talking
) -> None:
    theirs = server.say(talk, TEXT, "outgoing")
    assert await helpdesk.find(intent(others=(str(theirs["id"]),))) is None


async def test_the_same_words_from_before_the_intent_are_not_ours(
    helpdesk: ChatwootHelpdesk, server: FakeChatwoot, talk: Talking
) -> None:
    server.say(talk, TEXT, "outgoing")
    assert await helpdesk.find(intent(intended_at=datetime.now(UTC) + CLOCKS_APART + timedelta(minutes=1))) is None


async def test_a_reply_is_found_behind_many_pages(
    helpdesk: ChatwootHelpdesk, server: FakeChatwoot, talk: Talking
) -> None:
    wanted = intent()
    written = await helpdesk.reply(wanted, CustomerText(text=TEXT))
    for number in range(45):
        server.say(talk, f"Hello? {number}")
    assert await helpdesk.find(wanted) == written


async def test_nothing_is_found_in_a_conversation_that_is_not_there(helpdesk: ChatwootHelpdesk) -> None:
    assert await helpdesk.find(intent()) is None


async def test_a_reply_that_is_not_there_may_still_be_under_way(helpdesk: ChatwootHelpdesk, talk: Talking) -> None:
    wanted = intent(earlier=EarlierTry.UNDER_WAY)
    with pytest.raises(ToolOutcomeUnknown, match="may still be under way"):
        await helpdesk.find(wanted)
    written = await helpdesk.reply(wanted, CustomerText(text=TEXT))
    assert await helpdesk.find(wanted) == written


async def test_a_lost_answer_is_told_and_the_reply_is_found(
    helpdesk: ChatwootHelpdesk, server: FakeChatwoot, talk: Talking
) -> None:
    server.order(Fault(kind=FaultKind.DROP_ANSWER))
    wanted = intent()
    with pytest.raises(ToolOutcomeUnknown, match="look it up before a second try"):
        await helpdesk.reply(wanted, CustomerText(text=TEXT))
    assert await helpdesk.find(wanted) == str(talk.messages[-1]["id"])


async def test_a_reply_that_chatwoot_took_too_long_over_is_found(
    helpdesk: ChatwootHelpdesk, server: FakeChatwoot, talk: Talking
) -> None:
    server.order(Fault(kind=FaultKind.LATE_ANSWER, seconds=3))
    wanted = intent()
    with pytest.raises(ToolOutcomeUnknown, match="ReadTimeout"):
        await helpdesk.reply(wanted, CustomerText(text=TEXT))
    assert await helpdesk.find(wanted) == str(talk.messages[-1]["id"])


async def test_a_broken_chatwoot_leaves_the_outcome_unknown(
    helpdesk: ChatwootHelpdesk, server: FakeChatwoot, talk: Talking
) -> None:
    server.order(Fault(kind=FaultKind.FAIL, status=500))
    wanted = intent()
    with pytest.raises(ToolOutcomeUnknown, match="status 500"):
        await helpdesk.reply(wanted, CustomerText(text=TEXT))
    assert await helpdesk.find(wanted) is None


@pytest.mark.parametrize("status", [401, 409, 429, 503])
async def test_what_surely_did_nothing_may_be_tried_again(
    helpdesk: ChatwootHelpdesk, server: FakeChatwoot, talk: Talking, status: int
) -> None:
    server.refuse(status, headers={"Retry-After": "7"})
    with pytest.raises(ToolUnavailable) as failed:
        await helpdesk.reply(intent(), CustomerText(text=TEXT))
    assert failed.value.retry_after_seconds == 7
    assert len(talk.messages) == 1


async def test_a_reply_that_a_proxy_doubled_is_found_as_one_of_them(
    helpdesk: ChatwootHelpdesk, server: FakeChatwoot, talk: Talking
) -> None:
    server.doubled = 1
    wanted = intent()
    await helpdesk.reply(wanted, CustomerText(text=TEXT))
    assert await helpdesk.find(wanted) == str(talk.messages[-1]["id"])


async def test_whatever_goes_wrong_a_reply_stands_there_once(helpdesk: ChatwootHelpdesk, server: FakeChatwoot) -> None:
    for seed in range(100):
        talk = server.open(42, "Where is order W10400?")
        for trouble in troubles(seed):
            server.order(trouble)
        written = await stands_there(helpdesk, intent(), CustomerText(text=TEXT))
        server.plan.clear()
        assert [str(message["id"]) for message in talk.messages if message["content"] == TEXT] == [written], seed

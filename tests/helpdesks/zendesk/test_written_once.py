"""Whatever goes wrong on the way, a reply stands in its ticket once, and is known for ours."""

import random
from datetime import UTC, datetime, timedelta

import pytest
from pydantic import JsonValue

from cases.errors import ToolOutcomeUnknown, ToolUnavailable
from cases.helpdesk_write import CLOCKS_APART, Conversation, WriteIntent, WriteKind
from demo.faults import Fault, FaultKind
from integrations.helpdesks.zendesk import ZendeskHelpdesk
from tests.helpdesks.fake_zendesk import AGENT, BOT, FakeTicket, FakeZendesk
from tests.helpdesks.intents import PLACE, TEXT, intent_of, marked_reply
from tests.helpdesks.trying import troubles
from tests.waiting import eventually


async def test_a_reply_whose_answer_was_lost_is_found_by_its_reference(
    helpdesk: ZendeskHelpdesk, zendesk: FakeZendesk, ticket: FakeTicket
) -> None:
    intent = await marked_reply(helpdesk)
    zendesk.order(Fault(kind=FaultKind.DROP_ANSWER))
    with pytest.raises(ToolOutcomeUnknown):
        await helpdesk.reply(intent, TEXT)
    assert await helpdesk.find(intent) == str(ticket.comments[-1]["id"])


async def test_a_late_answer_is_an_unknown_outcome(
    helpdesk: ZendeskHelpdesk, zendesk: FakeZendesk, ticket: FakeTicket
) -> None:
    intent = await marked_reply(helpdesk)
    zendesk.order(Fault(kind=FaultKind.LATE_ANSWER, seconds=1.5))
    with pytest.raises(ToolOutcomeUnknown):
        await helpdesk.reply(intent, TEXT)
    assert await helpdesk.find(intent) is not None


async def test_a_request_that_is_carried_out_twice_leaves_one_reply(
    helpdesk: ZendeskHelpdesk, zendesk: FakeZendesk, ticket: FakeTicket
) -> None:
    intent = await marked_reply(helpdesk)
    zendesk.doubled = 1
    with pytest.raises(ToolUnavailable):
        await helpdesk.reply(intent, TEXT)
    assert await helpdesk.find(intent) == str(ticket.comments[-1]["id"])
    assert len(ticket.comments) == 2


async def test_a_request_still_under_way_when_the_mark_was_read_makes_ours_fail(
    helpdesk: ZendeskHelpdesk, zendesk: FakeZendesk, ticket: FakeTicket
) -> None:
    first = await marked_reply(helpdesk)
    again = first.model_copy(update={"mark": await helpdesk.mark(PLACE)})
    assert await helpdesk.find(again) is None
    await helpdesk.reply(first, TEXT)
    with pytest.raises(ToolUnavailable):
        await helpdesk.reply(again, TEXT)
    assert len(ticket.comments) == 2


async def test_a_request_that_is_carried_out_after_the_next_one_changes_nothing(
    helpdesk: ZendeskHelpdesk, zendesk: FakeZendesk, ticket: FakeTicket
) -> None:
    first = await marked_reply(helpdesk)
    zendesk.order(Fault(kind=FaultKind.SLOW, seconds=2))
    with pytest.raises(ToolOutcomeUnknown):
        await helpdesk.reply(first, TEXT)
    again = first.model_copy(update={"mark": await helpdesk.mark(PLACE)})
    assert await helpdesk.find(again) is None
    comment_id = await helpdesk.reply(again, TEXT)

    async def both_came() -> bool:
        return len(zendesk.writes()) == 2

    await eventually(both_came, "the request that was given up")
    assert await helpdesk.find(again) == comment_id
    assert len(ticket.comments) == 2


async def test_somebody_elses_change_makes_a_reply_fail_once_and_not_for_ever(
    helpdesk: ZendeskHelpdesk, zendesk: FakeZendesk, ticket: FakeTicket
) -> None:
    intent = await marked_reply(helpdesk)
    zendesk.touch(ticket)
    with pytest.raises(ToolUnavailable, match="409"):
        await helpdesk.reply(intent, TEXT)
    again = intent.model_copy(update={"mark": await helpdesk.mark(PLACE)})
    assert await helpdesk.find(again) is None
    assert await helpdesk.reply(again, TEXT)


async def stands_there(
    helpdesk: ZendeskHelpdesk, zendesk: FakeZendesk, ticket: FakeTicket, intent: WriteIntent, chance: random.Random
) -> str:
    """Try as whoever answers a ticket tries it: the mark, the look, the write. Somebody else is at it, too."""
    for _ in range(40):
        try:
            tried = intent.model_copy(update={"mark": await helpdesk.mark(intent.conversation)})
            found = await helpdesk.find(tried)
            if chance.random() < 0.3:
                ticket.updated_at += timedelta(minutes=1)
            zendesk.doubled = chance.choice([0, 0, 1])
            return found or await helpdesk.reply(tried, TEXT)
        except (ToolUnavailable, ToolOutcomeUnknown):
            continue
    raise AssertionError("It does not stand there after 40 tries.")


async def test_whatever_goes_wrong_each_ticket_gets_one_reply(helpdesk: ZendeskHelpdesk, zendesk: FakeZendesk) -> None:
    chance = random.Random(60)  # noqa: S311 - no secret is drawn
    for seed in range(60):
        ticket = zendesk.open(seed, "Where is it?")
        zendesk.keeps_metadata = seed % 2 == 0
        for fault in troubles(seed):
            zendesk.order(fault)
        place = Conversation(ticket_id=str(seed))
        intent = intent_of(WriteKind.REPLY, TEXT.text, place)
        comment_id = await stands_there(helpdesk, zendesk, ticket, intent, chance)
        assert [str(comment["id"]) for comment in ticket.comments[1:]] == [comment_id]


async def test_what_was_never_written_is_not_found(helpdesk: ZendeskHelpdesk, ticket: FakeTicket) -> None:
    assert await helpdesk.find(await marked_reply(helpdesk)) is None


async def test_a_reply_is_found_behind_many_pages(
    helpdesk: ZendeskHelpdesk, zendesk: FakeZendesk, ticket: FakeTicket
) -> None:
    zendesk.page_size = 2
    for number in range(5):
        zendesk.add_comment(ticket, f"<p>{number}</p>", AGENT)
    intent = await marked_reply(helpdesk)
    comment_id = await helpdesk.reply(intent, TEXT)
    assert await helpdesk.find(intent) == comment_id


async def test_the_same_words_under_another_reference_are_not_this_reply(
    helpdesk: ZendeskHelpdesk, ticket: FakeTicket
) -> None:
    await helpdesk.reply(await marked_reply(helpdesk, "ticket:acme:help:7/0/reply"), TEXT)
    assert await helpdesk.find(await marked_reply(helpdesk, "ticket:acme:help:7/1/reply")) is None


async def test_where_metadata_is_lost_a_reply_is_found_by_its_words(
    helpdesk: ZendeskHelpdesk, zendesk: FakeZendesk, ticket: FakeTicket
) -> None:
    zendesk.keeps_metadata = False
    intent = await marked_reply(helpdesk)
    comment_id = await helpdesk.reply(intent, TEXT)
    assert await helpdesk.find(intent) == comment_id


async def test_metadata_one_level_deeper_is_read_too(
    helpdesk: ZendeskHelpdesk, zendesk: FakeZendesk, ticket: FakeTicket
) -> None:
    intent = await marked_reply(helpdesk)
    nested: JsonValue = {"custom": {"signalbox_reference": intent.reference}}
    number = zendesk.add_comment(ticket, "<p>changed by a macro</p>", BOT, metadata=nested)
    assert await helpdesk.find(intent) == str(number)


@pytest.mark.parametrize("case", ["a note", "another intent's", "too old"])
async def test_the_same_words_are_not_ours_where_they_are(
    helpdesk: ZendeskHelpdesk, zendesk: FakeZendesk, ticket: FakeTicket, case: str
) -> None:
    number = zendesk.add_comment(ticket, "<p>Dear Ada, it comes tomorrow not later.</p>", BOT, public=case != "a note")
    intent = intent_of(WriteKind.REPLY, "Dear Ada, it comes tomorrow not later.")
    changes = {
        "a note": {},
        "another intent's": {"others": (str(number),)},
        "too old": {"intended_at": datetime.now(UTC) + CLOCKS_APART + timedelta(minutes=1)},
    }
    assert await helpdesk.find(intent) == (None if case == "a note" else str(number))
    assert await helpdesk.find(intent.model_copy(update=changes[case])) is None

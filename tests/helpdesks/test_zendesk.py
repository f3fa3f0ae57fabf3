import asyncio
import random
from collections.abc import AsyncIterator, Iterator
from datetime import UTC, datetime, timedelta

import httpx
import pytest
from pydantic import JsonValue, SecretStr

from cases.classification import Team
from cases.draft import CustomerText, InternalNote
from cases.errors import ToolOutcomeUnknown, ToolRefused, ToolUnavailable
from cases.helpdesk_write import CLOCKS_APART, Conversation, WriteIntent, WriteKind, digest_of
from cases.source import Source, SourceKind, SourceSecrets
from cases.ticket import Author, Channel, Customer, Writer
from demo.faults import Fault, FaultKind
from integrations.helpdesks.calls import HelpdeskCalls
from integrations.helpdesks.protocol import Helpdesk, ReadableHelpdesk
from integrations.helpdesks.zendesk import ZendeskHelpdesk, headers
from routing.writers import others_in
from tests.helpdesks.fake_zendesk import AGENT, BOT, CUSTOMER, IN_COPY, TOKEN, USER, FakeTicket, FakeZendesk, written_at
from tests.helpdesks.serving import served
from tests.helpdesks.trying import troubles

TEXT = CustomerText(text="Dear Ada,\n\nit comes <tomorrow> & not later.")
NOTE = InternalNote(text="Sent by post.\nNothing to do.")
PLACE = Conversation(ticket_id="7")


def intent_of(kind: WriteKind, text: str, mark: str = "", reference: str | None = None) -> WriteIntent:
    return WriteIntent(
        reference=reference or f"ticket:acme:help:7/0/{kind}",
        tenant="acme",
        source="help",
        conversation=PLACE,
        kind=kind,
        digest=digest_of(text),
        intended_at=datetime.now(UTC),
        mark=mark,
    )


@pytest.fixture
def zendesk() -> FakeZendesk:
    return FakeZendesk()


@pytest.fixture
def ticket(zendesk: FakeZendesk) -> FakeTicket:
    return zendesk.open(7, "Where is it?")


@pytest.fixture
def address(zendesk: FakeZendesk) -> Iterator[str]:
    with served(zendesk.app()) as address:
        yield address


@pytest.fixture
async def helpdesk(address: str) -> AsyncIterator[ZendeskHelpdesk]:
    source = Source(
        tenant="acme",
        name="help",
        kind=SourceKind.ZENDESK,
        url=address,
        user=USER,
        teams={Team.BILLING_SUPPORT: "360", Team.SALES: "Sales people"},
    )
    key = headers(source, SourceSecrets(token=SecretStr(TOKEN)))
    async with httpx.AsyncClient(base_url=address, headers=key, timeout=1, trust_env=False) as client:
        yield ZendeskHelpdesk(HelpdeskCalls(client), source)


async def reply_intent(helpdesk: Helpdesk, reference: str | None = None) -> WriteIntent:
    return intent_of(WriteKind.REPLY, TEXT.text, await helpdesk.mark(PLACE), reference)


def test_it_is_a_helpdesk_that_can_be_read(helpdesk: ZendeskHelpdesk) -> None:
    written: Helpdesk = helpdesk
    read: ReadableHelpdesk = helpdesk
    assert written is read


async def test_a_reply_is_public_and_nothing_in_it_is_markup(
    helpdesk: ZendeskHelpdesk, zendesk: FakeZendesk, ticket: FakeTicket
) -> None:
    comment_id = await helpdesk.reply(await reply_intent(helpdesk), TEXT)
    comment = ticket.comments[-1]
    assert comment["id"] == int(comment_id)
    assert comment["public"] is True
    assert "<p>Dear Ada,</p><p>it comes &lt;tomorrow&gt; &amp; not later.</p>" in str(comment["html_body"])


async def test_a_note_is_never_public(helpdesk: ZendeskHelpdesk, zendesk: FakeZendesk, ticket: FakeTicket) -> None:
    await helpdesk.note(intent_of(WriteKind.NOTE, NOTE.text, await helpdesk.mark(PLACE)), NOTE)
    assert ticket.comments[-1]["public"] is False


async def test_a_reply_is_bound_to_the_state_of_the_ticket_and_names_our_reference(
    helpdesk: ZendeskHelpdesk, zendesk: FakeZendesk, ticket: FakeTicket
) -> None:
    before = written_at(ticket.updated_at)
    await helpdesk.reply(await reply_intent(helpdesk), TEXT)
    asked = zendesk.writes()[-1]
    assert (asked.method, asked.path) == ("PUT", "/api/v2/tickets/7")
    assert asked.said == {
        "ticket": {
            "comment": {
                "html_body": "<p>Dear Ada,</p><p>it comes &lt;tomorrow&gt; &amp; not later.</p>",
                "public": True,
            },
            "metadata": {"signalbox_reference": "ticket:acme:help:7/0/reply"},
            "safe_update": True,
            "updated_stamp": before,
        }
    }


async def test_a_reply_whose_answer_was_lost_is_found_by_its_reference(
    helpdesk: ZendeskHelpdesk, zendesk: FakeZendesk, ticket: FakeTicket
) -> None:
    intent = await reply_intent(helpdesk)
    zendesk.order(Fault(kind=FaultKind.DROP_ANSWER))
    with pytest.raises(ToolOutcomeUnknown):
        await helpdesk.reply(intent, TEXT)
    assert await helpdesk.find(intent) == str(ticket.comments[-1]["id"])


async def test_a_late_answer_is_an_unknown_outcome(
    helpdesk: ZendeskHelpdesk, zendesk: FakeZendesk, ticket: FakeTicket
) -> None:
    intent = await reply_intent(helpdesk)
    zendesk.order(Fault(kind=FaultKind.LATE_ANSWER, seconds=1.5))
    with pytest.raises(ToolOutcomeUnknown):
        await helpdesk.reply(intent, TEXT)
    assert await helpdesk.find(intent) is not None


async def test_a_request_that_is_carried_out_twice_leaves_one_reply(
    helpdesk: ZendeskHelpdesk, zendesk: FakeZendesk, ticket: FakeTicket
) -> None:
    intent = await reply_intent(helpdesk)
    zendesk.doubled = 1
    with pytest.raises(ToolUnavailable):
        await helpdesk.reply(intent, TEXT)
    assert await helpdesk.find(intent) == str(ticket.comments[-1]["id"])
    assert len(ticket.comments) == 2


async def test_a_request_still_under_way_when_the_mark_was_read_makes_ours_fail(
    helpdesk: ZendeskHelpdesk, zendesk: FakeZendesk, ticket: FakeTicket
) -> None:
    first = await reply_intent(helpdesk)
    again = first.model_copy(update={"mark": await helpdesk.mark(PLACE)})
    assert await helpdesk.find(again) is None
    await helpdesk.reply(first, TEXT)
    with pytest.raises(ToolUnavailable):
        await helpdesk.reply(again, TEXT)
    assert len(ticket.comments) == 2


async def test_a_request_that_is_carried_out_after_the_next_one_changes_nothing(
    helpdesk: ZendeskHelpdesk, zendesk: FakeZendesk, ticket: FakeTicket
) -> None:
    first = await reply_intent(helpdesk)
    zendesk.order(Fault(kind=FaultKind.SLOW, seconds=2))
    with pytest.raises(ToolOutcomeUnknown):
        await helpdesk.reply(first, TEXT)
    again = first.model_copy(update={"mark": await helpdesk.mark(PLACE)})
    assert await helpdesk.find(again) is None
    comment_id = await helpdesk.reply(again, TEXT)
    for _ in range(200):
        if len(zendesk.writes()) == 2:
            break
        await asyncio.sleep(0.05)
    assert len(zendesk.writes()) == 2
    assert await helpdesk.find(again) == comment_id
    assert len(ticket.comments) == 2


async def test_somebody_elses_change_makes_a_reply_fail_once_and_not_for_ever(
    helpdesk: ZendeskHelpdesk, zendesk: FakeZendesk, ticket: FakeTicket
) -> None:
    intent = await reply_intent(helpdesk)
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
        intent = intent_of(WriteKind.REPLY, TEXT.text, "", f"ticket:acme:help:{seed}/0/reply")
        intent = intent.model_copy(update={"conversation": place})
        comment_id = await stands_there(helpdesk, zendesk, ticket, intent, chance)
        assert [str(comment["id"]) for comment in ticket.comments[1:]] == [comment_id]


async def test_what_was_never_written_is_not_found(helpdesk: ZendeskHelpdesk, ticket: FakeTicket) -> None:
    assert await helpdesk.find(await reply_intent(helpdesk)) is None


async def test_a_reply_is_found_behind_many_pages(
    helpdesk: ZendeskHelpdesk, zendesk: FakeZendesk, ticket: FakeTicket
) -> None:
    zendesk.page_size = 2
    for number in range(5):
        zendesk.add_comment(ticket, f"<p>{number}</p>", AGENT)
    intent = await reply_intent(helpdesk)
    comment_id = await helpdesk.reply(intent, TEXT)
    assert await helpdesk.find(intent) == comment_id


async def test_the_same_words_under_another_reference_are_not_this_reply(
    helpdesk: ZendeskHelpdesk, ticket: FakeTicket
) -> None:
    await helpdesk.reply(await reply_intent(helpdesk, "ticket:acme:help:7/0/reply"), TEXT)
    assert await helpdesk.find(await reply_intent(helpdesk, "ticket:acme:help:7/1/reply")) is None


async def test_where_metadata_is_lost_a_reply_is_found_by_its_words(
    helpdesk: ZendeskHelpdesk, zendesk: FakeZendesk, ticket: FakeTicket
) -> None:
    zendesk.keeps_metadata = False
    intent = await reply_intent(helpdesk)
    comment_id = await helpdesk.reply(intent, TEXT)
    assert await helpdesk.find(intent) == comment_id


async def test_metadata_one_level_deeper_is_read_too(
    helpdesk: ZendeskHelpdesk, zendesk: FakeZendesk, ticket: FakeTicket
) -> None:
    intent = await reply_intent(helpdesk)
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


async def test_a_helpdesk_that_asks_for_patience_says_how_long(
    helpdesk: ZendeskHelpdesk, zendesk: FakeZendesk, ticket: FakeTicket
) -> None:
    intent = await reply_intent(helpdesk)
    zendesk.refuse(429, {"error": "TooManyRequests"}, {"Retry-After": "42"})
    with pytest.raises(ToolUnavailable) as failure:
        await helpdesk.reply(intent, TEXT)
    assert failure.value.retry_after_seconds == 42
    assert len(ticket.comments) == 1


async def test_a_failure_of_theirs_leaves_the_outcome_open(
    helpdesk: ZendeskHelpdesk, zendesk: FakeZendesk, ticket: FakeTicket
) -> None:
    intent = await reply_intent(helpdesk)
    zendesk.order(Fault(kind=FaultKind.FAIL, status=500))
    with pytest.raises(ToolOutcomeUnknown):
        await helpdesk.reply(intent, TEXT)


async def test_a_closed_ticket_is_refused_with_zendesks_reason(
    helpdesk: ZendeskHelpdesk, zendesk: FakeZendesk, ticket: FakeTicket
) -> None:
    ticket.status = "closed"
    with pytest.raises(ToolRefused, match="Status: closed"):
        await helpdesk.reply(await reply_intent(helpdesk), TEXT)


async def test_a_ticket_that_never_existed_is_refused_and_has_no_message_of_ours(helpdesk: ZendeskHelpdesk) -> None:
    with pytest.raises(ToolRefused, match="no ticket 7"):
        await helpdesk.mark(PLACE)
    assert await helpdesk.find(intent_of(WriteKind.REPLY, TEXT.text)) is None
    assert await helpdesk.read("7") is None


async def test_an_update_that_names_no_comment_is_looked_up_before_a_second_try(
    helpdesk: ZendeskHelpdesk, zendesk: FakeZendesk, ticket: FakeTicket
) -> None:
    intent = await reply_intent(helpdesk)
    zendesk.refuse(200, {"ticket": ticket.shown(), "audit": {"created_at": "2026-01-01T00:00:00Z", "events": []}})
    with pytest.raises(ToolOutcomeUnknown, match="named no comment"):
        await helpdesk.reply(intent, TEXT)


async def test_tags_are_added_to_those_that_are_there(helpdesk: ZendeskHelpdesk, ticket: FakeTicket) -> None:
    await helpdesk.tag(PLACE, ("signalbox", "two words"))
    await helpdesk.tag(PLACE, ("signalbox",))
    assert ticket.tags == ["vip", "signalbox", "two_words"]


async def test_a_team_is_a_group_by_its_number(helpdesk: ZendeskHelpdesk, ticket: FakeTicket) -> None:
    await helpdesk.assign(PLACE, Team.BILLING_SUPPORT)
    assert ticket.group_id == 360


async def test_a_team_that_zendesk_does_not_have_is_left_alone(
    helpdesk: ZendeskHelpdesk, zendesk: FakeZendesk, ticket: FakeTicket
) -> None:
    await helpdesk.assign(PLACE, Team.TRIAGE)
    assert zendesk.writes() == []


async def test_a_group_without_a_number_is_refused_with_the_way_out(
    helpdesk: ZendeskHelpdesk, zendesk: FakeZendesk, ticket: FakeTicket
) -> None:
    with pytest.raises(ToolRefused, match="needs its number"):
        await helpdesk.assign(PLACE, Team.SALES)
    assert zendesk.writes() == []


async def test_a_ticket_is_read_with_all_its_public_messages(
    helpdesk: ZendeskHelpdesk, zendesk: FakeZendesk, ticket: FakeTicket
) -> None:
    zendesk.add_comment(ticket, "<p>psst</p>", AGENT, public=False)
    reply = zendesk.add_comment(ticket, "<p>Soon.<br>Ann</p>", AGENT)
    picture = {"id": 55, "file_name": "a.png", "content_type": "image/png", "content_url": "https://x/a", "size": 9}
    last = zendesk.add_comment(ticket, "", CUSTOMER, files=({**picture},))
    found = await helpdesk.read("7")
    assert found is not None
    assert [(m.author, m.text) for m in found.ticket.messages] == [
        (Author.CUSTOMER, "Where is it?"),
        (Author.AGENT, "Soon.\nAnn"),
        (Author.CUSTOMER, "[a.png]"),
    ]
    assert found.ticket.messages[-1].id == str(last)
    assert found.ticket.messages[-1].attachments[0].media_type == "image/png"
    assert [(said.id, said.author, said.text) for said in found.replies] == [(str(reply), "Ann Agent", "Soon.\nAnn")]
    assert found.ticket.customer == Customer(id=str(CUSTOMER), name="Ada Byron", email="ada@example.com")
    assert (found.ticket.locale, found.ticket.channel) == ("de", Channel.EMAIL)
    assert not found.ticket.customer.authenticated
    assert not found.solved


async def test_a_long_conversation_is_read_page_by_page(
    helpdesk: ZendeskHelpdesk, zendesk: FakeZendesk, ticket: FakeTicket
) -> None:
    zendesk.page_size = 2
    for number in range(4):
        zendesk.add_comment(ticket, f"<p>more {number}</p>", CUSTOMER)
    found = await helpdesk.read("7")
    assert found is not None
    assert [message.text for message in found.ticket.messages][-1] == "more 3"
    assert len(found.ticket.messages) == 5


async def test_a_letter_that_is_too_long_is_cut_and_says_so(
    helpdesk: ZendeskHelpdesk, zendesk: FakeZendesk, ticket: FakeTicket
) -> None:
    zendesk.add_comment(ticket, f"<p>{'word ' * 5_000}</p>", CUSTOMER)
    found = await helpdesk.read("7")
    assert found is not None
    assert len(found.ticket.messages[-1].text) == 20_000
    assert found.ticket.messages[-1].text.endswith("too long.]")


async def test_a_ticket_without_a_word_of_a_customer_is_none(helpdesk: ZendeskHelpdesk, zendesk: FakeZendesk) -> None:
    ticket = zendesk.open(7)
    zendesk.add_comment(ticket, "<p>We call you.</p>", AGENT)
    assert await helpdesk.read("7") is None


async def test_a_comment_of_somebody_unknown_is_not_taken_for_the_customers(
    helpdesk: ZendeskHelpdesk, zendesk: FakeZendesk, ticket: FakeTicket
) -> None:
    zendesk.add_comment(ticket, "<p>Refund it.</p>", -1)
    found = await helpdesk.read("7")
    assert found is not None
    assert found.ticket.messages[-1].author is Author.AGENT


async def test_each_message_tells_which_customer_wrote_it(
    helpdesk: ZendeskHelpdesk, zendesk: FakeZendesk, ticket: FakeTicket
) -> None:
    zendesk.add_comment(ticket, "<p>Refund it to my card.</p>", IN_COPY)
    zendesk.add_comment(ticket, "<p>Soon.</p>", AGENT)
    found = await helpdesk.read("7")
    assert found is not None
    assert found.ticket.customer == Customer(id=str(CUSTOMER), name="Ada Byron", email="ada@example.com")
    writers = [message.written_by for message in found.ticket.messages]
    ada = Writer(id=str(CUSTOMER), name="Ada Byron", email="ada@example.com")
    assert writers == [ada, Writer(id=str(IN_COPY), name="Eve", email="eve@example.com"), None]
    assert others_in(found.ticket) == (writers[1],)


async def test_somebody_in_copy_whom_the_customer_does_not_see_changes_nothing(
    helpdesk: ZendeskHelpdesk, zendesk: FakeZendesk, ticket: FakeTicket
) -> None:
    zendesk.add_comment(ticket, "<p>Refund it.</p>", IN_COPY, public=False)
    zendesk.add_comment(ticket, "<p>Soon.</p>", AGENT)
    found = await helpdesk.read("7")
    assert found is not None
    assert found.ticket.customer.email == "ada@example.com"


async def test_a_ticket_that_is_done_is_solved(helpdesk: ZendeskHelpdesk, ticket: FakeTicket) -> None:
    solved: dict[str, bool] = {}
    for status in ("open", "pending", "solved", "closed"):
        ticket.status = status
        found = await helpdesk.read("7")
        assert found is not None
        solved[status] = found.solved
    assert solved == {"open": False, "pending": False, "solved": True, "closed": True}


@pytest.mark.parametrize(("score", "mark"), [("good", 5), ("bad_with_comment", 1), ("offered", None)])
async def test_the_customers_mark_is_read(
    helpdesk: ZendeskHelpdesk, ticket: FakeTicket, score: str, mark: int | None
) -> None:
    ticket.rating = {"score": score, "comment": "Quick."}
    found = await helpdesk.read("7")
    assert found is not None
    assert (found.satisfaction.score if found.satisfaction else None) == mark


async def test_what_changed_comes_page_by_page_oldest_first(helpdesk: ZendeskHelpdesk, zendesk: FakeZendesk) -> None:
    zendesk.page_size = 2
    now = datetime.now(UTC).replace(microsecond=0)
    for number, minutes in ((1, 50), (2, 40), (3, 30), (4, 300)):
        zendesk.open(number).updated_at = now - timedelta(minutes=minutes)
    first = await helpdesk.changed_since(now - timedelta(hours=1), None)
    assert (first.ticket_ids, first.changed_until) == (("1", "2"), now - timedelta(minutes=40))
    second = await helpdesk.changed_since(now - timedelta(hours=1), first.next_page)
    assert (second.ticket_ids, second.next_page) == (("3",), None)


async def test_asking_for_the_last_seconds_is_put_off_to_where_zendesk_answers(
    helpdesk: ZendeskHelpdesk, zendesk: FakeZendesk
) -> None:
    nothing = await helpdesk.changed_since(datetime.now(UTC), None)
    assert (nothing.ticket_ids, nothing.changed_until) == ((), None)


async def test_a_helpdesk_that_is_away_is_asked_again(
    helpdesk: ZendeskHelpdesk, zendesk: FakeZendesk, ticket: FakeTicket
) -> None:
    zendesk.order(Fault(kind=FaultKind.FAIL, status=503))
    with pytest.raises(ToolUnavailable):
        await helpdesk.read("7")

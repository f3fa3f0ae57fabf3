import math
from datetime import UTC, datetime, timedelta

import httpx
import pytest

from cases.errors import ToolUnavailable
from cases.helpdesk_write import Conversation
from cases.source import Source
from cases.source_event import HelpdeskTicket, TicketGone
from cases.ticket import MAXIMUM_MESSAGES, Author, Customer
from demo.faults import Fault, FaultKind
from integrations.helpdesks.calls import HelpdeskCalls
from integrations.helpdesks.chatwoot import ChatwootHelpdesk
from integrations.helpdesks.protocol import Helpdesk, ReadableHelpdesk
from tests.helpdesks.chatwoot.conftest import client_of
from tests.helpdesks.chatwoot.writes import intent
from tests.helpdesks.fake_chatwoot import CONTACT, PAGE, FakeChatwoot, Talking


def test_it_is_a_helpdesk_that_can_be_read(source: Source) -> None:
    helpdesk = ChatwootHelpdesk(HelpdeskCalls(httpx.AsyncClient()), source)
    written: Helpdesk = helpdesk
    read: ReadableHelpdesk = helpdesk
    assert written is read


async def test_a_wrong_token_waits_for_whoever_mends_it(source: Source, server: FakeChatwoot, talk: Talking) -> None:
    async with httpx.AsyncClient(base_url=source.url or "", trust_env=False) as client:
        with pytest.raises(ToolUnavailable, match="status 401"):
            await ChatwootHelpdesk(HelpdeskCalls(client), source).read("42")


async def test_a_conversation_is_read_with_all_that_is_public(
    helpdesk: ChatwootHelpdesk, server: FakeChatwoot, talk: Talking
) -> None:
    server.say(
        talk, "What is the order's number?", "outgoing", sender={"id": 4, "name": "Greeter", "type": "agent_bot"}
    )
    server.say(talk, "He is angry.", "outgoing", private=True)
    server.say(talk, "Assigned to Bo", "activity")
    server.say(talk, "It is on its way.", "outgoing")
    read = await helpdesk.read("42")
    assert isinstance(read, HelpdeskTicket)
    assert [(message.author, message.text) for message in read.ticket.messages] == [
        (Author.CUSTOMER, "Where is order W10400?"),
        (Author.AGENT, "What is the order's number?"),
        (Author.AGENT, "It is on its way."),
    ]
    assert [(reply.author, reply.text) for reply in read.replies] == [("Sig", "It is on its way.")]
    assert read.ticket.case_id == "ticket:acme:chat:42"
    assert read.ticket.customer.email == CONTACT["email"]
    assert read.ticket.customer.authenticated
    assert read.ticket.locale == "de"
    assert not read.solved
    assert read.satisfaction is None


async def test_a_solved_conversation_is_read_with_the_customers_mark(
    helpdesk: ChatwootHelpdesk, server: FakeChatwoot, talk: Talking
) -> None:
    survey = server.say(talk, "How was it?", "template")
    survey["content_type"] = "input_csat"
    survey["content_attributes"] = {"submitted_values": {"csat_survey_response": {"rating": 4}}}
    talk.status = "resolved"
    read = await helpdesk.read("42")
    assert isinstance(read, HelpdeskTicket)
    assert read.solved
    assert read.satisfaction is not None
    assert read.satisfaction.score == 4


async def test_a_long_conversation_is_read_whole_and_kept_as_far_as_there_is_room(
    helpdesk: ChatwootHelpdesk, server: FakeChatwoot, talk: Talking
) -> None:
    for number in range(70):
        server.say(talk, f"Line {number}")
    read = await helpdesk.read("42")
    assert isinstance(read, HelpdeskTicket)
    assert [message.text for message in read.ticket.messages] == [f"Line {number}" for number in range(20, 70)]


async def test_of_a_conversation_of_thousands_only_the_newest_pages_are_read(
    helpdesk: ChatwootHelpdesk, server: FakeChatwoot, talk: Talking
) -> None:
    for number in range(3_000):
        server.say(talk, f"Line {number}")
    read = await helpdesk.read("42")
    assert isinstance(read, HelpdeskTicket)
    assert [message.text for message in read.ticket.messages] == [f"Line {number}" for number in range(2_950, 3_000)]
    pages = [asked for asked in server.asked if asked.path.endswith("/messages")]
    assert len(pages) == math.ceil(MAXIMUM_MESSAGES / PAGE)


async def test_notes_and_agents_words_do_not_hide_that_a_customer_wrote(
    helpdesk: ChatwootHelpdesk, server: FakeChatwoot, talk: Talking
) -> None:
    for number in range(60):
        server.say(talk, f"Note {number}", "outgoing", private=True)
        server.say(talk, f"Answer {number}", "outgoing")
    read = await helpdesk.read("42")
    assert isinstance(read, HelpdeskTicket)
    assert [reply.text for reply in read.replies] == [f"Answer {number}" for number in range(60)]


async def test_a_conversation_without_words_of_a_customer_is_no_ticket(
    helpdesk: ChatwootHelpdesk, server: FakeChatwoot
) -> None:
    server.say(server.open(42), "Hello!", "outgoing")
    assert await helpdesk.read("42") is None
    assert isinstance(await helpdesk.read("43"), TicketGone)


async def test_what_changed_is_listed_oldest_first(helpdesk: ChatwootHelpdesk, server: FakeChatwoot) -> None:
    now = datetime.now(UTC)
    for number, minutes in ((1, 5), (2, 90), (3, 10)):
        server.say(server.open(number), "Hello?", at=now - timedelta(minutes=minutes))
    changed = await helpdesk.changed_since(now - timedelta(minutes=30), None)
    assert changed.ticket_ids == ("3", "1")
    assert changed.changed_until == server.talks["1"].changed_at
    assert changed.next_page is None


async def test_a_bot_is_listed_what_waits_for_it_and_may_read_the_rest(
    helpdesk: ChatwootHelpdesk, bot: ChatwootHelpdesk, server: FakeChatwoot
) -> None:
    now = datetime.now(UTC)
    for number, status in enumerate(("pending", "open", "resolved", "snoozed"), start=1):
        talk = server.open(number, "Hello?")
        server.say(talk, "I look into it.", "outgoing")
        talk.status = status
    assert (await bot.changed_since(now, None)).ticket_ids == ("1",)
    assert set((await helpdesk.changed_since(now, None)).ticket_ids) == {"1", "2", "3", "4"}
    answered = await bot.read("2")
    assert isinstance(answered, HelpdeskTicket)
    assert [reply.text for reply in answered.replies] == ["I look into it."]


async def test_where_nothing_changed_nothing_is_listed(helpdesk: ChatwootHelpdesk) -> None:
    changed = await helpdesk.changed_since(datetime.now(UTC), None)
    assert (changed.ticket_ids, changed.changed_until) == ((), None)


async def test_an_account_that_is_not_there_is_told(source: Source, server: FakeChatwoot) -> None:
    elsewhere = source.model_copy(update={"account": "8"})
    async with client_of(elsewhere) as helpdesk:
        with pytest.raises(ToolUnavailable, match=r"no account 8\. Correct the account"):
            await helpdesk.changed_since(datetime.now(UTC), None)


async def test_a_read_that_fails_may_be_asked_again(
    helpdesk: ChatwootHelpdesk, server: FakeChatwoot, talk: Talking
) -> None:
    server.order(Fault(kind=FaultKind.FAIL, status=500, times=2))
    for ask in (helpdesk.find(intent()), helpdesk.read("42")):
        with pytest.raises(ToolUnavailable, match="Ask again"):
            await ask


async def test_a_deleted_message_is_named_and_a_deleted_conversation_is_no_more(
    helpdesk: ChatwootHelpdesk, server: FakeChatwoot
) -> None:
    talk = server.open(42, "Refund it", "Please")
    talk.messages[0] |= {"content": "This message was deleted", "content_attributes": {"deleted": True}}
    found = await helpdesk.read("42")
    assert isinstance(found, HelpdeskTicket)
    assert [message.text for message in found.ticket.messages] == ["Please"]
    assert found.deleted == (str(talk.messages[0]["id"]),)
    del server.talks["42"]
    assert isinstance(await helpdesk.standing(Conversation(ticket_id="42")), TicketGone)


async def test_a_conversation_of_another_contact_is_theirs(helpdesk: ChatwootHelpdesk, server: FakeChatwoot) -> None:
    talk = server.open(42, "Hello?")
    talk.contact = {"id": 32, "name": "Eve", "email": "eve@example.com", "identifier": "cus_32"}
    now = await helpdesk.standing(Conversation(ticket_id="42"))
    assert now == Customer(id="cus_32", contact_id="32", name="Eve", email="eve@example.com", authenticated=True)

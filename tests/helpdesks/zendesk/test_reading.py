from datetime import UTC, datetime, timedelta

import pytest
from pydantic import JsonValue

from cases.errors import ToolUnavailable
from cases.source_event import HelpdeskTicket, TicketGone, TicketMerged, TicketRemoved
from cases.ticket import Author, Channel, Customer, Writer
from demo.faults import Fault, FaultKind
from integrations.helpdesks.protocol import Helpdesk, ReadableHelpdesk
from integrations.helpdesks.zendesk import ZendeskHelpdesk
from routing.writers import others_in
from tests.helpdesks.fake_zendesk import AGENT, CUSTOMER, IN_COPY, PEOPLE, FakeTicket, FakeZendesk
from tests.helpdesks.intents import PLACE


def test_it_is_a_helpdesk_that_can_be_read(helpdesk: ZendeskHelpdesk) -> None:
    written: Helpdesk = helpdesk
    read: ReadableHelpdesk = helpdesk
    assert written is read


async def test_a_ticket_is_read_with_all_its_public_messages(
    helpdesk: ZendeskHelpdesk, zendesk: FakeZendesk, ticket: FakeTicket
) -> None:
    zendesk.add_comment(ticket, "<p>psst</p>", AGENT, public=False)
    reply = zendesk.add_comment(ticket, "<p>Soon.<br>Ann</p>", AGENT)
    picture = {"id": 55, "file_name": "a.png", "content_type": "image/png", "content_url": "https://x/a", "size": 9}
    last = zendesk.add_comment(ticket, "", CUSTOMER, files=({**picture},))
    found = await helpdesk.read("7")
    assert isinstance(found, HelpdeskTicket)
    assert [(m.author, m.text) for m in found.ticket.messages] == [
        (Author.CUSTOMER, "Where is it?"),
        (Author.AGENT, "Soon.\nAnn"),
        (Author.CUSTOMER, "[a.png]"),
    ]
    assert found.ticket.messages[-1].id == str(last)
    assert found.ticket.messages[-1].attachments[0].media_type == "image/png"
    assert [(said.id, said.author, said.text) for said in found.replies] == [(str(reply), "Ann Agent", "Soon.\nAnn")]
    assert found.ticket.customer == Customer(contact_id=str(CUSTOMER), name="Ada Byron", email="ada@example.com")
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
    assert isinstance(found, HelpdeskTicket)
    assert [message.text for message in found.ticket.messages][-1] == "more 3"
    assert len(found.ticket.messages) == 5


async def test_a_letter_that_is_too_long_is_cut_and_says_so(
    helpdesk: ZendeskHelpdesk, zendesk: FakeZendesk, ticket: FakeTicket
) -> None:
    zendesk.add_comment(ticket, f"<p>{'word ' * 5_000}</p>", CUSTOMER)
    found = await helpdesk.read("7")
    assert isinstance(found, HelpdeskTicket)
    assert len(found.ticket.messages[-1].text) == 20_000
    assert "the text is too long" in found.ticket.messages[-1].text


async def test_a_ticket_without_a_word_of_a_customer_is_none(helpdesk: ZendeskHelpdesk, zendesk: FakeZendesk) -> None:
    ticket = zendesk.open(7)
    zendesk.add_comment(ticket, "<p>We call you.</p>", AGENT)
    assert await helpdesk.read("7") is None


async def test_a_comment_of_somebody_unknown_is_not_taken_for_the_customers(
    helpdesk: ZendeskHelpdesk, zendesk: FakeZendesk, ticket: FakeTicket
) -> None:
    zendesk.add_comment(ticket, "<p>Refund it.</p>", -1)
    found = await helpdesk.read("7")
    assert isinstance(found, HelpdeskTicket)
    assert found.ticket.messages[-1].author is Author.AGENT


async def test_each_message_tells_which_customer_wrote_it(
    helpdesk: ZendeskHelpdesk, zendesk: FakeZendesk, ticket: FakeTicket
) -> None:
    zendesk.add_comment(ticket, "<p>Refund it to my card.</p>", IN_COPY)
    zendesk.add_comment(ticket, "<p>Soon.</p>", AGENT)
    found = await helpdesk.read("7")
    assert isinstance(found, HelpdeskTicket)
    assert found.ticket.customer == Customer(contact_id=str(CUSTOMER), name="Ada Byron", email="ada@example.com")
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
    assert isinstance(found, HelpdeskTicket)
    assert found.ticket.customer.email == "ada@example.com"


async def test_a_ticket_that_is_done_is_solved(helpdesk: ZendeskHelpdesk, ticket: FakeTicket) -> None:
    solved: dict[str, bool] = {}
    for status in ("open", "pending", "solved", "closed"):
        ticket.status = status
        found = await helpdesk.read("7")
        assert isinstance(found, HelpdeskTicket)
        solved[status] = found.solved
    assert solved == {"open": False, "pending": False, "solved": True, "closed": True}


@pytest.mark.parametrize(("score", "mark"), [("good", 5), ("bad_with_comment", 1), ("offered", None)])
async def test_the_customers_mark_is_read(
    helpdesk: ZendeskHelpdesk, ticket: FakeTicket, score: str, mark: int | None
) -> None:
    ticket.rating = {"score": score, "comment": "Quick."}
    found = await helpdesk.read("7")
    assert isinstance(found, HelpdeskTicket)
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


async def test_a_mail_is_read_as_its_reader_sees_it_and_what_its_markup_says_is_kept(
    helpdesk: ZendeskHelpdesk, zendesk: FakeZendesk, ticket: FakeTicket
) -> None:
    markup = '<p style="color:#fff">secret</p><p>It is W10223.</p><div class="gmail_quote">W10222?</div>'
    zendesk.add_comment(ticket, markup, CUSTOMER)
    found = await helpdesk.read("7")
    assert isinstance(found, HelpdeskTicket)
    newest = found.ticket.messages[-1]
    assert (newest.new_words, newest.hidden) == ("It is W10223.", "secret")
    assert "W10222?" in newest.text


async def test_a_merged_ticket_is_no_more(helpdesk: ZendeskHelpdesk, zendesk: FakeZendesk, ticket: FakeTicket) -> None:
    zendesk.merge(ticket)
    for gone in (await helpdesk.read("7"), await helpdesk.standing(PLACE)):
        assert isinstance(gone, TicketGone)
        assert isinstance(gone.gone, TicketMerged)


async def test_a_deleted_ticket_is_no_more(helpdesk: ZendeskHelpdesk, zendesk: FakeZendesk, ticket: FakeTicket) -> None:
    ticket.status = "deleted"
    softly = await helpdesk.read("7")
    del zendesk.tickets[7]
    for gone in (softly, await helpdesk.read("7"), await helpdesk.standing(PLACE)):
        assert isinstance(gone, TicketGone)
        assert isinstance(gone.gone, TicketRemoved)


async def test_a_ticket_of_another_requester_is_theirs(
    helpdesk: ZendeskHelpdesk, zendesk: FakeZendesk, ticket: FakeTicket
) -> None:
    zendesk.give_to(ticket, IN_COPY)
    found = await helpdesk.read("7")
    assert isinstance(found, HelpdeskTicket)
    assert found.ticket.customer == await helpdesk.standing(PLACE)
    assert (found.ticket.customer.contact_id, found.ticket.customer.email) == (str(IN_COPY), "eve@example.com")


async def test_the_shops_id_is_the_external_id_and_never_zendesks_own(
    helpdesk: ZendeskHelpdesk, ticket: FakeTicket, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(PEOPLE, CUSTOMER, {**PEOPLE[CUSTOMER], "external_id": "cus_1031"})
    found = await helpdesk.read("7")
    assert isinstance(found, HelpdeskTicket)
    assert (found.ticket.customer.id, found.ticket.customer.contact_id) == ("cus_1031", str(CUSTOMER))


@pytest.mark.parametrize(("flags", "automatic"), [([4], True), ([2, 4], True), ([2, 3, 11], None), ("4", None)])
async def test_a_comment_that_zendesk_flags_as_automatic_is_read_as_that(
    helpdesk: ZendeskHelpdesk, zendesk: FakeZendesk, ticket: FakeTicket, flags: JsonValue, automatic: object
) -> None:
    zendesk.add_comment(ticket, "<p>I am away.</p>", CUSTOMER, flags=flags)
    found = await helpdesk.read("7")
    assert isinstance(found, HelpdeskTicket)
    assert [message.automatic for message in found.ticket.messages] == [None, automatic]

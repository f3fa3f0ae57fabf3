from datetime import UTC, datetime, timedelta

import pytest
from pydantic import JsonValue

from cases.errors import ToolUnavailable
from cases.ticket import Author, Channel, Customer
from demo.faults import Fault, FaultKind
from integrations.helpdesks import zammad as client_module
from integrations.helpdesks.protocol import Helpdesk, ReadableHelpdesk
from integrations.helpdesks.zammad import ZammadHelpdesk
from tests.helpdesks.fake_zammad import CUSTOMER, FakeTicket, FakeZammad


def test_it_is_a_helpdesk_that_can_be_read(helpdesk: ZammadHelpdesk) -> None:
    written: Helpdesk = helpdesk
    read: ReadableHelpdesk = helpdesk
    assert written is read


async def test_a_ticket_is_read_with_all_its_public_messages(
    helpdesk: ZammadHelpdesk, zammad: FakeZammad, ticket: FakeTicket, address: str
) -> None:
    zammad.add_article(ticket, "We have your mail.", "System")
    zammad.add_article(ticket, "psst", "Agent", kind="note", internal=True)
    reply = zammad.add_article(ticket, "<p>Soon.<br>Ann</p>", "Agent", content_type="text/html; charset=utf-8")
    picture: dict[str, JsonValue] = {
        "id": 55,
        "filename": "a.png",
        "size": "9",
        "preferences": {"Content-Type": "image/png"},
    }
    last = zammad.add_article(ticket, "", "Customer", files=(picture,))
    found = await helpdesk.read("7")
    assert found is not None
    assert [(m.author, m.text) for m in found.ticket.messages] == [
        (Author.CUSTOMER, "Where is it?"),
        (Author.AGENT, "Soon.\nAnn"),
        (Author.CUSTOMER, "[a.png]"),
    ]
    (file,) = found.ticket.messages[-1].attachments
    assert (file.media_type, file.size_bytes) == ("image/png", 9)
    assert file.url == f"{address}/api/v1/ticket_attachment/7/{last}/55"
    assert [(said.id, said.author, said.text) for said in found.replies] == [
        (str(reply), "ann@acme.example", "Soon.\nAnn")
    ]
    assert found.ticket.customer == Customer(id=str(CUSTOMER), name="Ada Byron", email="ada@example.com")
    assert (found.ticket.locale, found.ticket.channel) == ("de-DE", Channel.EMAIL)
    assert not found.ticket.customer.authenticated


async def test_a_letter_that_is_too_long_is_cut_and_says_so(
    helpdesk: ZammadHelpdesk, zammad: FakeZammad, ticket: FakeTicket
) -> None:
    zammad.add_article(ticket, "word " * 5_000, "Customer")
    found = await helpdesk.read("7")
    assert found is not None
    assert len(found.ticket.messages[-1].text) == 20_000
    assert found.ticket.messages[-1].text.endswith("too long.]")


async def test_a_ticket_without_a_word_of_a_customer_is_none(helpdesk: ZammadHelpdesk, zammad: FakeZammad) -> None:
    zammad.add_article(zammad.open(7), "We call you.", "Agent")
    assert await helpdesk.read("7") is None


async def test_a_ticket_whose_customer_was_deleted_is_read_all_the_same(
    helpdesk: ZammadHelpdesk, zammad: FakeZammad, ticket: FakeTicket
) -> None:
    zammad.customer["id"] = 99
    found = await helpdesk.read("7")
    assert found is not None
    assert found.ticket.customer == Customer(id=str(CUSTOMER))


async def test_a_ticket_that_is_done_is_solved(helpdesk: ZammadHelpdesk, ticket: FakeTicket) -> None:
    solved: dict[str, bool] = {}
    for state in ("new", "open", "pending reminder", "closed", "merged", "waiting for parts"):
        ticket.state = state
        found = await helpdesk.read("7")
        assert found is not None
        solved[state] = found.solved
    assert [state for state, is_solved in solved.items() if is_solved] == ["closed", "merged"]


async def test_a_helpdesk_that_is_away_is_asked_again(
    helpdesk: ZammadHelpdesk, zammad: FakeZammad, ticket: FakeTicket
) -> None:
    zammad.order(Fault(kind=FaultKind.FAIL, status=502))
    with pytest.raises(ToolUnavailable):
        await helpdesk.read("7")


async def all_that_changed(helpdesk: ZammadHelpdesk, since: datetime) -> list[str]:
    ids: list[str] = []
    page: str | None = None
    while True:
        changed = await helpdesk.changed_since(since, page)
        ids += [ticket_id for ticket_id in changed.ticket_ids if ticket_id not in ids]
        page = changed.next_page
        if page is None:
            return ids


@pytest.fixture
def small_pages(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(client_module, "PAGE_SIZE", 2)


@pytest.mark.usefixtures("small_pages")
async def test_what_changed_comes_page_by_page_oldest_first(helpdesk: ZammadHelpdesk, zammad: FakeZammad) -> None:
    now = datetime.now(UTC)
    for number, minutes in ((5, 10), (1, 50), (2, 40), (3, 30), (4, 300)):
        zammad.open(number).updated_at = now - timedelta(minutes=minutes)
    assert await all_that_changed(helpdesk, now - timedelta(hours=1)) == ["1", "2", "3", "5"]


@pytest.mark.usefixtures("small_pages")
async def test_tickets_that_changed_at_the_very_same_time_are_all_told(
    helpdesk: ZammadHelpdesk, zammad: FakeZammad
) -> None:
    now = datetime.now(UTC)
    for number in range(1, 8):
        zammad.open(number).updated_at = now - timedelta(minutes=30)
    zammad.open(8).updated_at = now
    assert await all_that_changed(helpdesk, now - timedelta(hours=1)) == [str(number) for number in range(1, 9)]


@pytest.mark.usefixtures("small_pages")
async def test_a_ticket_that_changes_between_two_pages_hides_no_other(
    helpdesk: ZammadHelpdesk, zammad: FakeZammad
) -> None:
    now = datetime.now(UTC)
    for number in (1, 2, 3, 4):
        zammad.open(number).updated_at = now - timedelta(minutes=50 - number)
    first = await helpdesk.changed_since(now - timedelta(hours=1), None)
    zammad.tickets[1].updated_at = now
    second = await helpdesk.changed_since(now - timedelta(hours=1), first.next_page)
    assert (first.ticket_ids, second.ticket_ids) == (("1", "2"), ("2", "3"))


async def test_where_nothing_changed_there_is_nothing(helpdesk: ZammadHelpdesk, ticket: FakeTicket) -> None:
    nothing = await helpdesk.changed_since(datetime.now(UTC) + timedelta(hours=1), None)
    assert (nothing.ticket_ids, nothing.changed_until, nothing.next_page) == ((), None, None)

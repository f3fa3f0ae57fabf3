from datetime import UTC, datetime, timedelta

import pytest
from pydantic import JsonValue, SecretStr

from cases.errors import ToolUnavailable
from cases.machine_mail import MailHeaders
from cases.source import Source, SourceKind, SourceSecrets
from cases.source_event import HelpdeskTicket, TicketGone, TicketMerged, TicketRemoved
from cases.ticket import Author, Channel, Customer, Writer
from demo.faults import Fault, FaultKind
from integrations.helpdesks import zammad as client_module
from integrations.helpdesks.protocol import Helpdesk, ReadableHelpdesk
from integrations.helpdesks.zammad import ZammadHelpdesk, headers
from tests.helpdesks.calling import calls_to
from tests.helpdesks.fake_zammad import AGENT, COLLEAGUE, CUSTOMER, IN_COPY, TOKEN, FakeTicket, FakeZammad
from tests.helpdesks.intents import PLACE


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
    assert isinstance(found, HelpdeskTicket)
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
    assert found.ticket.customer == Customer(contact_id=str(CUSTOMER), name="Ada Byron", email="ada@example.com")
    assert (found.ticket.locale, found.ticket.channel) == ("de-DE", Channel.EMAIL)
    assert not found.ticket.customer.authenticated


async def test_a_letter_that_is_too_long_is_cut_and_says_so(
    helpdesk: ZammadHelpdesk, zammad: FakeZammad, ticket: FakeTicket
) -> None:
    zammad.add_article(ticket, "word " * 5_000, "Customer")
    found = await helpdesk.read("7")
    assert isinstance(found, HelpdeskTicket)
    assert len(found.ticket.messages[-1].text) == 20_000
    assert "the text is too long" in found.ticket.messages[-1].text


async def test_a_ticket_without_a_word_of_a_customer_is_none(helpdesk: ZammadHelpdesk, zammad: FakeZammad) -> None:
    zammad.add_article(zammad.open(7), "We call you.", "Agent")
    assert await helpdesk.read("7") is None


async def test_a_ticket_whose_customer_was_deleted_is_read_all_the_same(
    helpdesk: ZammadHelpdesk, zammad: FakeZammad, ticket: FakeTicket
) -> None:
    zammad.customer["id"] = 99
    found = await helpdesk.read("7")
    assert isinstance(found, HelpdeskTicket)
    assert found.ticket.customer == Customer(contact_id=str(CUSTOMER))


async def test_a_ticket_that_is_done_is_solved(helpdesk: ZammadHelpdesk, ticket: FakeTicket) -> None:
    solved: dict[str, bool] = {}
    for state in ("new", "open", "pending reminder", "closed", "waiting for parts"):
        ticket.state = state
        found = await helpdesk.read("7")
        assert isinstance(found, HelpdeskTicket)
        solved[state] = found.solved
    assert [state for state, is_solved in solved.items() if is_solved] == ["closed"]


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


@pytest.mark.parametrize(
    ("kind", "written", "writer"),
    [
        pytest.param("email", {}, Writer(id="12", name="Ada Byron", email="ada@example.com"), id="the customer"),
        pytest.param(
            "email",
            {"created_by_id": IN_COPY, "from": '"ada@example.com" <eve@example.com>'},
            Writer(id="31", name="ada@example.com", email="eve@example.com"),
            id="somebody in copy",
        ),
        pytest.param(
            "web",
            {"created_by_id": COLLEAGUE, "created_by": "bob@example.com", "from": "Bob"},
            Writer(id="32", name="Bob", email="bob@example.com"),
            id="a colleague of theirs",
        ),
        pytest.param(
            "phone",
            {"created_by_id": AGENT, "created_by": "ann@acme.example", "origin_by_id": CUSTOMER, "from": "Ada Byron"},
            Writer(id="12", name="Ada Byron"),
            id="a call of the customer",
        ),
        pytest.param("phone", {"created_by_id": AGENT}, None, id="a call of nobody knows whom"),
    ],
)
async def test_an_article_tells_which_customer_wrote_it(
    helpdesk: ZammadHelpdesk, zammad: FakeZammad, kind: str, written: dict[str, JsonValue], writer: Writer | None
) -> None:
    ticket = zammad.open(7)
    zammad.add_article(ticket, "Refund it.", "Customer", kind=kind, written=written)
    zammad.add_article(ticket, "Soon.", "Agent")
    found = await helpdesk.read("7")
    assert isinstance(found, HelpdeskTicket)
    assert [message.written_by for message in found.ticket.messages] == [writer, None]


@pytest.mark.parametrize("groups", [("Users", "3"), ("users", "Staff"), ("1", "3")])
async def test_tickets_of_groups_that_are_not_named_are_told_apart(
    zammad: FakeZammad, address: str, groups: tuple[str, ...]
) -> None:
    source = Source(tenant="acme", name="help", kind=SourceKind.ZAMMAD, url=address, groups=groups)
    for number, group in ((1, "Users"), (2, "Sales"), (3, "Staff")):
        zammad.open(number, "Hello?").group = group
    async with calls_to(source, headers(source, SourceSecrets(token=SecretStr(TOKEN)))) as calls:
        helpdesk = ZammadHelpdesk(calls, source)
        changed = await helpdesk.changed_since(datetime.now(UTC) - timedelta(hours=2), None)
        read = [await helpdesk.read(str(number)) for number in (1, 2, 3)]
    assert (changed.ticket_ids, changed.elsewhere) == (("1", "2", "3"), {"2": "Sales"})
    assert [found.elsewhere for found in read if isinstance(found, HelpdeskTicket)] == [None, "Sales", None]


async def test_without_named_groups_all_are_read(helpdesk: ZammadHelpdesk, ticket: FakeTicket) -> None:
    assert (await helpdesk.changed_since(datetime.now(UTC) - timedelta(hours=2), None)).elsewhere == {}


async def test_a_mail_is_read_as_its_reader_sees_it_and_what_its_markup_says_is_kept(
    helpdesk: ZammadHelpdesk, zammad: FakeZammad, ticket: FakeTicket
) -> None:
    markup = (
        '<span style="display:none">secret</span><p>It is W10223.</p>'
        '<span class="js-signatureMarker"></span><div>On Monday, Acme wrote:</div><blockquote>W10222?</blockquote>'
    )
    zammad.add_article(ticket, markup, "Customer", content_type="text/html")
    found = await helpdesk.read("7")
    assert isinstance(found, HelpdeskTicket)
    newest = found.ticket.messages[-1]
    assert (newest.new_words, newest.hidden) == ("It is W10223.", "secret")
    assert "W10222?" in newest.text


async def test_a_merged_ticket_is_no_more_and_the_one_that_goes_on_has_its_messages(
    helpdesk: ZammadHelpdesk, zammad: FakeZammad, ticket: FakeTicket
) -> None:
    zammad.open(8, "The same again")
    moved = [str(article["id"]) for article in ticket.articles]
    zammad.merge(7, 8)
    gone, goes_on = await helpdesk.read("7"), await helpdesk.read("8")
    assert isinstance(gone, TicketGone)
    assert isinstance(gone.gone, TicketMerged)
    assert (gone.gone.ticket_id, gone.gone.into) == ("7", "8")
    assert await helpdesk.standing(PLACE) == gone
    assert isinstance(goes_on, HelpdeskTicket)
    assert set(moved) < {message.id for message in goes_on.ticket.messages}


async def test_a_ticket_that_was_removed_or_deleted_is_no_more(
    helpdesk: ZammadHelpdesk, zammad: FakeZammad, ticket: FakeTicket
) -> None:
    ticket.state = "removed"
    removed = await helpdesk.read("7")
    del zammad.tickets[7]
    deleted = await helpdesk.standing(PLACE)
    for gone in (removed, deleted):
        assert isinstance(gone, TicketGone)
        assert isinstance(gone.gone, TicketRemoved)


async def test_a_ticket_of_another_customer_is_theirs(
    helpdesk: ZammadHelpdesk, zammad: FakeZammad, ticket: FakeTicket
) -> None:
    zammad.give_to(7, IN_COPY)
    found = await helpdesk.read("7")
    assert isinstance(found, HelpdeskTicket)
    assert found.ticket.customer == await helpdesk.standing(PLACE)
    assert (found.ticket.customer.contact_id, found.ticket.customer.email) == (str(IN_COPY), "eve@example.com")


async def test_all_public_articles_are_named_those_without_room_too(
    helpdesk: ZammadHelpdesk, zammad: FakeZammad, ticket: FakeTicket
) -> None:
    for number in range(60):
        zammad.add_article(ticket, f"And {number}", "Customer")
    zammad.add_article(ticket, "Between us", "Agent", kind="note", internal=True)
    found = await helpdesk.read("7")
    assert isinstance(found, HelpdeskTicket)
    public = tuple(str(article["id"]) for article in ticket.articles if not article["internal"])
    assert found.message_ids == public
    assert len(found.ticket.messages) < len(public)


async def automatic(helpdesk: ZammadHelpdesk) -> object:
    """What is told of the newest message."""
    found = await helpdesk.read("7")
    assert isinstance(found, HelpdeskTicket)
    return found.ticket.messages[-1].automatic


@pytest.mark.parametrize(
    ("kept", "told"),
    [
        ({"is-auto-response": True, "send-auto-response": False}, True),
        ({"is-auto-response": False, "send-auto-response": True}, None),
        ({"is-auto-response": False, "send-auto-response": False}, None),
        ({"send-auto-response": False}, True),
        ({}, None),
    ],
)
async def test_zammads_word_that_a_machine_sent_a_mail_is_kept(
    helpdesk: ZammadHelpdesk, zammad: FakeZammad, ticket: FakeTicket, kept: JsonValue, told: object
) -> None:
    zammad.add_article(ticket, "I am away.", "Customer", preferences=kept)
    assert await automatic(helpdesk) is told


async def test_a_call_is_no_mail_whatever_its_preferences_say(
    helpdesk: ZammadHelpdesk, zammad: FakeZammad, ticket: FakeTicket
) -> None:
    zammad.add_article(ticket, "She is away.", "Customer", kind="phone", preferences={"is-auto-response": True})
    assert await automatic(helpdesk) is None


async def test_a_mail_that_only_asks_for_no_automatic_answer_is_a_persons(
    helpdesk: ZammadHelpdesk, zammad: FakeZammad, ticket: FakeTicket
) -> None:
    flagged: JsonValue = {"is-auto-response": True, "send-auto-response": False}
    article = zammad.add_article(ticket, "Where is my order?", "Customer", preferences=flagged)
    zammad.raw_mails[article] = "From: ada@example.com\nX-Auto-Response-Suppress: All\nSubject: Order\n\nWhere is it?"
    found = await helpdesk.read("7")
    assert isinstance(found, HelpdeskTicket)
    (_, mail) = found.ticket.messages
    assert mail.automatic is None
    assert mail.headers == MailHeaders(sender="ada@example.com", x_auto_response_suppress="All", subject="Order")


async def test_the_whole_head_of_a_flagged_mail_is_read(
    helpdesk: ZammadHelpdesk, zammad: FakeZammad, ticket: FakeTicket
) -> None:
    article = zammad.add_article(ticket, "Away.", "Customer", preferences={"is-auto-response": True})
    zammad.raw_mails[article] = "From: ada@example.com\nAuto-Submitted: auto-replied\nX-Mailer: x\n\nAway."
    found = await helpdesk.read("7")
    assert isinstance(found, HelpdeskTicket)
    mail = found.ticket.messages[-1]
    assert (mail.automatic, mail.headers) == (
        True,
        MailHeaders(sender="ada@example.com", auto_submitted="auto-replied"),
    )

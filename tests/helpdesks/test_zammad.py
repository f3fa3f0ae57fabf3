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
from integrations.helpdesks import zammad as client_module
from integrations.helpdesks.calls import HelpdeskCalls
from integrations.helpdesks.protocol import Helpdesk, ReadableHelpdesk
from integrations.helpdesks.zammad import ZammadHelpdesk, headers
from tests.helpdesks.fake_zammad import AGENT, COLLEAGUE, CUSTOMER, IN_COPY, TOKEN, FakeTicket, FakeZammad
from tests.helpdesks.serving import served
from tests.helpdesks.trying import stands_there, troubles

TEXT = CustomerText(text="Dear Ada,\n\nit comes <tomorrow> & not later.")
NOTE = InternalNote(text="Sent by post.\nNothing to do.")
PLACE = Conversation(ticket_id="7", customer=Customer(id="12", email="ada@example.com"))


def intent_of(kind: WriteKind, text: str, reference: str | None = None, place: Conversation = PLACE) -> WriteIntent:
    return WriteIntent(
        reference=reference or f"ticket:acme:help:7/0/{kind}",
        tenant="acme",
        source="help",
        conversation=place,
        kind=kind,
        digest=digest_of(text),
        intended_at=datetime.now(UTC),
    )


REPLY = WriteKind.REPLY


@pytest.fixture
def zammad() -> FakeZammad:
    return FakeZammad()


@pytest.fixture
def ticket(zammad: FakeZammad) -> FakeTicket:
    return zammad.open(7, "Where is it?")


@pytest.fixture
def address(zammad: FakeZammad) -> Iterator[str]:
    with served(zammad.app()) as address:
        yield address


@pytest.fixture
async def helpdesk(address: str) -> AsyncIterator[ZammadHelpdesk]:
    source = Source(
        tenant="acme",
        name="help",
        kind=SourceKind.ZAMMAD,
        url=address,
        teams={Team.BILLING_SUPPORT: "3", Team.SALES: "Sales people"},
    )
    key = headers(source, SourceSecrets(token=SecretStr(TOKEN)))
    async with httpx.AsyncClient(base_url=address, headers=key, timeout=1, trust_env=False) as client:
        yield ZammadHelpdesk(HelpdeskCalls(client), source)


def test_it_is_a_helpdesk_that_can_be_read(helpdesk: ZammadHelpdesk) -> None:
    written: Helpdesk = helpdesk
    read: ReadableHelpdesk = helpdesk
    assert written is read


async def test_a_reply_is_mailed_to_the_customer_and_nothing_in_it_is_markup(
    helpdesk: ZammadHelpdesk, zammad: FakeZammad, ticket: FakeTicket
) -> None:
    article_id = await helpdesk.reply(intent_of(REPLY, TEXT.text), TEXT)
    (mail,) = zammad.mails
    assert str(mail["id"]) == article_id
    assert (mail["to"], mail["internal"]) == ("ada@example.com", False)
    assert mail["body"] == "<p>Dear Ada,</p><p>it comes &lt;tomorrow&gt; &amp; not later.</p>"


async def test_a_note_is_mailed_to_nobody(helpdesk: ZammadHelpdesk, zammad: FakeZammad, ticket: FakeTicket) -> None:
    await helpdesk.note(intent_of(WriteKind.NOTE, NOTE.text), NOTE)
    assert zammad.mails == []
    assert (ticket.articles[-1]["type"], ticket.articles[-1]["internal"]) == ("note", True)


async def test_the_trap_is_real_an_internal_article_of_type_email_is_mailed(
    helpdesk: ZammadHelpdesk, zammad: FakeZammad, ticket: FakeTicket, address: str
) -> None:
    token = {"Authorization": f"Token token={TOKEN}"}
    article = {"ticket_id": 7, "type": "email", "internal": True, "to": "ada@example.com", "body": "psst"}
    async with httpx.AsyncClient(base_url=address, headers=token, trust_env=False) as somebody:
        (await somebody.post("/api/v1/ticket_articles", json=article)).raise_for_status()
    await helpdesk.note(intent_of(WriteKind.NOTE, NOTE.text), NOTE)
    assert [mail["body"] for mail in zammad.mails] == ["psst"]


async def test_a_note_says_nothing_that_could_mail_it(
    helpdesk: ZammadHelpdesk, zammad: FakeZammad, ticket: FakeTicket
) -> None:
    await helpdesk.note(intent_of(WriteKind.NOTE, NOTE.text), NOTE)
    assert zammad.writes()[-1].said == {
        "ticket_id": 7,
        "type": "note",
        "internal": True,
        "content_type": "text/html",
        "body": "<p>Sent by post.<br>Nothing to do.</p>",
        "preferences": {"signalbox_reference": "ticket:acme:help:7/0/note"},
    }


async def test_a_token_that_is_not_an_agents_is_stopped_before_anything_is_written(
    helpdesk: ZammadHelpdesk, zammad: FakeZammad, ticket: FakeTicket
) -> None:
    zammad.is_agents_token = False
    for _ in range(2):
        with pytest.raises(ToolRefused, match=r"acme/help lacks the permission ticket\.agent.* give ticket\.agent"):
            await helpdesk.mark(PLACE)
    assert zammad.writes() == []
    zammad.is_agents_token = True
    assert await helpdesk.mark(PLACE) == ""


async def test_an_agents_token_is_asked_about_once_for_all_writes(zammad: FakeZammad, address: str) -> None:
    source = Source(tenant="acme", name="help", kind=SourceKind.ZAMMAD, url=address)
    key = headers(source, SourceSecrets(token=SecretStr(TOKEN)))
    async with httpx.AsyncClient(base_url=address, headers=key, trust_env=False) as client:
        calls = HelpdeskCalls(client)
        for _ in range(3):
            assert await ZammadHelpdesk(calls, source).mark(PLACE) == ""
        assert [asked.path for asked in zammad.asked] == ["/api/v1/ticket_recent"]
        await ZammadHelpdesk(HelpdeskCalls(client), source).mark(PLACE)
        assert len(zammad.asked) == 2


async def test_a_zammad_that_lets_nobody_in_for_now_is_asked_again(
    helpdesk: ZammadHelpdesk, zammad: FakeZammad, ticket: FakeTicket
) -> None:
    zammad.is_maintained = True
    with pytest.raises(ToolUnavailable, match="asking whether we are an agent: status 403"):
        await helpdesk.mark(PLACE)
    zammad.is_maintained = False
    zammad.order(Fault(kind=FaultKind.FAIL, status=502))
    with pytest.raises(ToolUnavailable, match="asking whether we are an agent"):
        await helpdesk.mark(PLACE)
    assert await helpdesk.mark(PLACE) == ""


async def test_a_token_that_is_not_an_agents_is_told_at_the_first_note(
    helpdesk: ZammadHelpdesk, zammad: FakeZammad, ticket: FakeTicket
) -> None:
    zammad.is_agents_token = False
    with pytest.raises(ToolRefused, match=r"public note of the Customer .* permission ticket\.agent"):
        await helpdesk.note(intent_of(WriteKind.NOTE, NOTE.text), NOTE)


async def test_an_address_that_is_not_known_is_asked_for(
    helpdesk: ZammadHelpdesk, zammad: FakeZammad, ticket: FakeTicket
) -> None:
    await helpdesk.reply(intent_of(REPLY, TEXT.text, place=Conversation(ticket_id="7")), TEXT)
    assert zammad.mails[-1]["to"] == "ada@example.com"


async def test_a_customer_without_an_address_is_refused_with_the_way_out(
    helpdesk: ZammadHelpdesk, zammad: FakeZammad, ticket: FakeTicket
) -> None:
    zammad.customer["email"] = ""
    with pytest.raises(ToolRefused, match="no e-mail address in Zammad"):
        await helpdesk.reply(intent_of(REPLY, TEXT.text, place=Conversation(ticket_id="7")), TEXT)
    assert zammad.writes() == []


@pytest.mark.parametrize("keeps_preferences", [True, False], ids=["by its reference", "by its words"])
async def test_a_reply_whose_answer_was_lost_is_found(
    helpdesk: ZammadHelpdesk, zammad: FakeZammad, ticket: FakeTicket, keeps_preferences: object
) -> None:
    zammad.keeps_preferences = bool(keeps_preferences)
    intent = intent_of(REPLY, TEXT.text)
    zammad.order(Fault(kind=FaultKind.DROP_ANSWER))
    with pytest.raises(ToolOutcomeUnknown):
        await helpdesk.reply(intent, TEXT)
    assert await helpdesk.find(intent) == str(ticket.articles[-1]["id"])


@pytest.mark.parametrize("keeps_preferences", [True, False], ids=["by its reference", "by its words"])
async def test_a_note_whose_answer_was_late_is_found(
    helpdesk: ZammadHelpdesk, zammad: FakeZammad, ticket: FakeTicket, keeps_preferences: object
) -> None:
    zammad.keeps_preferences = bool(keeps_preferences)
    intent = intent_of(WriteKind.NOTE, NOTE.text)
    zammad.order(Fault(kind=FaultKind.LATE_ANSWER, seconds=1.5))
    with pytest.raises(ToolOutcomeUnknown):
        await helpdesk.note(intent, NOTE)
    assert await helpdesk.find(intent) == str(ticket.articles[-1]["id"])


async def test_what_was_never_written_is_not_found(helpdesk: ZammadHelpdesk, ticket: FakeTicket) -> None:
    assert await helpdesk.find(intent_of(REPLY, "Where is it?")) is None


async def test_the_same_words_under_another_reference_are_not_this_reply(
    helpdesk: ZammadHelpdesk, ticket: FakeTicket
) -> None:
    await helpdesk.reply(intent_of(REPLY, TEXT.text, "ticket:acme:help:7/0/reply"), TEXT)
    assert await helpdesk.find(intent_of(REPLY, TEXT.text, "ticket:acme:help:7/1/reply")) is None


@pytest.mark.parametrize(
    ("sender", "kind", "internal"),
    [("Agent", "note", True), ("Agent", "note", False), ("Agent", "email", True), ("Customer", "email", False)],
)
async def test_the_same_words_in_an_article_of_another_kind_are_not_a_reply(
    helpdesk: ZammadHelpdesk, zammad: FakeZammad, ticket: FakeTicket, sender: str, kind: str, internal: object
) -> None:
    zammad.add_article(ticket, TEXT.text, sender, kind=kind, internal=bool(internal))
    assert await helpdesk.find(intent_of(REPLY, TEXT.text)) is None


@pytest.mark.parametrize("case", ["another intent's", "too old"])
async def test_the_same_words_are_not_ours_where_they_are(
    helpdesk: ZammadHelpdesk, zammad: FakeZammad, ticket: FakeTicket, case: str
) -> None:
    number = str(zammad.add_article(ticket, TEXT.text, "Agent"))
    intent = intent_of(REPLY, TEXT.text)
    changes = {
        "another intent's": {"others": (number,)},
        "too old": {"intended_at": datetime.now(UTC) + CLOCKS_APART + timedelta(minutes=1)},
    }
    assert await helpdesk.find(intent) == number
    assert await helpdesk.find(intent.model_copy(update=changes[case])) is None


async def test_whatever_goes_wrong_each_ticket_gets_one_reply(helpdesk: ZammadHelpdesk, zammad: FakeZammad) -> None:
    for seed in range(60):
        zammad.open(seed, "Where is it?")
        zammad.keeps_preferences = seed % 2 == 0
        for fault in troubles(seed):
            zammad.order(fault)
        place = PLACE.model_copy(update={"ticket_id": str(seed)})
        intent = intent_of(REPLY, TEXT.text, f"ticket:acme:help:{seed}/0/reply", place)
        article_id = await stands_there(helpdesk, intent, TEXT)
        assert [str(mail["id"]) for mail in zammad.mails if mail["ticket_id"] == seed] == [article_id]


async def test_a_helpdesk_that_asks_for_patience_says_how_long(
    helpdesk: ZammadHelpdesk, zammad: FakeZammad, ticket: FakeTicket
) -> None:
    zammad.refuse(429, {"error": "Too many"}, {"Retry-After": "42"})
    with pytest.raises(ToolUnavailable) as failure:
        await helpdesk.reply(intent_of(REPLY, TEXT.text), TEXT)
    assert failure.value.retry_after_seconds == 42
    assert zammad.mails == []


async def test_a_failure_of_theirs_leaves_the_outcome_open(
    helpdesk: ZammadHelpdesk, zammad: FakeZammad, ticket: FakeTicket
) -> None:
    zammad.order(Fault(kind=FaultKind.FAIL, status=500))
    with pytest.raises(ToolOutcomeUnknown):
        await helpdesk.reply(intent_of(REPLY, TEXT.text), TEXT)


async def test_what_zammad_refuses_is_refused_with_its_reason(
    helpdesk: ZammadHelpdesk, zammad: FakeZammad, ticket: FakeTicket
) -> None:
    zammad.refuse(422, {"error": "No lookup value found for 'group': \"Sales people\""})
    with pytest.raises(ToolRefused, match="No lookup value found"):
        await helpdesk.assign(PLACE, Team.SALES)


async def test_a_ticket_that_never_existed_is_refused_and_has_no_message_of_ours(helpdesk: ZammadHelpdesk) -> None:
    with pytest.raises(ToolRefused, match="No such object"):
        await helpdesk.reply(intent_of(REPLY, TEXT.text), TEXT)
    with pytest.raises(ToolRefused, match="no ticket 7"):
        await helpdesk.reply(intent_of(REPLY, TEXT.text, place=Conversation(ticket_id="7")), TEXT)
    assert await helpdesk.find(intent_of(REPLY, TEXT.text)) is None
    assert await helpdesk.read("7") is None


async def test_tags_are_added_to_those_that_are_there(helpdesk: ZammadHelpdesk, ticket: FakeTicket) -> None:
    await helpdesk.tag(PLACE, ("signalbox", "refund"))
    await helpdesk.tag(PLACE, ("signalbox",))
    assert ticket.tags == ["vip", "signalbox", "refund"]


@pytest.mark.parametrize(("team", "group"), [(Team.BILLING_SUPPORT, 3), (Team.SALES, "Sales people")])
async def test_a_team_is_a_group_by_its_number_or_its_name(
    helpdesk: ZammadHelpdesk, ticket: FakeTicket, team: Team, group: JsonValue
) -> None:
    await helpdesk.assign(PLACE, team)
    assert ticket.group == group


async def test_a_team_that_zammad_does_not_have_is_left_alone(
    helpdesk: ZammadHelpdesk, zammad: FakeZammad, ticket: FakeTicket
) -> None:
    await helpdesk.assign(PLACE, Team.TRIAGE)
    assert zammad.writes() == []


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


async def test_a_helpdesk_that_is_away_is_asked_again(
    helpdesk: ZammadHelpdesk, zammad: FakeZammad, ticket: FakeTicket
) -> None:
    zammad.order(Fault(kind=FaultKind.FAIL, status=502))
    with pytest.raises(ToolUnavailable):
        await helpdesk.read("7")


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
    assert found is not None
    assert [message.written_by for message in found.ticket.messages] == [writer, None]


@pytest.mark.parametrize("groups", [("Users", "3"), ("users", "Staff"), ("1", "3")])
async def test_tickets_of_groups_that_are_not_named_are_told_apart(
    zammad: FakeZammad, address: str, groups: tuple[str, ...]
) -> None:
    source = Source(tenant="acme", name="help", kind=SourceKind.ZAMMAD, url=address, groups=groups)
    for number, group in ((1, "Users"), (2, "Sales"), (3, "Staff")):
        zammad.open(number, "Hello?").group = group
    key = headers(source, SourceSecrets(token=SecretStr(TOKEN)))
    async with httpx.AsyncClient(base_url=address, headers=key, timeout=1, trust_env=False) as client:
        helpdesk = ZammadHelpdesk(HelpdeskCalls(client), source)
        changed = await helpdesk.changed_since(datetime.now(UTC) - timedelta(hours=2), None)
        read = [await helpdesk.read(str(number)) for number in (1, 2, 3)]
    assert (changed.ticket_ids, changed.elsewhere) == (("1", "2", "3"), {"2": "Sales"})
    assert [found.elsewhere for found in read if found is not None] == [None, "Sales", None]


async def test_without_named_groups_all_are_read(helpdesk: ZammadHelpdesk, ticket: FakeTicket) -> None:
    assert (await helpdesk.changed_since(datetime.now(UTC) - timedelta(hours=2), None)).elsewhere == {}

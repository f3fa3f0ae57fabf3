import math
from collections.abc import AsyncIterator, Iterator
from datetime import UTC, datetime, timedelta

import httpx
import pytest
from chatwoot import AsyncChatwootClient
from pydantic import SecretStr

from cases.classification import Team
from cases.draft import CustomerText, InternalNote
from cases.errors import ToolOutcomeUnknown, ToolRefused, ToolUnavailable
from cases.helpdesk_write import CLOCKS_APART, Conversation, EarlierTry, WriteIntent, WriteKind, digest_of
from cases.source import Source, SourceKind, SourceSecrets
from cases.ticket import MAXIMUM_MESSAGES, Author
from demo.faults import Fault, FaultKind
from integrations.helpdesks.calls import HelpdeskCalls
from integrations.helpdesks.chatwoot import ChatwootHelpdesk, headers
from integrations.helpdesks.protocol import Helpdesk, ReadableHelpdesk
from tests.helpdesks.fake_chatwoot import ACCOUNT, CONTACT, PAGE, TOKEN, FakeChatwoot, Talking
from tests.helpdesks.serving import served
from tests.helpdesks.trying import stands_there, troubles

TEXT = "It is “on its way”, Ada.\n\nSee you!"
PLACE = Conversation(ticket_id="42")
SECRETS = SourceSecrets(token=SecretStr(TOKEN))


@pytest.fixture
def server() -> FakeChatwoot:
    return FakeChatwoot()


@pytest.fixture
def talk(server: FakeChatwoot) -> Talking:
    return server.open(42, "Where is order W10400?")


@pytest.fixture
def address(server: FakeChatwoot) -> Iterator[str]:
    with served(server.app()) as address:
        yield address


@pytest.fixture
def source(address: str) -> Source:
    teams = {Team.BILLING_SUPPORT: "3", Team.SALES: "99"}
    kind = SourceKind.CHATWOOT
    return Source(tenant="acme", name="chat", kind=kind, url=address, account=ACCOUNT, teams=teams)


@pytest.fixture
async def helpdesk(source: Source) -> AsyncIterator[ChatwootHelpdesk]:
    given = headers(source, SECRETS)
    async with httpx.AsyncClient(base_url=source.url or "", headers=given, timeout=1, trust_env=False) as client:
        yield ChatwootHelpdesk(HelpdeskCalls(client), source)


@pytest.fixture
async def bot(source: Source) -> AsyncIterator[ChatwootHelpdesk]:
    of_a_bot = source.model_copy(update={"kind": SourceKind.CHATWOOT_BOT})
    given = headers(of_a_bot, SECRETS)
    async with httpx.AsyncClient(base_url=source.url or "", headers=given, timeout=1, trust_env=False) as client:
        yield ChatwootHelpdesk(HelpdeskCalls(client), of_a_bot)


@pytest.fixture
async def sdk(address: str) -> AsyncIterator[AsyncChatwootClient]:
    client = AsyncChatwootClient(address, TOKEN)
    yield client
    await client.aclose()


def intent(kind: WriteKind = WriteKind.REPLY, text: str = TEXT, **more: object) -> WriteIntent:
    known = WriteIntent(
        reference="ticket:acme:chat:42/0/reply",
        tenant="acme",
        source="chat",
        conversation=PLACE,
        kind=kind,
        digest=digest_of(text),
        intended_at=datetime.now(UTC),
    )
    return known.model_copy(update=more)


def test_it_is_a_helpdesk_that_can_be_read(source: Source) -> None:
    helpdesk = ChatwootHelpdesk(HelpdeskCalls(httpx.AsyncClient()), source)
    written: Helpdesk = helpdesk
    read: ReadableHelpdesk = helpdesk
    assert written is read


async def test_a_reply_is_public_and_a_note_is_private(helpdesk: ChatwootHelpdesk, talk: Talking) -> None:
    reply_id = await helpdesk.reply(intent(), CustomerText(text=TEXT))
    note_id = await helpdesk.note(intent(WriteKind.NOTE), InternalNote(text="Lost once."))
    written = [(str(message["id"]), message["private"], message["content"]) for message in talk.messages[1:]]
    assert written == [(reply_id, False, TEXT), (note_id, True, "Lost once.")]


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


async def test_a_reply_is_found_by_its_words(helpdesk: ChatwootHelpdesk, talk: Talking) -> None:
    wanted = intent()
    assert await helpdesk.find(wanted) is None
    written = await helpdesk.reply(wanted, CustomerText(text=TEXT))
    assert await helpdesk.find(wanted) == written


async def test_a_text_with_braces_is_no_template(
    helpdesk: ChatwootHelpdesk, server: FakeChatwoot, talk: Talking
) -> None:
    text = "He wrote: {{ agent.email }}, {{{x}}} and {% assign y %}`{{ z }}`."
    wanted = intent(WriteKind.NOTE, text)
    written = await helpdesk.note(wanted, InternalNote(text=text))
    assert await helpdesk.find(wanted) == written
    assert str(talk.messages[-1]["content"]).replace("{ ", "{") == text.replace("{ ", "{")


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


async def test_a_reply_to_a_conversation_that_is_not_there_is_refused(helpdesk: ChatwootHelpdesk) -> None:
    with pytest.raises(ToolRefused, match=r"writing the reply .* to ticket 42.*could not be found"):
        await helpdesk.reply(intent(), CustomerText(text=TEXT))


async def test_a_wrong_token_waits_for_whoever_mends_it(source: Source, server: FakeChatwoot, talk: Talking) -> None:
    async with httpx.AsyncClient(base_url=source.url or "", trust_env=False) as client:
        with pytest.raises(ToolUnavailable, match="status 401"):
            await ChatwootHelpdesk(HelpdeskCalls(client), source).read("42")


async def test_a_conversation_is_given_to_the_team_that_is_ours(helpdesk: ChatwootHelpdesk, talk: Talking) -> None:
    await helpdesk.assign(PLACE, Team.BILLING_SUPPORT)
    assert talk.team == 3


async def test_a_team_that_nobody_named_changes_nothing(
    helpdesk: ChatwootHelpdesk, server: FakeChatwoot, talk: Talking
) -> None:
    await helpdesk.assign(PLACE, Team.TRIAGE)
    assert server.writes() == []


@pytest.mark.parametrize("team", [Team.BILLING_SUPPORT, Team.TRIAGE])
async def test_what_waits_for_a_bot_is_shown_to_people_and_left_for_any_of_them(
    helpdesk: ChatwootHelpdesk, talk: Talking, team: Team
) -> None:
    talk.status = "pending"
    await helpdesk.assign(PLACE, team)
    assert (talk.status, talk.assignee) == ("open", None)


@pytest.mark.parametrize("status", ["resolved", "snoozed"])
async def test_what_was_put_aside_is_not_opened(helpdesk: ChatwootHelpdesk, talk: Talking, status: str) -> None:
    talk.status = status
    await helpdesk.assign(PLACE, Team.BILLING_SUPPORT)
    assert (talk.status, talk.team) == (status, 3)


async def test_the_official_sdk_opens_a_conversation_in_the_same_way(
    helpdesk: ChatwootHelpdesk, server: FakeChatwoot, talk: Talking, sdk: AsyncChatwootClient
) -> None:
    talk.status = "pending"
    await helpdesk.assign(PLACE, Team.TRIAGE)
    opening = server.writes()[0]
    await sdk.conversations.toggle_status(int(ACCOUNT), 42, "open")
    theirs = server.writes()[-1]
    assert (opening.method, opening.path, opening.said) == (theirs.method, theirs.path, theirs.said)


async def test_a_team_that_chatwoot_does_not_have_is_told(helpdesk: ChatwootHelpdesk, talk: Talking) -> None:
    with pytest.raises(ToolRefused, match=r"no team 99.*Correct the teams"):
        await helpdesk.assign(PLACE, Team.SALES)


async def test_labels_are_added_to_those_that_are_there(
    helpdesk: ChatwootHelpdesk, server: FakeChatwoot, talk: Talking
) -> None:
    talk.labels = ["vip"]
    await helpdesk.tag(PLACE, ("refund", "vip"))
    assert talk.labels == ["vip", "refund"]
    await helpdesk.tag(PLACE, ("refund",))
    assert len(server.writes()) == 1


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
    assert read is not None
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
    assert read is not None
    assert read.solved
    assert read.satisfaction is not None
    assert read.satisfaction.score == 4


async def test_a_long_conversation_is_read_whole_and_kept_as_far_as_there_is_room(
    helpdesk: ChatwootHelpdesk, server: FakeChatwoot, talk: Talking
) -> None:
    for number in range(70):
        server.say(talk, f"Line {number}")
    read = await helpdesk.read("42")
    assert read is not None
    assert [message.text for message in read.ticket.messages] == [f"Line {number}" for number in range(20, 70)]


async def test_of_a_conversation_of_thousands_only_the_newest_pages_are_read(
    helpdesk: ChatwootHelpdesk, server: FakeChatwoot, talk: Talking
) -> None:
    for number in range(3_000):
        server.say(talk, f"Line {number}")
    read = await helpdesk.read("42")
    assert read is not None
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
    assert read is not None
    assert [reply.text for reply in read.replies] == [f"Answer {number}" for number in range(60)]


async def test_a_conversation_without_words_of_a_customer_is_no_ticket(
    helpdesk: ChatwootHelpdesk, server: FakeChatwoot
) -> None:
    server.say(server.open(42), "Hello!", "outgoing")
    assert await helpdesk.read("42") is None
    assert await helpdesk.read("43") is None


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
    assert answered is not None
    assert [reply.text for reply in answered.replies] == ["I look into it."]


async def test_where_nothing_changed_nothing_is_listed(helpdesk: ChatwootHelpdesk) -> None:
    changed = await helpdesk.changed_since(datetime.now(UTC), None)
    assert (changed.ticket_ids, changed.changed_until) == ((), None)


async def test_an_account_that_is_not_there_is_told(source: Source, server: FakeChatwoot) -> None:
    elsewhere = source.model_copy(update={"account": "8"})
    async with httpx.AsyncClient(
        base_url=source.url or "", headers=headers(source, SECRETS), trust_env=False
    ) as client:
        with pytest.raises(ToolUnavailable, match=r"no account 8\. Correct the account"):
            await ChatwootHelpdesk(HelpdeskCalls(client), elsewhere).changed_since(datetime.now(UTC), None)


async def test_a_read_that_fails_may_be_asked_again(
    helpdesk: ChatwootHelpdesk, server: FakeChatwoot, talk: Talking
) -> None:
    server.order(Fault(kind=FaultKind.FAIL, status=500, times=2))
    for ask in (helpdesk.find(intent()), helpdesk.read("42")):
        with pytest.raises(ToolUnavailable, match="Ask again"):
            await ask


async def test_whatever_goes_wrong_a_reply_stands_there_once(helpdesk: ChatwootHelpdesk, server: FakeChatwoot) -> None:
    for seed in range(100):
        talk = server.open(42, "Where is order W10400?")
        for trouble in troubles(seed):
            server.order(trouble)
        written = await stands_there(helpdesk, intent(), CustomerText(text=TEXT))
        server.plan.clear()
        assert [str(message["id"]) for message in talk.messages if message["content"] == TEXT] == [written], seed

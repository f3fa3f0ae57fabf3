import httpx
import pytest
from pydantic import JsonValue, SecretStr

from cases.classification import Team
from cases.errors import ToolOutcomeUnknown, ToolRefused, ToolUnavailable
from cases.helpdesk_write import Conversation, WriteKind
from cases.source import Source, SourceKind, SourceSecrets
from cases.source_event import TicketGone
from demo.faults import Fault, FaultKind
from integrations.helpdesks.calls import HelpdeskCalls
from integrations.helpdesks.zammad import ZammadHelpdesk, headers
from tests.helpdesks.fake_zammad import TOKEN, FakeTicket, FakeZammad
from tests.helpdesks.intents import NOTE, PLACE, TEXT, intent_of


async def test_a_reply_is_mailed_to_the_customer_and_nothing_in_it_is_markup(
    helpdesk: ZammadHelpdesk, zammad: FakeZammad, ticket: FakeTicket
) -> None:
    article_id = await helpdesk.reply(intent_of(WriteKind.REPLY, TEXT.text), TEXT)
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
    await helpdesk.reply(intent_of(WriteKind.REPLY, TEXT.text, Conversation(ticket_id="7")), TEXT)
    assert zammad.mails[-1]["to"] == "ada@example.com"


async def test_a_customer_without_an_address_is_refused_with_the_way_out(
    helpdesk: ZammadHelpdesk, zammad: FakeZammad, ticket: FakeTicket
) -> None:
    zammad.customer["email"] = ""
    with pytest.raises(ToolRefused, match="no e-mail address in Zammad"):
        await helpdesk.reply(intent_of(WriteKind.REPLY, TEXT.text, Conversation(ticket_id="7")), TEXT)
    assert zammad.writes() == []


async def test_a_helpdesk_that_asks_for_patience_says_how_long(
    helpdesk: ZammadHelpdesk, zammad: FakeZammad, ticket: FakeTicket
) -> None:
    zammad.refuse(429, {"error": "Too many"}, {"Retry-After": "42"})
    with pytest.raises(ToolUnavailable) as failure:
        await helpdesk.reply(intent_of(WriteKind.REPLY, TEXT.text), TEXT)
    assert failure.value.retry_after_seconds == 42
    assert zammad.mails == []


async def test_a_failure_of_theirs_leaves_the_outcome_open(
    helpdesk: ZammadHelpdesk, zammad: FakeZammad, ticket: FakeTicket
) -> None:
    zammad.order(Fault(kind=FaultKind.FAIL, status=500))
    with pytest.raises(ToolOutcomeUnknown):
        await helpdesk.reply(intent_of(WriteKind.REPLY, TEXT.text), TEXT)


async def test_what_zammad_refuses_is_refused_with_its_reason(
    helpdesk: ZammadHelpdesk, zammad: FakeZammad, ticket: FakeTicket
) -> None:
    zammad.refuse(422, {"error": "No lookup value found for 'group': \"Sales people\""})
    with pytest.raises(ToolRefused, match="No lookup value found"):
        await helpdesk.assign(PLACE, Team.SALES)


async def test_a_ticket_that_never_existed_is_refused_and_has_no_message_of_ours(helpdesk: ZammadHelpdesk) -> None:
    with pytest.raises(ToolRefused, match="No such object"):
        await helpdesk.reply(intent_of(WriteKind.REPLY, TEXT.text), TEXT)
    with pytest.raises(ToolRefused, match="no ticket 7"):
        await helpdesk.reply(intent_of(WriteKind.REPLY, TEXT.text, Conversation(ticket_id="7")), TEXT)
    assert await helpdesk.find(intent_of(WriteKind.REPLY, TEXT.text)) is None
    assert isinstance(await helpdesk.read("7"), TicketGone)


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

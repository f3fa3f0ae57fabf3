import pytest

from cases.classification import Team
from cases.errors import ToolOutcomeUnknown, ToolRefused, ToolUnavailable
from cases.helpdesk_write import WriteKind
from cases.source_event import TicketGone
from demo.faults import Fault, FaultKind
from integrations.helpdesks.zendesk import ZendeskHelpdesk
from tests.helpdesks.fake_zendesk import FakeTicket, FakeZendesk, written_at
from tests.helpdesks.intents import NOTE, PLACE, TEXT, intent_of, marked_reply


async def test_a_reply_is_public_and_nothing_in_it_is_markup(
    helpdesk: ZendeskHelpdesk, zendesk: FakeZendesk, ticket: FakeTicket
) -> None:
    comment_id = await helpdesk.reply(await marked_reply(helpdesk), TEXT)
    comment = ticket.comments[-1]
    assert comment["id"] == int(comment_id)
    assert comment["public"] is True
    assert "<p>Dear Ada,</p><p>it comes &lt;tomorrow&gt; &amp; not later.</p>" in str(comment["html_body"])


async def test_a_note_is_never_public(helpdesk: ZendeskHelpdesk, zendesk: FakeZendesk, ticket: FakeTicket) -> None:
    await helpdesk.note(intent_of(WriteKind.NOTE, NOTE.text, mark=await helpdesk.mark(PLACE)), NOTE)
    assert ticket.comments[-1]["public"] is False


async def test_a_reply_is_bound_to_the_state_of_the_ticket_and_names_our_reference(
    helpdesk: ZendeskHelpdesk, zendesk: FakeZendesk, ticket: FakeTicket
) -> None:
    before = written_at(ticket.updated_at)
    await helpdesk.reply(await marked_reply(helpdesk), TEXT)
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


async def test_a_helpdesk_that_asks_for_patience_says_how_long(
    helpdesk: ZendeskHelpdesk, zendesk: FakeZendesk, ticket: FakeTicket
) -> None:
    intent = await marked_reply(helpdesk)
    zendesk.refuse(429, {"error": "TooManyRequests"}, {"Retry-After": "42"})
    with pytest.raises(ToolUnavailable) as failure:
        await helpdesk.reply(intent, TEXT)
    assert failure.value.retry_after_seconds == 42
    assert len(ticket.comments) == 1


async def test_a_failure_of_theirs_leaves_the_outcome_open(
    helpdesk: ZendeskHelpdesk, zendesk: FakeZendesk, ticket: FakeTicket
) -> None:
    intent = await marked_reply(helpdesk)
    zendesk.order(Fault(kind=FaultKind.FAIL, status=500))
    with pytest.raises(ToolOutcomeUnknown):
        await helpdesk.reply(intent, TEXT)


async def test_a_closed_ticket_is_refused_with_zendesks_reason(
    helpdesk: ZendeskHelpdesk, zendesk: FakeZendesk, ticket: FakeTicket
) -> None:
    ticket.status = "closed"
    with pytest.raises(ToolRefused, match="Status: closed"):
        await helpdesk.reply(await marked_reply(helpdesk), TEXT)


async def test_a_ticket_that_never_existed_is_refused_and_has_no_message_of_ours(helpdesk: ZendeskHelpdesk) -> None:
    with pytest.raises(ToolRefused, match="no ticket 7"):
        await helpdesk.mark(PLACE)
    assert await helpdesk.find(intent_of(WriteKind.REPLY, TEXT.text)) is None
    assert isinstance(await helpdesk.read("7"), TicketGone)


async def test_an_update_that_names_no_comment_is_looked_up_before_a_second_try(
    helpdesk: ZendeskHelpdesk, zendesk: FakeZendesk, ticket: FakeTicket
) -> None:
    intent = await marked_reply(helpdesk)
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

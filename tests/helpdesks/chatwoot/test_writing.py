import pytest

from cases.classification import Team
from cases.draft import CustomerText, InternalNote
from cases.errors import ToolRefused
from cases.helpdesk_write import WriteKind
from integrations.helpdesks.chatwoot import ChatwootHelpdesk
from tests.helpdesks.chatwoot.writes import PLACE, TEXT, intent
from tests.helpdesks.fake_chatwoot import FakeChatwoot, Talking


async def test_a_reply_is_public_and_a_note_is_private(helpdesk: ChatwootHelpdesk, talk: Talking) -> None:
    reply_id = await helpdesk.reply(intent(), CustomerText(text=TEXT))
    note_id = await helpdesk.note(intent(WriteKind.NOTE), InternalNote(text="Lost once."))
    written = [(str(message["id"]), message["private"], message["content"]) for message in talk.messages[1:]]
    assert written == [(reply_id, False, TEXT), (note_id, True, "Lost once.")]


async def test_a_text_with_braces_is_no_template(
    helpdesk: ChatwootHelpdesk, server: FakeChatwoot, talk: Talking
) -> None:
    text = "He wrote: {{ agent.email }}, {{{x}}} and {% assign y %}`{{ z }}`."
    wanted = intent(WriteKind.NOTE, text)
    written = await helpdesk.note(wanted, InternalNote(text=text))
    assert await helpdesk.find(wanted) == written
    assert str(talk.messages[-1]["content"]).replace("{ ", "{") == text.replace("{ ", "{")


async def test_a_reply_to_a_conversation_that_is_not_there_is_refused(helpdesk: ChatwootHelpdesk) -> None:
    with pytest.raises(ToolRefused, match=r"writing the reply .* to ticket 42.*could not be found"):
        await helpdesk.reply(intent(), CustomerText(text=TEXT))


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

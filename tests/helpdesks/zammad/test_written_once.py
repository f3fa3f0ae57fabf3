"""Whatever goes wrong on the way, a reply stands in its ticket once, and is known for ours."""

from datetime import UTC, datetime, timedelta

import pytest

from cases.errors import ToolOutcomeUnknown
from cases.helpdesk_write import CLOCKS_APART, WriteKind
from demo.faults import Fault, FaultKind
from integrations.helpdesks.zammad import ZammadHelpdesk
from tests.helpdesks.fake_zammad import FakeTicket, FakeZammad
from tests.helpdesks.intents import NOTE, PLACE, TEXT, intent_of
from tests.helpdesks.trying import stands_there, troubles


@pytest.mark.parametrize("keeps_preferences", [True, False], ids=["by its reference", "by its words"])
async def test_a_reply_whose_answer_was_lost_is_found(
    helpdesk: ZammadHelpdesk, zammad: FakeZammad, ticket: FakeTicket, keeps_preferences: object
) -> None:
    zammad.keeps_preferences = bool(keeps_preferences)
    intent = intent_of(WriteKind.REPLY, TEXT.text)
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
    assert await helpdesk.find(intent_of(WriteKind.REPLY, "Where is it?")) is None


async def test_the_same_words_under_another_reference_are_not_this_reply(
    helpdesk: ZammadHelpdesk, ticket: FakeTicket
) -> None:
    await helpdesk.reply(intent_of(WriteKind.REPLY, TEXT.text, reference="ticket:acme:help:7/0/reply"), TEXT)
    assert await helpdesk.find(intent_of(WriteKind.REPLY, TEXT.text, reference="ticket:acme:help:7/1/reply")) is None


@pytest.mark.parametrize(
    ("sender", "kind", "internal"),
    [("Agent", "note", True), ("Agent", "note", False), ("Agent", "email", True), ("Customer", "email", False)],
)
async def test_the_same_words_in_an_article_of_another_kind_are_not_a_reply(
    helpdesk: ZammadHelpdesk, zammad: FakeZammad, ticket: FakeTicket, sender: str, kind: str, internal: object
) -> None:
    zammad.add_article(ticket, TEXT.text, sender, kind=kind, internal=bool(internal))
    assert await helpdesk.find(intent_of(WriteKind.REPLY, TEXT.text)) is None


@pytest.mark.parametrize("case", ["another intent's", "too old"])
async def test_the_same_words_are_not_ours_where_they_are(
    helpdesk: ZammadHelpdesk, zammad: FakeZammad, ticket: FakeTicket, case: str
) -> None:
    number = str(zammad.add_article(ticket, TEXT.text, "Agent"))
    intent = intent_of(WriteKind.REPLY, TEXT.text)
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
        intent = intent_of(WriteKind.REPLY, TEXT.text, place)
        article_id = await stands_there(helpdesk, intent, TEXT)
        assert [str(mail["id"]) for mail in zammad.mails if mail["ticket_id"] == seed] == [article_id]

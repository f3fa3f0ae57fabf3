import json

import pytest
from pydantic import JsonValue

from cases.source_event import AgentWrote, CustomerWrote, Nothing, SourceEvent, TicketChanged
from tests.sources.chatwoot_deliveries import AGENT, BOT, CHATWOOT, SOURCE, conversation, message, said, signed


def test_an_agent_bot_reads_again_what_it_is_not_told() -> None:
    assert said(conversation(event="conversation_opened")) == TicketChanged(ticket_id="42")


def test_an_agent_bot_is_told_to_send_again_by_a_500() -> None:
    assert BOT.acknowledgement.later == 500
    assert CHATWOOT.acknowledgement.taken == 200


def told_to_a_bot(value: JsonValue) -> SourceEvent:
    (event,) = BOT.parse(signed(json.dumps(value).encode()), SOURCE)
    return event


def test_a_bot_takes_what_waits_for_it() -> None:
    event = told_to_a_bot(message(conversation=conversation(status="pending")))
    assert isinstance(event, CustomerWrote)
    assert event.message.text == "Where is order W10400?"


def test_a_bot_takes_a_conversation_whose_status_nobody_says() -> None:
    assert isinstance(told_to_a_bot(message(conversation=conversation(status=None))), CustomerWrote)


@pytest.mark.parametrize("status", ["open", "snoozed", "resolved"])
def test_a_bot_leaves_to_people_what_they_have(status: str) -> None:
    said_there = message(conversation=conversation(status=status))
    assert told_to_a_bot(said_there) == Nothing(why="People have this conversation.")
    assert isinstance(said(said_there), CustomerWrote)


def test_a_bot_is_told_of_a_colleagues_answer_in_a_conversation_that_people_have() -> None:
    event = told_to_a_bot(message(message_type="outgoing", sender=AGENT, content="It is on its way."))
    assert isinstance(event, AgentWrote)

"""A hosted provider, under the policy that is shipped for it: asked by its prompts, taken at no word of its own."""

from decimal import Decimal

import pytest

from cases.action import ActionKind
from cases.classification import Priority, RequestEvidence, Team
from cases.errors import ContentFailure, PermanentFailure
from cases.ladder import Prompt
from cases.policy.document import Policy
from cases.policy.models import Price
from cases.work import NewestMessage
from integrations.models.openai_client import OpenAIClient
from tests.integrations.hosted_provider.asking import asked, classified, drafted, provider, reading, ticket
from tests.integrations.hosted_server import HostedServer


async def test_a_reading_comes_with_its_price_and_the_version_of_its_prompt(
    policy: Policy, server: HostedServer, client: OpenAIClient
) -> None:
    answer = await classified(policy, server, client, reading())
    assert answer.output.intent_names == ("order_status",)
    assert answer.output.confidence == 0.93
    assert answer.cost == Price(input=Decimal("0.1"), output=Decimal("0.5")).of(answer.usage)
    assert answer.cost > 0
    assert answer.reported_model == "gpt-6-luna"
    assert answer.prompt_version.startswith("classify.standard@")


async def test_the_policy_and_not_the_model_says_who_owns_an_intent(
    policy: Policy, server: HostedServer, client: OpenAIClient
) -> None:
    answer = await classified(policy, server, client, reading(team="sales", category="sales", priority="high"))
    assert answer.output.team is Team.ACCOUNT_OPS
    assert answer.output.priority is Priority.HIGH


async def test_what_the_model_says_was_named_must_stand_in_the_ticket(
    policy: Policy, server: HostedServer, client: OpenAIClient
) -> None:
    answer = await classified(policy, server, client, reading(emails=["eve@example.com"], address="1 Main Street"))
    named = answer.output.entities
    assert named.order_ids == ("W10023",)
    assert named.emails == ()
    assert named.address is None


async def test_a_model_adds_no_amount_and_no_day_to_those_that_were_read_in_the_ticket_by_rule(
    policy: Policy, server: HostedServer, client: OpenAIClient
) -> None:
    answer = await classified(policy, server, client, reading(amounts=[{"amount": "3000", "currency": "EUR"}]))
    assert answer.output.entities.amounts == ()
    assert answer.output.entities.dates == ()


async def test_an_intent_that_the_policy_does_not_know_is_no_answer_and_is_paid_for(
    policy: Policy, server: HostedServer, client: OpenAIClient
) -> None:
    with pytest.raises(ContentFailure, match="world_peace") as raised:
        await classified(policy, server, client, reading(intents=[{"name": "world_peace", "confidence": 0.99}]))
    assert raised.value.cost > 0
    assert raised.value.usage.input_tokens > 0
    assert raised.value.prompt_version.startswith("classify.standard@")


CLAIMED = {"intent": "refund_request", "quote": "refund me"}


async def test_what_the_model_takes_for_a_request_is_a_claim_about_the_newest_message(
    policy: Policy, server: HostedServer, client: OpenAIClient
) -> None:
    newest = (NewestMessage(message_id="m7", words="please refund me"),)
    answer = await classified(policy, server, client, reading(requests=[CLAIMED]), newest=newest)
    claim = RequestEvidence(intent="refund_request", quote="refund me", message_id="m7")
    assert answer.output.requests == (claim,)


async def test_without_a_newest_message_a_model_can_claim_no_request(
    policy: Policy, server: HostedServer, client: OpenAIClient
) -> None:
    answer = await classified(policy, server, client, reading(requests=[CLAIMED]))
    assert answer.output.requests == ()


async def test_a_request_of_an_unknown_intent_is_no_answer(
    policy: Policy, server: HostedServer, client: OpenAIClient
) -> None:
    with pytest.raises(ContentFailure, match="world_peace"):
        await classified(policy, server, client, reading(requests=[{**CLAIMED, "intent": "world_peace"}]))


async def test_a_retry_is_worded_more_strictly(policy: Policy, server: HostedServer, client: OpenAIClient) -> None:
    server.begin({"type": "reply", "text": reading()})
    answer = await provider(policy, client).classify(ticket(policy, "Where is W10023?", Prompt.STRICT))
    assert answer.prompt_version.startswith("classify.strict@")
    assert "Your last answer could not be used" in " ".join(asked(server)[0].split())


async def test_a_reply_comes_with_its_claims_and_what_its_model_would_do(
    policy: Policy, server: HostedServer, client: OpenAIClient
) -> None:
    answer = await drafted(policy, server, client, ActionKind.REFUND)
    assert answer.output.reply.text == "Sie haben 30 Tage."
    assert answer.output.claims[0].quote == "You can return things within 30 days."
    assert answer.output.suggested_action is ActionKind.REFUND
    assert answer.prompt_version.startswith("draft.standard@")


async def test_a_policy_without_prompts_asks_nobody(policy: Policy, server: HostedServer, client: OpenAIClient) -> None:
    silent = policy.model_copy(update={"document": policy.document.model_copy(update={"prompts": None})})
    server.begin()
    with pytest.raises(PermanentFailure, match="no prompts"):
        await provider(silent, client).classify(ticket(silent, "Hello"))
    assert server.requests() == []

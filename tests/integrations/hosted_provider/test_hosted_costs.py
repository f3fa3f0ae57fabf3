"""What a hosted call counts as when nobody can tell what it cost."""

import pytest

from activities.model_call import ModelCalls
from activities.model_health import ModelHealth
from activities.switches import Switchboard
from cases.errors import ContentFailure
from cases.ladder import AttemptOutcome, Job
from cases.policy.document import Policy
from cases.policy.rulebook import CoolDown
from integrations.models.openai_client import OpenAIClient
from tests.integrations.hosted_provider.asking import classified, provider, reading, ticket
from tests.integrations.hosted_server import HostedServer, answering, http_answer
from tests.workflows.hosted_world import AllOn


async def test_a_call_that_was_given_up_counts_as_all_it_may_cost_and_tells_its_prompt(policy: Policy) -> None:
    async with answering(b"HTTP/1.1 200 OK\r\n", b"x-slow: 1\r\n", pause=5.0) as hanging:
        client = OpenAIClient("a-key", hanging.address)
        asking = provider(policy, client)
        request = ticket(policy, "Hello").model_copy(update={"timeout_seconds": 0.3})
        calls = ModelCalls(ModelHealth(), Switchboard(AllOn()))
        attempt, _ = await calls.once(Job.CLASSIFY, request, lambda: asking.classify(request), CoolDown())
        await client.close()
    assert attempt.outcome is AttemptOutcome.TIMEOUT
    assert attempt.cost == policy.document.models["gpt-cheap"].expected_cost
    assert attempt.prompt_version.startswith("classify.standard@")
    assert attempt.seconds == 0.3


async def test_an_answer_nobody_can_read_counts_as_all_it_may_cost(policy: Policy) -> None:
    async with answering(http_answer("200 OK", b"<html>")) as raw:
        client = OpenAIClient("a-key", raw.address)
        with pytest.raises(ContentFailure) as raised:
            await provider(policy, client).classify(ticket(policy, "Hello"))
        await client.close()
    assert raised.value.cost == policy.document.models["gpt-cheap"].expected_cost


async def test_a_price_that_nobody_knows_any_more_is_all_it_may_cost_and_not_nothing(
    policy: Policy, server: HostedServer, client: OpenAIClient
) -> None:
    models = policy.document.models
    unlisted = models["gpt-cheap"].model_copy(update={"name": "gpt-of-last-year"})
    kept = policy.document.model_copy(update={"models": {**models, "gpt-cheap": unlisted}})
    answer = await classified(policy.model_copy(update={"document": kept}), server, client, reading())
    assert answer.cost == unlisted.expected_cost

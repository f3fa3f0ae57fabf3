"""The policy of hosted models, and both vendors' SDKs in front of llmock."""

from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest

from cases.policy.document import Policy
from cases.policy.models import WireFormat
from integrations.models.anthropic_client import AnthropicClient
from integrations.models.hosted import HostedProvider
from integrations.models.openai_client import OpenAIClient
from starter.policy_files import read_policy
from tests.integrations.hosted_server import HostedServer, hosted_server

POLICIES = Path(__file__).parents[3] / "policies"


@pytest.fixture(scope="module")
def policy() -> Policy:
    return read_policy(POLICIES / "default.yaml")


@pytest.fixture(scope="module")
def vendors() -> Iterator[HostedServer]:
    with hosted_server() as running:
        yield running


@pytest.fixture
async def seers(policy: Policy, vendors: HostedServer) -> AsyncIterator[dict[str, HostedProvider]]:
    openai, anthropic = OpenAIClient("key", vendors.openai_url), AnthropicClient("key", vendors.anthropic_url)
    policies = {policy.version: policy}
    yield {
        "openai": HostedProvider(openai, WireFormat.OPENAI, policies),
        "anthropic": HostedProvider(anthropic, WireFormat.ANTHROPIC, policies),
    }
    await openai.close()
    await anthropic.close()

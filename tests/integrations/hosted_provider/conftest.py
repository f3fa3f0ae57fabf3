"""The policy that ships for hosted models, and a client of the server that plays their vendor."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from cases.policy.document import Policy
from integrations.models.openai_client import OpenAIClient
from starter.policy_files import read_policy
from tests.integrations.hosted_server import HostedServer

POLICIES = Path(__file__).parents[3] / "policies"


@pytest.fixture(scope="session")
def policy() -> Policy:
    return read_policy(POLICIES / "default.yaml")


@pytest.fixture
async def client(server: HostedServer) -> AsyncIterator[OpenAIClient]:
    opened = OpenAIClient("a-key", server.openai_url)
    yield opened
    await opened.close()

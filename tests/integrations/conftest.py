"""The local models, loaded once, taught by the policy that ships; and a server that plays a vendor of hosted ones."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from cases.policy.document import Policy
from integrations.models.local.encoders import Encoders
from integrations.models.local.provider import LocalProvider
from starter.policy_files import read_policy
from starter.settings import DEFAULT_POLICY
from tests.integrations.hosted_server import HostedServer, hosted_server


@pytest.fixture(scope="session")
def encoders() -> Encoders:
    return Encoders()


@pytest.fixture(scope="session")
def local_policy() -> Policy:
    return read_policy(DEFAULT_POLICY)


@pytest.fixture(scope="session")
def local_provider(encoders: Encoders, local_policy: Policy, pytestconfig: pytest.Config) -> LocalProvider:
    """What its heads have learnt is kept in pytest's cache between runs."""
    cache = Path(pytestconfig.cache.mkdir("signalbox")) / "models"
    return LocalProvider({local_policy.version: local_policy}, encoders, cache)


@pytest.fixture(scope="module")
def server() -> Iterator[HostedServer]:
    with hosted_server() as running:
        yield running

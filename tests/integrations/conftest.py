"""The local models, loaded once, taught by the policy that ships; heads are kept in pytest's cache between runs."""

from pathlib import Path

import pytest

from cases.policy.document import Policy
from integrations.models.local.encoders import Encoders
from integrations.models.local.provider import LocalProvider
from starter.policy_files import read_policy
from starter.settings import DEFAULT_POLICY


@pytest.fixture(scope="session")
def encoders() -> Encoders:
    return Encoders()


@pytest.fixture(scope="session")
def local_policy() -> Policy:
    return read_policy(DEFAULT_POLICY)


@pytest.fixture(scope="session")
def local_provider(encoders: Encoders, local_policy: Policy, pytestconfig: pytest.Config) -> LocalProvider:
    cache = Path(pytestconfig.cache.mkdir("signalbox")) / "models"
    return LocalProvider({local_policy.version: local_policy}, encoders, cache)

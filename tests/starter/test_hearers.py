"""Who sees and who hears under a policy, and what is told where a key is missing."""

from pathlib import Path

import pytest

from integrations.models.hearing import HostedHearer
from integrations.models.hosted import HostedProvider
from starter.model_providers import MissingKey, hosted_hearers, hosted_providers
from starter.policy_files import read_policy

POLICIES = Path(__file__).parents[2] / "policies"


async def test_the_policy_of_hosted_models_has_a_hearer_and_two_that_see(monkeypatch: pytest.MonkeyPatch) -> None:
    for key in ("OPENAI_API_KEY", "ANTHROPIC_API_KEY"):
        monkeypatch.setenv(key, "a-key")
    policy = read_policy(POLICIES / "default.yaml")
    policies = {policy.version: policy}
    async with hosted_providers(policy, policies) as seers, hosted_hearers(policy, policies) as hearers:
        assert {name: type(seer) for name, seer in seers.items()} == {
            "anthropic": HostedProvider,
            "openai": HostedProvider,
        }
        assert {name: type(hearer) for name, hearer in hearers.items()} == {"openai": HostedHearer}


async def test_the_policy_of_local_models_needs_nobody_who_hears() -> None:
    policy = read_policy(POLICIES / "local.yaml")
    async with hosted_hearers(policy, {policy.version: policy}) as hearers:
        assert hearers == {}


async def test_a_hearer_without_its_key_is_told_with_the_variable(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("OPENAI_API_KEY", raising=False)
    policy = read_policy(POLICIES / "default.yaml")
    with pytest.raises(MissingKey, match="OPENAI_API_KEY"):
        async with hosted_hearers(policy, {policy.version: policy}):
            raise AssertionError("nobody can hear without a key")

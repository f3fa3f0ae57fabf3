"""Who runs the models of a policy: adding one is a change of the policy alone, and what is missing is told."""

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import yaml
from pydantic import JsonValue

from activities.classify import Classifying
from activities.draft import Drafting
from activities.model_call import ModelCalls
from activities.model_health import ModelHealth
from activities.policies import PolicyShelf
from activities.switches import Switchboard
from cases.errors import InvalidInput
from cases.ladder import AttemptOutcome
from cases.policy.document import Policy
from integrations.models.local.language import PolicyLanguages
from starter.model_providers import MissingKey, hosted_providers
from starter.policy_files import read_policy
from tests.handed_in import AllOn
from tests.integrations.hosted_server import HostedServer, hosted_server
from tests.model_requests import a_classify_request, a_draft_request
from tests.samples import PASSAGE
from tests.workflows.hosted_world import READING, SHIPPED, WRITTEN, KeptPolicies

KEYS = ("OPENAI_API_KEY", "ANTHROPIC_API_KEY", "OUR_OWN_KEY")
Written = Callable[[dict[str, JsonValue]], Policy]


@pytest.fixture(scope="module")
def server() -> Iterator[HostedServer]:
    with hosted_server() as running:
        yield running


@pytest.fixture(autouse=True)
def keys(monkeypatch: pytest.MonkeyPatch) -> None:
    for key in KEYS:
        monkeypatch.setenv(key, "a-key")


@pytest.fixture
def policy_with(tmp_path: Path, server: HostedServer) -> Written:
    """The shipped policy, and a model of our own behind an address of our own, as an owner would write them."""

    def written(model: dict[str, JsonValue]) -> Policy:
        for part in SHIPPED.parent.glob("*.yaml"):
            shutil.copy(part, tmp_path)
        text = yaml.safe_load(SHIPPED.read_text())
        text["version"] = "with-our-own-1"
        text["providers"]["ours"] = {"format": "openai", "base_url": server.openai_url, "key": "OUR_OWN_KEY"}
        text["models"]["our-model"] = {"provider": "ours", "timeout": "10s", "typical": "1s", **model}
        text["pools"]["cost"] = ["our-model"]
        text["jobs"]["classify"]["models"] = ["our-model"]
        (tmp_path / "ours.yaml").write_text(yaml.safe_dump(text))
        return read_policy(tmp_path / "ours.yaml")

    return written


PRICED: dict[str, JsonValue] = {"name": "llama-of-ours", "price": {"input": 0.2, "output": 0.4}}


async def test_a_model_added_to_the_policy_reads_tickets_and_writes_replies(
    policy_with: Written, server: HostedServer
) -> None:
    policy = policy_with(PRICED)
    server.begin({"type": "reply", "text": READING}, {"type": "reply", "text": WRITTEN})
    shelf = PolicyShelf(policy, KeptPolicies())
    calls = ModelCalls(ModelHealth(), Switchboard(AllOn()))
    languages = PolicyLanguages(policy.document.languages)
    question = a_classify_request(policy.version, "our-model", "How long can I return things?")
    async with hosted_providers(policy, shelf) as providers:
        read = await Classifying(providers, shelf, calls).classify(question)
        wrote = await Drafting(providers, shelf, calls, languages).draft(a_draft_request(policy.version, "our-model"))
    assert read.classification is not None
    assert read.classification.intent_names == ("faq.returns",)
    assert wrote.draft is not None
    assert (wrote.draft.reply.text, wrote.failed_checks) == (PASSAGE.text, ())
    for attempt in (read.attempt, wrote.attempt):
        assert attempt.outcome is AttemptOutcome.SUCCEEDED
        assert attempt.cost > 0
    assert [request.model for request in server.requests()] == ["llama-of-ours", "llama-of-ours"]


async def test_a_missing_key_is_told_by_its_variable_and_with_the_way_out(
    policy_with: Written, monkeypatch: pytest.MonkeyPatch
) -> None:
    policy = policy_with(PRICED)
    monkeypatch.delenv("OUR_OWN_KEY")
    with pytest.raises(MissingKey) as raised:
        async with hosted_providers(policy, {policy.version: policy}):
            pass
    told = str(raised.value)
    assert "OUR_OWN_KEY" in told
    assert "the policy's provider ours needs it" in told
    assert "Set it to the provider's key, or take its models out of the policy." in told


@pytest.mark.parametrize("name", ["llama-of-ours", "whisper-1"])
async def test_a_model_without_a_known_price_is_refused_before_it_is_asked(
    policy_with: Written, server: HostedServer, name: str
) -> None:
    policy = policy_with({"name": name, "expected_cost": 0.001})
    server.begin()
    with pytest.raises(InvalidInput, match=rf"models\.our-model.*the price of {name} is not known; give it a"):
        async with hosted_providers(policy, {policy.version: policy}):
            pass
    assert server.requests() == []

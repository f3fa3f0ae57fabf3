"""The policy of hosted models that is shipped: its models, its rows, its prompts, its prices."""

import pytest

from cases.ladder import Job, Prompt, Usage
from cases.policy.document import Policy
from cases.policy.jobs import About
from cases.policy.models import LOCAL
from cases.policy.rulebook import IntentRules, RoutingClass
from cases.route import RouteName
from cases.ticket import Channel
from integrations.models.prices import UnknownPrice, cost_of
from starter.policy_files import read_policy
from tests.workflows.hosted_world import SHIPPED

LARGEST_ANSWER = Usage(input_tokens=2_500, output_tokens=800)
"""What the policy's own remark says `expected_cost` is for."""


@pytest.fixture(scope="module")
def policy() -> Policy:
    return read_policy(SHIPPED)


def about(channel: Channel = Channel.EMAIL) -> About:
    return About(tenant="acme", language="en", channel=channel)


def test_every_hosted_model_is_run_by_a_provider_with_a_key_in_the_environment(policy: Policy) -> None:
    document = policy.document
    used = {model.provider for model in document.models.values()} - {LOCAL}
    assert used == set(document.providers) == {"openai", "anthropic"}
    assert {row.key for row in document.providers.values()} == {"OPENAI_API_KEY", "ANTHROPIC_API_KEY"}


def test_the_expected_cost_of_every_hosted_model_covers_its_list_price(policy: Policy) -> None:
    for name, model in policy.document.models.items():
        if model.provider != LOCAL:
            wire = policy.document.providers[model.provider].format
            assert 0 < cost_of(model, wire, model.name or name, LARGEST_ANSWER) <= model.expected_cost, name


def test_a_model_nobody_knows_has_no_price_and_never_costs_nothing(policy: Policy) -> None:
    model = policy.document.models["gpt-cheap"]
    wire = policy.document.providers["openai"].format
    with pytest.raises(UnknownPrice, match="the price of my-own-model is not known; give it a `price` in the policy"):
        cost_of(model, wire, "my-own-model", LARGEST_ANSWER)


def test_no_vendors_bad_day_ends_a_letters_ladder(policy: Policy) -> None:
    rules = policy.rulebook(about())
    for ladder in (rules.classify, *rules.draft.values()):
        vendors = {policy.document.models[rung.model].provider for rung in ladder.rungs}
        assert len(vendors) >= 2


def test_who_is_on_the_line_waits_for_no_strong_model(policy: Policy) -> None:
    for channel in (Channel.VOICE, Channel.CHAT):
        rules = policy.rulebook(about(channel))
        assert [rung.model for rung in rules.classify.rungs] == ["gpt-cheap", "claude-cheap"]
        routine = [rung.model for rung in rules.draft[RouteName.ROUTINE].rungs]
        assert routine == ["gpt-cheap", "claude-cheap", "local-quotes"]


def of_class(policy: Policy, routing_class: RoutingClass) -> IntentRules:
    intents = policy.document.intents
    name = next(name for name, intent in intents.items() if intent.routing_class is routing_class)
    return policy.rules_of([name], about())[name]


@pytest.mark.parametrize("routing_class", [RoutingClass.REGULATED, RoutingClass.COMPLAINT])
def test_where_a_wrong_deed_hurts_most_strong_models_write_and_two_must_agree(
    policy: Policy, routing_class: RoutingClass
) -> None:
    rules = of_class(policy, routing_class)
    assert [rung.model for rung in rules.draft[RouteName.ROUTINE].rungs] == ["claude-strong", "gpt-balanced"]
    assert rules.second_opinion is not None
    assert [rung.model for rung in rules.second_opinion.rungs] == ["gpt-balanced"]


def test_an_answer_from_the_help_centre_needs_one_opinion(policy: Policy) -> None:
    rules = of_class(policy, RoutingClass.FAQ)
    assert (rules.draft, rules.second_opinion) == ({}, None)
    assert policy.rulebook(about()).draft[RouteName.ROUTINE].job is Job.DRAFT


def test_each_job_has_a_usual_and_a_stricter_wording(policy: Policy) -> None:
    prompts = policy.document.prompts
    assert prompts is not None
    for job in (prompts.classify, prompts.draft):
        wordings = {Prompt.STANDARD: job.standard, Prompt.STRICT: job.strict}
        assert wordings[Prompt.STANDARD].instructions != wordings[Prompt.STRICT].instructions
        assert all("{{ ticket }}" in wording.material for wording in wordings.values())

"""What a policy says of pictures and recordings, and what it is told where that cannot be."""

from pathlib import Path

import pytest

from cases.errors import InvalidPolicy
from cases.ladder import Job, LastRung
from cases.policy.document import Policy
from cases.policy.jobs import About
from cases.ticket import Channel
from routing.policy_document import PolicyText, included_files, parse_policy

POLICIES = Path(__file__).parents[2] / "policies"
ABOUT = About(tenant="acme", language="en", channel=Channel.VOICE)
DEFAULT, LOCAL = "default.yaml", "local.yaml"


def parsed(main: str, *edits: tuple[str, str]) -> Policy:
    """A policy that ships, with some words of its first file replaced."""
    text = (POLICIES / main).read_text()
    for old, new in edits:
        assert text.count(old) == 1, f"{old!r} must stand once in {main}"
        text = text.replace(old, new)
    first = PolicyText(main, text)
    return parse_policy([first, *(PolicyText(name, (POLICIES / name).read_text()) for name in included_files(first))])


def problems(main: str, *edits: tuple[str, str]) -> str:
    with pytest.raises(InvalidPolicy) as raised:
        parsed(main, *edits)
    return str(raised.value)


def test_the_policy_of_hosted_models_sees_and_hears_and_then_a_person_does() -> None:
    rules = parsed(DEFAULT).rulebook(ABOUT)
    assert rules.see is not None
    assert (rules.see.job, [rung.model for rung in rules.see.rungs]) == (Job.SEE, ["gpt-balanced", "claude-strong"])
    assert rules.transcribe is not None
    assert rules.transcribe.last is LastRung.PERSON
    assert rules.attachments.origins == ()


def test_the_policy_of_local_models_neither_sees_nor_hears() -> None:
    rules = parsed(LOCAL).rulebook(ABOUT)
    assert rules.see is None
    assert rules.transcribe is None


def test_a_model_that_does_not_see_is_shown_no_pictures() -> None:
    told = problems(DEFAULT, ("models: [gpt-balanced, claude-strong]}\n  trans", "models: [gpt-cheap]}\n  trans"))
    assert "names the model 'gpt-cheap', which has no `sees`. Add `sees: true` to its row." in told


def test_a_model_that_does_not_hear_is_played_no_recordings() -> None:
    assert "names the model 'gpt-cheap', which has no `hears`." in problems(
        DEFAULT, ("models: [gpt-hears]", "models: [gpt-cheap]")
    )


def test_a_misspelt_model_that_sees_is_told_with_the_nearest_name() -> None:
    told = problems(DEFAULT, ("models: [gpt-hears]", "models: [gpt-heers]"))
    assert "names the model 'gpt-heers', which is not under `models`. Did you mean 'gpt-hears'?" in told


def test_only_who_has_the_endpoint_for_it_hears() -> None:
    told = problems(DEFAULT, ("{provider: openai, name: gpt-4o-mini", "{provider: anthropic, name: gpt-4o-mini"))
    assert "is said of a model of anthropic, which has no transcription endpoint." in told


def test_no_model_on_this_machine_sees() -> None:
    told = problems(LOCAL, ("local-quotes: {provider: local,", "local-quotes: {sees: true, provider: local,"))
    assert "no model on this machine sees or hears" in told


def test_who_looks_at_pictures_must_be_told_how() -> None:
    assert "jobs.see: has no wording. Add `see` to `prompts`" in problems(DEFAULT, ("  - prompts.yaml\n", ""))


def test_a_model_that_hears_says_what_an_answer_costs_at_most() -> None:
    assert "Add `expected_cost`." in problems(DEFAULT, ("expected_cost: 0.015, hears: true", "hears: true"))


def test_a_place_of_files_is_an_address_and_nothing_after_it() -> None:
    rules = "cost_ceiling: 0.08"
    told = problems(DEFAULT, (rules, f"{rules}\nattachments: {{origins: ['https://files.example.com/x']}}"))
    assert "attachments.origins" in told

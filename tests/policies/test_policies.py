"""The policy that is shipped: its rules, its examples, its patterns, and its schema."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

from cases.action import (
    ActionKind,
)
from cases.classification import OTHER
from cases.errors import InvalidPolicy
from cases.policy.document import Policy
from cases.policy.jobs import About
from cases.policy.local import DraftingRules, LocalRules, ReadingRules, ShoutingRules
from cases.reason import ReasonCode
from cases.ticket import Channel
from routing.policy_schema import json_schema
from starter.policy_files import read_policy

ABOUT = About(tenant="acme", language="en", channel=Channel.EMAIL)

POLICIES = Path(__file__).parent.parent.parent / "policies"
LANGUAGES = ("en", "de", "tr")
EXAMPLES = {"en": 18, "de": 10, "tr": 10}
NEGATIVES = 40


@pytest.fixture(scope="module")
def policy() -> Policy:
    return read_policy(POLICIES / "local.yaml")


def test_the_policy_names_its_version(policy: Policy) -> None:
    assert re.fullmatch(r"local-\d+@[0-9a-f]{12}", policy.version)


def test_the_rules_cut_from_it_are_those_of_the_pilot(policy: Policy) -> None:
    rules = policy.rulebook(ABOUT)

    assert (rules.thresholds.confidence, rules.thresholds.high_priority_confidence) == (0.75, 0.85)
    assert [rung.model for rung in rules.classify.rungs] == ["local-compact", "local-ensemble"]
    assert rules.actions[ActionKind.REFUND].review_above == {"EUR": 50, "USD": 50, "TRY": 2000}
    assert rules.sample_rate == 0.05


def test_its_owner_can_read_every_number_of_the_local_models_in_it(policy: Policy) -> None:
    local = policy.document.local

    assert local.model_fields_set == set(LocalRules.model_fields)
    assert local.reading.model_fields_set == set(ReadingRules.model_fields)
    assert local.shouting.model_fields_set == set(ShoutingRules.model_fields)
    assert local.drafting.model_fields_set == set(DraftingRules.model_fields)


def test_every_route_that_drafts_has_at_least_two_models_to_fall_back_on(policy: Policy) -> None:
    assert all(len(ladder.rungs) >= 2 for ladder in policy.rulebook(ABOUT).draft.values())


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_intent_has_examples_enough_in_each_language(policy: Policy, language: str) -> None:
    short = {
        name: len(intent.examples[language])
        for name, intent in policy.document.intents.items()
        if len(set(intent.examples[language])) < (NEGATIVES if name == OTHER else EXAMPLES[language])
    }

    assert short == {}


def test_no_example_stands_under_two_intents(policy: Policy) -> None:
    seen: dict[str, str] = {}
    for name, intent in policy.document.intents.items():
        for example in (text for texts in intent.examples.values() for text in texts):
            assert seen.setdefault(example.casefold(), name) == name, example


def test_no_pattern_settles_an_example_of_another_intent(policy: Policy) -> None:
    wrong = [
        (example, rule.intent, name)
        for name, intent in policy.document.intents.items()
        for texts in intent.examples.values()
        for example in texts
        for rule in policy.document.intent_patterns
        if rule.intent != name and re.search(rule.pattern, example, re.IGNORECASE)
    ]

    assert wrong == []


def test_a_pattern_settles_nothing_that_moves_money(policy: Policy) -> None:
    acting = {rule.intent for rule in policy.document.intent_patterns if policy.document.intents[rule.intent].action}

    assert acting == {"sign_in_trouble"}, "a reset link goes to the address on record, whoever asks"


def test_every_action_that_is_irreversible_or_changes_the_account_asks_for_a_known_sender(policy: Policy) -> None:
    rules = policy.document.actions

    assert rules.keys() == set(ActionKind)
    assert {kind for kind, rule in rules.items() if rule.minimum_identity == "claimed"} == {ActionKind.RESET_ACCESS}
    assert rules[ActionKind.CHANGE_EMAIL].review is ReasonCode.ACCOUNT_CHANGE
    assert rules[ActionKind.CHANGE_PLAN].review is ReasonCode.CONTRACT_CHANGE
    assert rules[ActionKind.CLOSE_ACCOUNT].review is ReasonCode.CLOSURE


@pytest.mark.parametrize(
    ("text", "address"),
    [
        ("Please send it to 12 Elm Street, Leeds LS1 4DX instead", "12 Elm Street, Leeds LS1 4DX"),
        ("send it to 5 mill lane, bath ba1 1aa please", "5 mill lane, bath ba1 1aa"),
        ("12 Elm Street\nLeeds LS1 4DX\n\nKind regards\nAnna", "12 Elm Street\nLeeds LS1 4DX"),
        ("neue Adresse: Lindenweg 4, 50667 Köln bitte", "Lindenweg 4, 50667 Köln"),
        ("Neue Lieferadresse: Am Markt 7, 28195 Bremen.", "Am Markt 7, 28195 Bremen"),
        ("Bağdat Caddesi No 45, 34728 Kadıköy olarak değiştirin", "Bağdat Caddesi No 45, 34728 Kadıköy"),
        ("I moved to 12 Elm Street", None),
        ("it has been 5 days on the way now", None),
        ("Es ist seit Tagen auf dem Weg 3 Pakete", None),
    ],
)
def test_a_postal_address_is_read_without_the_words_around_it(policy: Policy, text: str, address: str | None) -> None:
    pattern = policy.document.entities.address
    assert pattern is not None
    found = re.search(pattern, text, re.IGNORECASE)

    assert (found[0] if found else None) == address


def test_the_committed_schema_is_current() -> None:
    committed = (POLICIES / "policy.schema.json").read_text(encoding="utf-8")

    assert committed == json_schema(), "write it anew: python -m routing.policy_schema > policies/policy.schema.json"


def check_by_schema(*files: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "check_jsonschema", "--schemafile", str(POLICIES / "policy.schema.json"), *files],
        capture_output=True,
        text=True,
        check=False,
    )


def test_every_file_is_valid_by_the_schema_and_points_editors_to_it() -> None:
    files = sorted(POLICIES.glob("*.yaml"))
    checked = check_by_schema(*files)

    assert checked.returncode == 0, checked.stdout
    assert {file.read_text(encoding="utf-8").split("\n")[0] for file in files} == {
        "# yaml-language-server: $schema=policy.schema.json"
    }


def test_a_file_with_a_misspelt_key_is_not_valid_by_the_schema(tmp_path: Path) -> None:
    bad = tmp_path / "bad.yaml"
    bad.write_text("thresholds: {confidenc: 0.7}\n")
    checked = check_by_schema(bad)

    assert checked.returncode == 1
    assert "confidenc" in checked.stdout


def test_a_file_that_is_not_there_is_told_with_its_path(tmp_path: Path) -> None:
    with pytest.raises(InvalidPolicy, match=r"missing\.yaml: cannot be read: .*Give the path of a policy file"):
        read_policy(tmp_path / "missing.yaml")

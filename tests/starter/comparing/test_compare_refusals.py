"""What `signalbox compare` refuses, before any model is asked."""

from pathlib import Path

import pytest

from starter.comparison.entrants import entrants_of
from starter.policy_files import read_policy
from tests.starter.comparing.calling import ORDER, POLICIES, RETURNS, Ground, compared


@pytest.fixture
def nowhere(tmp_path: Path) -> Ground:
    return Ground(data=tmp_path / "untouched", database_url="postgresql://nobody@127.0.0.1:1/none", shop_url="http://x")


def test_a_model_that_the_policy_lacks_is_refused_with_the_nearest_one(nowhere: Ground, file: Path) -> None:
    told = compared(nowhere, str(file), "--policy", str(POLICIES / "local.yaml"), "--models", "local-compct")
    assert told.exit_code == 1
    assert "Error: --models: the policy has no model 'local-compct'. Did you mean 'local-compact'?" in told.stderr
    assert not nowhere.data.exists()


def test_models_that_only_draft_are_refused_without_one_that_reads(nowhere: Ground, file: Path) -> None:
    told = compared(nowhere, str(file), "--policy", str(POLICIES / "local.yaml"), "--models", "local-quotes")
    assert told.exit_code == 1
    assert "nothing to draft from. Add local-compact or local-ensemble." in told.stderr


def test_an_empty_file_is_refused(nowhere: Ground, tmp_path: Path) -> None:
    file = tmp_path / "empty.jsonl"
    file.write_text("\n")
    told = compared(nowhere, str(file))
    assert told.exit_code == 1
    assert "empty.jsonl: holds no ticket. Write one JSON object a line." in told.stderr


def test_a_malformed_line_is_named_with_the_way_out_and_no_model_is_asked(nowhere: Ground, tmp_path: Path) -> None:
    file = tmp_path / "bad.jsonl"
    file.write_text(f'{ORDER}\n{{"tenant": "acme"\n{RETURNS.replace("acme", "A B")}\n')
    told = compared(nowhere, str(file))
    assert told.exit_code == 1
    assert "bad.jsonl:2 (whole): breaks off before its end. Send one whole JSON object." in told.stderr
    assert "bad.jsonl:3 tenant: does not have the right form." in told.stderr
    assert told.stdout == ""
    assert not nowhere.data.exists()


def test_a_page_that_cannot_be_written_is_told_of_before_any_model_is_asked(nowhere: Ground, file: Path) -> None:
    told = compared(nowhere, str(file), "--html", str(file.parent / "gone" / "page.html"))
    assert told.exit_code == 1
    assert "--html: " in told.stderr
    assert "Give a file in a folder of yours." in told.stderr
    assert not nowhere.data.exists()


def test_a_model_that_hears_is_asked_for_no_reading(nowhere: Ground, file: Path) -> None:
    policy = ("--policy", str(POLICIES / "default.yaml"))
    told = compared(nowhere, str(file), *policy, "--models", "gpt-hears")
    assert told.exit_code == 1
    assert "--models: gpt-hears hears recordings and reads no ticket. Leave it out." in told.stderr
    everyone = entrants_of(read_policy(POLICIES / "default.yaml"), [])
    assert "gpt-hears" not in [entrant.model for entrant in everyone]
    assert "claude-strong" in [entrant.model for entrant in everyone]

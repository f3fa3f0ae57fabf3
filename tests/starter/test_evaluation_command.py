"""`signalbox eval`: what people and scripts can rely on."""

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from starter.command_line.main import signalbox
from starter.settings import DEFAULT_POLICY
from tests.starter.command import COLUMNS, widest

LABELLED = """
{"text": "Any idea when my boots will get here? Order W10023", "intent": "order_status", "language": "en"}
{"text": "You took the money two times for one tent!", "intent": "duplicate_charge", "language": "en"}
{"text": "Where is my order?", "intent": "order_status", "language": "en"}
{"text": "please end my club membership", "intent": "order_status", "language": "en"}
{"text": "quantum entanglement of photons in a cavity", "intent": "other", "language": "en"}
"""


@pytest.fixture
def labelled(tmp_path: Path) -> Path:
    file = tmp_path / "labelled.jsonl"
    file.write_text(LABELLED)
    return file


@pytest.fixture(scope="module")
def data(pytestconfig: pytest.Config) -> Path:
    """Where what the models learn is kept between runs."""
    return Path(pytestconfig.cache.mkdir("signalbox"))


def evaluated(data: Path, *words: str) -> Result:
    environment = {"SIGNALBOX_DATA": str(data), "COLUMNS": str(COLUMNS)}
    called = ("eval", *words)
    return CliRunner(env=environment).invoke(signalbox(called), called, prog_name="signalbox", catch_exceptions=False)


def test_a_file_is_scored_by_the_policys_own_models(labelled: Path, data: Path) -> None:
    told = evaluated(data, str(labelled), "--policy", str(DEFAULT_POLICY), "--json")
    assert told.exit_code == 0, told.stderr
    report = json.loads(told.stdout)
    assert report["texts"] == report["of"] == 5
    assert report["accuracy"] == 0.8
    assert report["by_rule"] == 0.2
    assert report["unanswered"] == 0
    assert report["out_of_scope"]["recall"] == 1
    assert {row["intent"]: row["mistaken_for"] for row in report["intents"]}["order_status"] is not None


def test_a_person_reads_it_on_eighty_columns(labelled: Path, data: Path) -> None:
    told = evaluated(data, str(labelled))
    assert told.exit_code == 0, told.stderr
    assert "accuracy            80.0%" in told.stdout
    assert "local-compact" in told.stdout
    assert widest(told.stdout) <= COLUMNS


def test_a_sample_says_what_drew_it(labelled: Path, data: Path) -> None:
    told = evaluated(data, str(labelled), "--limit", "2", "--seed", "5")
    assert told.exit_code == 0, told.stderr
    assert "2 texts of 5, drawn with seed 5" in told.stdout


def test_labels_that_the_policy_lacks_are_refused_before_any_model_learns(tmp_path: Path) -> None:
    file = tmp_path / "labelled.csv"
    file.write_text("text,intent\na,zebra\nb,other\nc,aardvark\n")
    told = evaluated(tmp_path / "untouched", str(file))
    assert told.exit_code == 1
    assert "Error: intent: the policy does not know aardvark, zebra." in told.stderr
    assert not (tmp_path / "untouched").exists()


def test_a_file_that_is_not_there_is_an_error_and_not_a_traceback(tmp_path: Path) -> None:
    told = evaluated(tmp_path, str(tmp_path / "gone.jsonl"))
    assert told.exit_code == 1
    assert "gone.jsonl: does not exist. Give the path of a file of labelled texts." in told.stderr
    assert told.stdout == ""


def test_a_policy_that_cannot_be_read_is_an_error(labelled: Path, tmp_path: Path) -> None:
    told = evaluated(tmp_path, str(labelled), "--policy", str(tmp_path / "gone.yaml"))
    assert told.exit_code == 1
    assert "gone.yaml: cannot be read" in told.stderr

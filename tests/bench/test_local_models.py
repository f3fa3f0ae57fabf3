"""The local models on public data, in small: the figures can be taken, and are not far from what they should be."""

import os
from pathlib import Path

import pytest
from typer.testing import CliRunner

from bench.bars import accuracy_figures
from bench.data_sets import Missing, banking77
from bench.local_models import DATA_VARIABLE, DEFAULT_DATA, Results, app, measure
from bench.taught_policy import taught_policy
from cases.classification import OTHER
from starter.evaluation.labelled import LabelledText, sample
from starter.policy_files import read_policy
from starter.settings import DEFAULT_POLICY

pytestmark = pytest.mark.long

INTENTS = 15
EXAMPLES = 10


async def test_ten_examples_an_intent_teach_most_of_fifteen_intents(tmp_path: Path) -> None:
    try:
        data = banking77(Path(os.environ.get(DATA_VARIABLE, DEFAULT_DATA)), held_out=0.3)
    except Missing as missing:
        pytest.skip(f"{missing}, as {DATA_VARIABLE}")
    some = sorted({one.intent for one in data.taught})[:INTENTS]
    few = data.only(some).few(EXAMPLES, seed=1)
    measured, read = await measure(
        "some", (few._replace(asked=sample(few.asked, 200, seed=1)),), tmp_path, accuracy_figures(0.9)
    )
    assert len(read) == 200
    assert (measured.taught, measured.report.texts) == (INTENTS * EXAMPLES, 200)
    assert measured.report.unanswered == 0
    assert measured.figures[0].value >= 90


def test_a_set_that_is_not_there_is_skipped_with_its_reason(tmp_path: Path) -> None:
    told = CliRunner().invoke(app, ["--data", str(tmp_path), "--only", "xsid-de"])
    assert told.exit_code == 0, told.output
    results = Results.model_validate_json(told.stdout)
    assert (results.measured, results.together) == ((), None)
    assert [(trial.trial, trial.why) for trial in results.skipped] == [
        ("xsid-de", f"{tmp_path}/xsid/en_train.csv is not there; give the folder of the public data sets")
    ]


def test_a_set_that_nobody_knows_is_a_wrong_usage() -> None:
    told = CliRunner().invoke(app, ["--only", "mnist"])
    assert told.exit_code == 2
    assert "banking77-few" in told.output


def test_a_taught_policy_has_the_intents_of_the_set_and_what_the_policy_that_ships_has_of_the_rest() -> None:
    base = read_policy(DEFAULT_POLICY).document
    taught = [LabelledText(text="hallo", intent="greet", language="de"), LabelledText(text="x", intent=OTHER)]
    policy = taught_policy(base, taught).document
    assert set(policy.intents) == {"greet", OTHER}
    assert policy.intents["greet"].examples == {"de": ("hallo",)}
    assert policy.intents[OTHER].examples == {"en": ("x",)}
    assert (policy.jobs.classify, policy.thresholds) == (base.jobs.classify, base.thresholds)


def test_policies_taught_differently_have_different_versions() -> None:
    base = read_policy(DEFAULT_POLICY).document
    one, other = (taught_policy(base, [LabelledText(text=text, intent="greet")]) for text in ("hi", "ho"))
    assert one.version != other.version

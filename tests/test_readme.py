"""The README is true: its search attributes, its queries and its commands are the ones there are."""

import re
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

import pytest

from cases.outcome import Stage
from cases.route import RouteName
from cases.search_attributes import REGISTRY, start_dev_arguments
from demo.tickets.load import load_tickets
from tests.development_server import development_server

ROOT = Path(__file__).parent.parent
README = (ROOT / "README.md").read_text()
SIGNALBOX = Path(sys.executable).with_name("signalbox")

ATTRIBUTE_ROW = re.compile(r"^\| `(Signalbox\w+)` \| (\w+) \| (.*) \|$", re.MULTILINE)
QUERY_ROW = re.compile(r"^\| [^`|]+ \| `([^`]+)`.*\|$", re.MULTILINE)


def test_its_search_attributes_are_those_of_the_registry() -> None:
    written = {(name, kind) for name, kind, _ in ATTRIBUTE_ROW.findall(README)}
    assert written == {(attribute.name, attribute.type_name) for attribute in REGISTRY}


def test_it_names_every_stage_and_every_route() -> None:
    rows = {name: meaning for name, _, meaning in ATTRIBUTE_ROW.findall(README)}
    assert re.findall(r"`(\w+)`", rows["SignalboxStage"]) == list(Stage)
    assert re.findall(r"`(\w+)`", rows["SignalboxRoute"]) == list(RouteName)


async def test_its_queries_are_ones_a_server_answers() -> None:
    queries = QUERY_ROW.findall(README[README.index("Ready-made queries") : README.index("## Words")])
    assert len(queries) >= 6
    options = ("--dynamic-config-value", "system.numConsecutiveWorkflowTaskProblemsToTriggerSearchAttribute=2")
    async with development_server(*start_dev_arguments(), *options) as client:
        for query in queries:
            assert (await client.count_workflows(query)).count == 0, query


def test_its_first_two_commands_are_the_demo_and_the_tests() -> None:
    assert re.findall(r"^(make \w+)", README, re.MULTILINE)[:2] == ["make demo", "make test"]


def test_it_says_how_many_tickets_the_demo_plays() -> None:
    told = re.findall(r"watch (\d+) messy tickets", README)
    assert told == [str(len(load_tickets(datetime.now(UTC))))]


@pytest.mark.parametrize("command", sorted(set(re.findall(r"^signalbox ([a-z-]+)", README, re.MULTILINE))))
def test_its_commands_exist(command: str) -> None:
    shown = subprocess.run([SIGNALBOX, command, "--help"], capture_output=True, text=True, check=False)
    assert shown.returncode == 0, shown.stderr


@pytest.mark.parametrize("target", sorted(set(re.findall(r"(?:`|^)make ([a-z]+)", README, re.MULTILINE))))
def test_its_make_targets_exist(target: str) -> None:
    assert re.search(rf"^{target}:", (ROOT / "Makefile").read_text(), re.MULTILINE)

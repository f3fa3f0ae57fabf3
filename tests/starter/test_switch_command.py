"""`signalbox switch`: what ops rely on when something has to stop now."""

import json

import pytest

from starter.command_line.switch import command as switch_commands
from starter.settings import Settings
from tests.starter.command import COLUMNS, Command, widest


@pytest.fixture(scope="module")
def command(settings: Settings) -> Command:
    """The command of the test installation."""
    return Command(settings)


def test_what_is_switched_off_is_listed_with_who_and_why_until_it_is_on_again(command: Command) -> None:
    off = command.here("switch", "off", "model", "local-quotes", "--why", "quotes the wrong article", "--by", "ops")
    assert (off.exit_code, off.stdout) == (0, "model local-quotes is off for every worker within a second.\n")
    listed = command.here("switch", "list")
    assert all(word in listed.stdout for word in ("local-quotes", "quotes the wrong article", "ops"))
    assert widest(listed.stdout) <= COLUMNS
    on = command.here("switch", "on", "model", "local-quotes", "--why", "article mended", "--by", "ops")
    assert (on.exit_code, on.stdout) == (0, "model local-quotes is on for every worker within a second.\n")
    assert command.here("switch", "list").stdout == "Nothing is switched off.\n"


def test_scripts_read_switches_as_json(command: Command) -> None:
    moved = command.here("switch", "off", "tenant", "acme", "--why", "their contract ended", "--by", "ops", "--json")
    listed = command.here("switch", "list", "--json")
    assert json.loads(listed.stdout) == [json.loads(moved.stdout)]
    assert json.loads(moved.stdout)["lever"] == {"kind": "tenant", "name": "acme"}
    assert command.here("switch", "on", "tenant", "acme", "--why", "renewed").exit_code == 0


def test_a_name_the_policy_does_not_have_is_refused_with_the_nearest_one(command: Command) -> None:
    told = command.here("switch", "off", "model", "local-quote", "--why", "quotes the wrong article")
    assert told.exit_code == 1
    assert "has no model local-quote" in told.stderr
    assert "local-quotes" in told.stderr
    assert command.here("switch", "list").stdout == "Nothing is switched off.\n"


def test_a_switch_is_not_moved_without_a_reason(command: Command) -> None:
    told = command.here("switch", "off", "action", "refund", "--why", " ")
    assert told.exit_code == 1
    assert "--why: says nothing." in told.stderr
    assert command.here("switch", "off", "action", "refund").exit_code == 2
    assert command.here("switch", "list").stdout == "Nothing is switched off.\n"


def test_what_is_no_lever_is_wrong_usage(command: Command) -> None:
    told = command.here("switch", "off", "planet", "mars", "--why", "too red")
    assert told.exit_code == 2
    assert {known.name for known in switch_commands.registered_commands} == {"off", "on", "list"}

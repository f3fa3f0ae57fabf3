"""The `signalbox` command: what people and scripts can rely on."""

import json
import signal
import socket
import time
from pathlib import Path

import pytest

from demo.embedded.addresses import StackPorts, free_base
from demo.embedded.ports import LOOPBACK
from starter.command_line.commands import COMMANDS
from starter.command_line.main import signalbox
from tests.starter.command import COLUMNS, Command, widest


def test_help_comes_at_once_and_names_every_subcommand(command: Command) -> None:
    begun = time.process_time()
    told = command.apart("--help")

    assert time.process_time() - begun < 0.5
    assert told.returncode == 0
    assert all(f"  {known.name} " in told.stdout for known in COMMANDS)
    assert widest(told.stdout) <= COLUMNS


@pytest.mark.parametrize("name", [known.name for known in COMMANDS])
def test_each_subcommand_tells_its_options(command: Command, name: str) -> None:
    told = command.here(name, "--help")

    assert told.exit_code == 0
    assert widest(told.stdout) <= COLUMNS
    if name not in {"serve", "desk", "policy", "switch", "cache", "people", "audit", "source", "action"}:
        assert "--json" in told.stdout


def test_a_misspelt_subcommand_is_wrong_usage(command: Command) -> None:
    told = command.here("aprove")

    assert told.exit_code == 2
    assert "approve" in told.stderr


def test_the_command_is_put_together_without_loading_what_is_not_asked_for() -> None:
    assert signalbox(["--help"]).registered_commands


def test_an_error_about_a_field_names_it_for_programs(command: Command) -> None:
    told = command.here("edit", "nobody", "--amount", "-5", "--json")

    assert json.loads(told.stderr)["error"]["problems"] == [
        {
            "field": "amount",
            "problem": "-5 is not more than zero.",
            "way_out": "Give one above zero, or reject the case.",
        }
    ]


def test_an_empty_reply_is_refused(command: Command) -> None:
    told = command.here("reply", "nobody", " ")

    assert told.exit_code == 1
    assert told.stderr == "Error: text: is empty. Write what the customer says.\n"


def test_policy_check_names_what_is_wrong(command: Command, tmp_path: Path) -> None:
    file = tmp_path / "policy.yaml"
    file.write_text("version: broken\n")

    told = command.here("policy", "check", str(file))
    as_json = command.here("policy", "check", str(file), "--json")

    assert told.exit_code == as_json.exit_code == 1
    assert "owner" in told.stderr
    report = json.loads(as_json.stdout)
    assert report["valid"] is False
    assert {"field", "problem", "way_out"} == set(report["problems"][0])


def test_policy_check_names_a_model_whose_price_nobody_knows(command: Command, tmp_path: Path) -> None:
    shipped = Path(__file__).parents[2] / "policies"
    for file in shipped.glob("*.yaml"):
        text = file.read_text(encoding="utf-8")
        (tmp_path / file.name).write_text(text.replace("gpt-6-luna", "gpt-6-lunatic"), encoding="utf-8")

    told = command.here("policy", "check", str(tmp_path / "default.yaml"))

    assert told.exit_code == 1
    assert "models.gpt-cheap: the price of gpt-6-lunatic is not known; give it a `price` in the policy" in told.stderr
    assert command.here("policy", "check", str(shipped / "default.yaml")).exit_code == 0


def test_migrate_can_be_run_again(command: Command) -> None:
    told = command.here("migrate", "--json")

    assert told.exit_code == 0
    assert json.loads(told.stdout)["host"] == "127.0.0.1"


def test_as_a_program_it_leaves_with_the_exit_code_and_no_traceback(command: Command) -> None:
    refused = command.apart("approve", "nobody")
    listed = command.apart("cases", "--json", "--tenant", "nobody")

    assert refused.returncode == 1
    assert refused.stdout == ""
    assert refused.stderr == "Error: There is no case nobody. List the cases with `signalbox cases`.\n"
    assert (listed.returncode, listed.stdout, listed.stderr) == (0, "[]\n", "")


def test_demo_names_a_port_that_is_taken_and_leaves_nothing_running(command: Command, tmp_path: Path) -> None:
    base = free_base()
    with socket.create_server((LOOPBACK, base)):
        told = command.apart("demo", "--once", "--port-base", str(base), "--data", str(tmp_path / "data"))

    assert told.returncode == 3
    assert f"Port {base}, for Temporal, is taken" in told.stderr
    assert "PORT_BASE=" in told.stderr
    assert StackPorts.from_base(base).busy() == ()


def test_a_demo_that_is_interrupted_says_that_its_data_stays(tmp_path: Path, command: Command) -> None:
    data = tmp_path / "data"
    demo = command.begin("demo", "--port-base", str(free_base()), "--data", str(data))
    assert demo.stdout is not None
    said = [next(line for line in demo.stdout if "ready after" in line)]
    demo.send_signal(signal.SIGINT)
    said += demo.communicate(timeout=60)

    assert demo.returncode == 130
    assert said[1].endswith(f"Stopped before the end; the data stays in {data}.\n")
    assert said[2] == ""

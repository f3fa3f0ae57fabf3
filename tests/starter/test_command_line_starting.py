"""Starting cases from the command line, and what is said where a part is away."""

import json
from pathlib import Path

import pytest

from starter.settings import Settings
from tests.starter.command import Command, lines
from tests.starter.doors import another_ticket


async def test_start_names_the_line_and_field_of_a_bad_ticket_and_starts_the_others(
    command: Command, tmp_path: Path
) -> None:
    file = tmp_path / "tickets.jsonl"
    bad = another_ticket("cli-bad").model_dump(mode="json")
    del bad["messages"][0]["text"]
    broken = '{"tenant": "acme", '
    file.write_text(lines(another_ticket("cli-1")) + f"{json.dumps(bad)}\n{broken}\n" + lines(another_ticket("cli-2")))

    told = await command("start", str(file))

    assert told.exit_code == 1
    assert f"{file}:2: messages.0.text: is missing. Add it." in told.stderr
    assert f"{file}:3: (whole): " in told.stderr
    assert "ticket:acme:test:cli-1  started" in told.stdout
    assert "ticket:acme:test:cli-2  started" in told.stdout
    assert "2 started, 0 known already, 2 invalid." in told.stdout


def test_start_says_that_a_file_holds_no_ticket(command: Command, tmp_path: Path) -> None:
    file = tmp_path / "empty.jsonl"
    file.write_text("\n")

    told = command.here("start", str(file))

    assert told.exit_code == 1
    assert told.stderr == f"Error: {file}: holds no ticket. Write one JSON object a line.\n"


def test_start_prints_nothing_before_what_it_has_started(command: Command, tmp_path: Path) -> None:
    file = tmp_path / "tickets.jsonl"
    file.write_text(lines(another_ticket("cli-plain")))

    told = command.apart("start", str(file))

    assert told.stdout.startswith("ticket:acme:test:cli-plain  started\n")
    assert told.stderr == ""


async def test_start_takes_a_document_over_many_lines_and_a_list(command: Command, tmp_path: Path) -> None:
    one, several = tmp_path / "one.json", tmp_path / "several.json"
    one.write_text(another_ticket("cli-one").model_dump_json(indent=2))
    several.write_text(
        json.dumps([another_ticket(number).model_dump(mode="json") for number in ("cli-one", "cli-two")])
    )

    first = await command("start", "--json", str(one))
    then = await command("start", "--json", str(several))

    assert json.loads(first.stdout) == {
        "started": [{"place": f"{one}:1", "case_id": "ticket:acme:test:cli-one", "already_known": False}],
        "invalid": [],
    }
    assert json.loads(then.stdout)["started"] == [
        {"place": f"{several}[0]", "case_id": "ticket:acme:test:cli-one", "already_known": True},
        {"place": f"{several}[1]", "case_id": "ticket:acme:test:cli-two", "already_known": False},
    ]


def test_start_without_the_engine_starts_nothing_and_says_what_to_do(settings_without_engine: Settings) -> None:
    told = Command(settings_without_engine).here("start", "-", typed=lines(another_ticket("cli-away")))

    assert told.exit_code == 3
    assert "Temporal at 127.0.0.1:" in told.stderr
    assert "make demo" in told.stderr
    assert "0 started" in told.stdout


def test_without_the_ledger_a_command_says_what_to_do(settings: Settings) -> None:
    away = settings.model_copy(update={"database_url": "postgresql://postgres@127.0.0.1:1/nothing"})

    told = Command(away).here("cases")

    assert told.exit_code == 3
    assert told.stderr.startswith("Error: PostgreSQL at 127.0.0.1:1/nothing does not answer")
    assert "SIGNALBOX_DATABASE_URL" in told.stderr


def test_without_a_demo_and_without_an_address_a_command_says_how_to_start_one(
    settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("SIGNALBOX_DATABASE_URL", raising=False)
    nowhere = settings.model_copy(update={"data": tmp_path})
    told = Command(nowhere, "database_url").here("cases")

    assert told.exit_code == 3
    assert "start it with `make demo`" in told.stderr
    assert "SIGNALBOX_DATA" in told.stderr

"""The `signalbox` command: what people and scripts can rely on."""

import json
import signal
import socket
import time
from pathlib import Path

import psycopg
import pytest
from pydantic import TypeAdapter
from temporalio.client import Client

from cases.outcome import Stage
from cases.review import Edit
from cases.ticket import Ticket
from cases.work import CaseView
from demo.embedded.addresses import StackPorts, free_base
from demo.embedded.ports import LOOPBACK
from ledger.case_list import CaseSummary
from ledger.cases import CaseLedger
from starter.command_line.commands import COMMANDS
from starter.command_line.main import signalbox
from starter.settings import Settings
from tests.starter.command import COLUMNS, Command, widest
from tests.starter.doors import WrittenWorld, a_held_world, a_quiet_world, another_ticket, working
from tests.workflows.world import a_classification


@pytest.fixture(scope="module")
def command(settings: Settings) -> Command:
    """The command of the test installation."""
    return Command(settings)


def lines(*tickets: Ticket) -> str:
    return "".join(f"{ticket.model_dump_json()}\n" for ticket in tickets)


async def held_case(client: Client, ledger: CaseLedger, command: Command, number: str) -> tuple[WrittenWorld, CaseView]:
    """A case that waits for a review, its workers gone again."""
    world = a_held_world(ledger)
    ticket = another_ticket(number, "I want my money back for W10001.\nIt came broken.")
    async with working(client, world):
        started = await command("start", "-", typed=lines(ticket))
        assert started.exit_code == 0, started.output
        held = await world.case_reached(ticket.case_id, Stage.WAITING_FOR_REVIEW)
    return world, held


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
    if name not in {"serve", "desk", "policy", "switch", "cache", "people", "audit"}:
        assert "--json" in told.stdout


def test_a_misspelt_subcommand_is_wrong_usage(command: Command) -> None:
    told = command.here("aprove")

    assert told.exit_code == 2
    assert "approve" in told.stderr


def test_the_command_is_put_together_without_loading_what_is_not_asked_for() -> None:
    assert signalbox(["--help"]).registered_commands


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


@pytest.mark.parametrize(
    ("words", "code", "kind", "says"),
    [
        (("show", "nobody"), 1, "unknown_case", "There is no case nobody."),
        (("cases", "--tenant", "Not A Slug"), 1, "invalid_input", "tenant: does not have the right form."),
        (("cases", "--stage", "nope"), 2, "wrong_usage", "'nope' is not one of"),
        (("aprove",), 2, "wrong_usage", "Did you mean 'approve'?"),
        (("approve",), 2, "wrong_usage", "Missing argument 'CASE'."),
    ],
)
def test_asked_for_json_an_error_is_json_too(
    command: Command, words: tuple[str, ...], code: int, kind: str, says: str
) -> None:
    told = command.here(*words, "--json")

    assert told.exit_code == code
    assert told.stdout == ""
    error = json.loads(told.stderr)["error"]
    assert error["kind"] == kind
    assert says in error["sentence"]


def test_an_error_about_a_field_names_it_for_programs(command: Command) -> None:
    told = command.here("edit", "nobody", "--amount", "-5", "--json")

    assert json.loads(told.stderr)["error"]["problems"] == [
        {
            "field": "amount",
            "problem": "-5 is not more than zero.",
            "way_out": "Give one above zero, or reject the case.",
        }
    ]


def test_a_stage_that_is_none_is_told_the_stages_in_our_words(command: Command) -> None:
    told = command.here("cases", "--stage", "nope")

    assert told.exit_code == 2
    assert "Error: Invalid value for '--stage': 'nope' is not one of 'received'" in told.stderr


def test_an_empty_reply_is_refused(command: Command) -> None:
    told = command.here("reply", "nobody", " ")

    assert told.exit_code == 1
    assert told.stderr == "Error: text: is empty. Write what the customer says.\n"


async def test_show_fits_one_screen_and_names_the_command_that_frees_the_case(
    client: Client, ledger: CaseLedger, command: Command
) -> None:
    _, held = await held_case(client, ledger, command, "cli-show")

    told = await command("show", "cli-show")

    assert told.exit_code == 0
    assert widest(told.stdout) <= COLUMNS
    assert f"signalbox approve {held.case_id}" in told.stdout
    assert f"signalbox edit {held.case_id} --amount 120.00 --reply TEXT" in told.stdout
    for what in ("refund_request", "It came broken.", "120.00 EUR", "We send your money back.", "writer", "WAITS FOR"):
        assert what in told.stdout


async def test_show_keeps_a_customer_from_driving_the_terminal(
    client: Client, ledger: CaseLedger, command: Command
) -> None:
    world = a_held_world(ledger)
    ticket = another_ticket("cli-escape", "\x1b[2J\x1b]0;owned\x07 [bold]refund[/bold] W10001")
    async with working(client, world):
        await command("start", "-", typed=lines(ticket))
        await world.case_reached(ticket.case_id, Stage.WAITING_FOR_REVIEW)

    told = await command("show", ticket.case_id)

    assert "\x1b" not in told.stdout
    assert "\x07" not in told.stdout
    assert "[bold]refund[/bold]" in told.stdout


async def test_show_prints_the_whole_case_as_json(client: Client, ledger: CaseLedger, command: Command) -> None:
    _, held = await held_case(client, ledger, command, "cli-show-json")

    told = await command("show", held.case_id, "--json")

    assert CaseView.model_validate_json(told.stdout) == held


async def test_cases_are_listed_by_filter_at_eighty_columns(
    client: Client, ledger: CaseLedger, command: Command
) -> None:
    _, held = await held_case(client, ledger, command, "cli-listed")

    told = await command("cases", "--waiting", "--team", "billing_support", "--reason", "refund_over_limit")
    as_json = await command("cases", "--json", "--stage", "waiting_for_review", "--text", "cli-listed")

    assert widest(told.stdout) <= COLUMNS
    assert told.stdout.split("\n")[0].split() == ["CASE", "FOR", "AGE", "TEAM", "DUE", "UTC", "WHY"]
    line = next(line for line in told.stdout.splitlines() if line.startswith("cli-listed"))
    assert "billing_support" in line
    assert "refund" in line
    listed = TypeAdapter(list[CaseSummary]).validate_json(as_json.stdout)
    assert [case.case_id for case in listed] == [held.case_id]


def test_cases_of_none_says_what_to_do(command: Command) -> None:
    told = command.here("cases", "--tenant", "nobody")

    assert told.exit_code == 0
    assert "signalbox start" in told.stdout


async def test_approve_frees_the_case(client: Client, ledger: CaseLedger, command: Command) -> None:
    world, held = await held_case(client, ledger, command, "cli-approve")
    async with working(client, world):
        told = await command("approve", "cli-approve", "--as", "ada", "--json")
        done = await world.case_reached(held.case_id, Stage.FOLLOW_UP)

    assert told.exit_code == 0
    assert json.loads(told.stdout)["case_id"] == held.case_id
    assert json.loads(told.stdout)["already_taken"] is False
    assert [taken.decision.reviewer for taken in done.decisions] == ["ada"]
    assert world.actions_for(held.case_id) == ["refund:pay_10001"]


async def test_edit_changes_reply_and_amount(
    client: Client, ledger: CaseLedger, command: Command, tmp_path: Path
) -> None:
    world, held = await held_case(client, ledger, command, "cli-edit")
    reply = tmp_path / "reply.txt"
    reply.write_text("We send 20.00 EUR back.\n")
    async with working(client, world):
        told = await command("edit", "cli-edit", "--reply-file", str(reply), "--amount", "20.00", "--as", "ada")
        done = await world.case_reached(held.case_id, Stage.FOLLOW_UP)

    assert told.exit_code == 0, told.output
    edit = done.decisions[0].decision
    assert isinstance(edit, Edit)
    assert edit.reply == "We send 20.00 EUR back."
    assert [str(request.action.value) for request in world.acted if request.case_id == held.case_id] == ["20.00 EUR"]


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("--amount", "twenty"), "'twenty' is not an amount. Write it as 20.00."),
        (("--amount", "-5"), "Error: amount: -5 is not more than zero. Give one above zero, or reject the case.\n"),
        (("--amount", "20.005"), "Error: amount: 20.005 has more than 2 decimals. Write it as 20.00.\n"),
        (("--amount", "1e999"), "'1e999' is not an amount. Write it as 20.00."),
        (("--amount", "nan"), "'nan' is not an amount. Write it as 20.00."),
        (("--reply", " "), "Error: reply: is empty. Write what the customer reads, or leave --reply out.\n"),
        (("--amount", "500", "--reply", "Everything."), "Error: 500.00 EUR is more than the 120.00 EUR"),
        (
            ("--amount", "20"),
            "Error: reply: is missing, and the drafted one tells of another amount than 20.00. "
            "Give --reply or --reply-file too, in words that fit.\n",
        ),
        ((), "This edit changes nothing"),
    ],
)
async def test_an_edit_that_cannot_be_made_is_refused_with_a_sentence(
    client: Client, ledger: CaseLedger, command: Command, words: tuple[str, ...], told: str
) -> None:
    number = f"cli-edit-{'-'.join(words).strip(' -') or 'nothing'}"
    world, _ = await held_case(client, ledger, command, number)
    async with working(client, world):
        answer = await command("edit", number, *words)

    assert answer.exit_code == 1
    assert told in answer.stderr


async def test_reject_gives_the_case_to_the_team_with_the_reason(
    client: Client, ledger: CaseLedger, command: Command
) -> None:
    world, held = await held_case(client, ledger, command, "cli-reject")
    async with working(client, world):
        told = await command(
            "reject", held.case_id, "--reason", "not_eligible", "--comment", "Too late.", "--as", "ada"
        )
        done = await world.case_reached(held.case_id, Stage.FOLLOW_UP)

    assert told.exit_code == 0
    assert done.outcome is not None
    assert "not eligible: Too late." in done.outcome.reason.sentence
    assert world.actions_for(held.case_id) == []


def test_reject_without_a_reason_is_wrong_usage(command: Command) -> None:
    told = command.here("reject", "cli-reject")

    assert told.exit_code == 2
    assert "--reason" in told.stderr


async def test_ask_again_starts_over_with_what_the_reviewer_knows(
    client: Client, ledger: CaseLedger, command: Command
) -> None:
    world, held = await held_case(client, ledger, command, "cli-again")
    async with working(client, world):
        told = await command("ask-again", held.case_id, "--order", "W10001", "--as", "ada")
        again = await world.case_reached(held.case_id, Stage.WAITING_FOR_REVIEW, times=2)

    assert told.exit_code == 0
    assert again.case_version > held.case_version


def test_ask_again_without_details_says_which_there_are(command: Command) -> None:
    told = command.here("ask-again", "cli-again")

    assert told.exit_code == 1
    assert "--order" in told.stderr


async def test_take_over_leaves_the_answer_to_the_reviewer(
    client: Client, ledger: CaseLedger, command: Command
) -> None:
    world, held = await held_case(client, ledger, command, "cli-mine")
    async with working(client, world):
        told = await command("take-over", held.case_id, "--as", "ada")
        done = await world.case_reached(held.case_id, Stage.FOLLOW_UP)

    assert told.exit_code == 0
    assert done.replies == ()


async def test_ask_customer_sends_the_question_and_the_case_waits_for_the_answer(
    client: Client, ledger: CaseLedger, command: Command
) -> None:
    world, held = await held_case(client, ledger, command, "cli-question")
    async with working(client, world):
        told = await command("ask-customer", held.case_id, "Which of the two tents?", "--as", "ada")
        waiting = await world.case_reached(held.case_id, Stage.WAITING_FOR_CUSTOMER)

    assert told.exit_code == 0
    assert [reply.kind for reply in waiting.replies] == ["question"]
    assert waiting.waiting_for is not None
    assert "ada asked the customer: Which of the two tents?" in waiting.waiting_for


async def test_ask_customer_without_a_question_names_it(client: Client, ledger: CaseLedger, command: Command) -> None:
    _, held = await held_case(client, ledger, command, "cli-no-question")

    told = await command("ask-customer", held.case_id, "  ")

    assert told.exit_code == 1
    assert "question" in told.stderr


async def test_audit_verify_walks_the_log_and_names_the_row_that_somebody_changed(
    client: Client, ledger: CaseLedger, command: Command, settings: Settings
) -> None:
    world, held = await held_case(client, ledger, command, "cli-audited")
    async with working(client, world):
        await command("take-over", held.case_id, "--as", "ada")
        await world.case_reached(held.case_id, Stage.FOLLOW_UP)
    whole = await command("audit", "verify", "--json")
    with psycopg.connect(settings.database_url, autocommit=True) as connection:
        connection.execute("ALTER TABLE decision_log DISABLE TRIGGER USER")
        connection.execute("UPDATE decision_log SET reviewer = reviewer || '?' WHERE seq = 1")
        broken = await command("audit", "verify")
        connection.execute("UPDATE decision_log SET reviewer = left(reviewer, -1) WHERE seq = 1")
        connection.execute("ALTER TABLE decision_log ENABLE TRIGGER USER")

    report = json.loads(whole.stdout)
    assert (whole.exit_code, report["broken_row"]) == (0, None)
    assert report["rows"] >= 1
    assert broken.exit_code == 1
    assert "Row 1 (" in broken.stdout
    assert "was changed after it was written" in broken.stdout


async def test_a_decision_on_what_was_shown_before_the_customer_wrote_again_is_refused(
    client: Client, ledger: CaseLedger, command: Command
) -> None:
    world, held = await held_case(client, ledger, command, "cli-stale")
    await command("reply", held.case_id, "Wait, keep the money.")
    async with working(client, world):
        told = await command("approve", held.case_id)

    assert told.exit_code == 1
    assert world.actions_for(held.case_id) == []


async def test_a_case_that_waits_for_nobody_cannot_be_approved(
    client: Client, ledger: CaseLedger, command: Command
) -> None:
    world, held = await held_case(client, ledger, command, "cli-done")
    async with working(client, world):
        await command("approve", held.case_id)
        await world.case_reached(held.case_id, Stage.FOLLOW_UP)

    told = await command("approve", held.case_id)

    assert told.exit_code == 1
    assert f"signalbox show {held.case_id}" in told.stderr


async def test_a_second_decision_hears_who_decided_what_and_when(
    client: Client, ledger: CaseLedger, command: Command
) -> None:
    world, held = await held_case(client, ledger, command, "cli-second")
    async with working(client, world):
        await command("take-over", held.case_id, "--as", "ada")
        done = await world.case_reached(held.case_id, Stage.FOLLOW_UP)

    told = await command("approve", held.case_id, "--as", "grace")

    assert told.exit_code == 1
    assert f"already decided (take over) by ada at {done.decisions[0].at:%Y-%m-%d %H:%M} UTC" in told.stderr
    assert world.actions_for(held.case_id) == []


@pytest.mark.parametrize("words", [("take-over",), ("ask-again", "--order", "W10001")])
async def test_a_case_that_waits_for_its_customer_is_told_the_way_out(
    client: Client, ledger: CaseLedger, command: Command, words: tuple[str, ...]
) -> None:
    world = a_quiet_world(ledger)
    world.classifications = (a_classification("order_status"),)
    ticket = another_ticket(f"cli-asked-{words[0]}", "Where is my order?")
    async with working(client, world):
        await command("start", "-", typed=lines(ticket))
        await world.case_reached(ticket.case_id, Stage.WAITING_FOR_CUSTOMER)

        told = await command(words[0], ticket.case_id, *words[1:])

    assert told.exit_code == 1
    assert f"signalbox reply {ticket.case_id} TEXT" in told.stderr
    assert "in the helpdesk" in told.stderr


async def test_a_ticket_id_of_two_cases_must_be_told_apart(
    client: Client, ledger: CaseLedger, command: Command
) -> None:
    await held_case(client, ledger, command, "cli-twin")
    twin = another_ticket("cli-twin").model_copy(update={"source": "other"})
    world = a_held_world(ledger)
    async with working(client, world):
        await command("start", "-", typed=lines(twin))
        await world.case_reached(twin.case_id, Stage.WAITING_FOR_REVIEW)

    told = await command("show", "cli-twin")

    assert told.exit_code == 1
    assert "ticket:acme:other:cli-twin" in told.stderr
    assert "ticket:acme:test:cli-twin" in told.stderr


def test_a_case_that_is_not_there_is_told_so(command: Command) -> None:
    told = command.here("show", "nobody")

    assert told.exit_code == 1
    assert "There is no case nobody." in told.stderr


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

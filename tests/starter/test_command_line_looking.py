"""Looking from the command line: at one case, at many, and at the log of decisions."""

import json

import psycopg
from pydantic import TypeAdapter
from temporalio.client import Client

from cases.case import CaseView
from cases.outcome import Stage
from ledger.case_list import CaseSummary
from ledger.cases import CaseLedger
from starter.settings import Settings
from tests.starter.command import COLUMNS, Command, lines, widest
from tests.starter.doors import a_held_world, another_ticket
from tests.starter.held import HeldCases
from tests.workflows.workers import working


def test_a_stage_that_is_none_is_told_the_stages_in_our_words(command: Command) -> None:
    told = command.here("cases", "--stage", "nope")

    assert told.exit_code == 2
    assert "Error: Invalid value for '--stage': 'nope' is not one of 'received'" in told.stderr


async def test_show_fits_one_screen_and_names_the_command_that_frees_the_case(
    held_cases: HeldCases, command: Command
) -> None:
    held = await held_cases.left("cli-show")

    told = await command("show", "cli-show")

    assert told.exit_code == 0
    assert widest(told.stdout) <= COLUMNS
    assert f"signalbox approve {held.id}" in told.stdout
    assert f"signalbox edit {held.id} --amount 120.00 --reply TEXT" in told.stdout
    for what in ("refund_request", "It came broken.", "120.00 EUR", "We send your money back.", "writer", "WAITS FOR"):
        assert what in told.stdout


async def test_show_keeps_a_customer_from_driving_the_terminal(
    client: Client, ledger: CaseLedger, command: Command
) -> None:
    world = a_held_world(ledger)
    ticket = another_ticket("cli-escape", "\x1b[2J\x1b]0;owned\x07 [bold]refund[/bold] W10001")
    async with working(client, world):
        started = await command("start", "-", typed=lines(ticket))
        assert started.exit_code == 0, started.output
        await world.case_reached(ticket.case_id, Stage.WAITING_FOR_REVIEW)

    told = await command("show", ticket.case_id)

    assert "\x1b" not in told.stdout
    assert "\x07" not in told.stdout
    assert "[bold]refund[/bold]" in told.stdout


async def test_show_prints_the_whole_case_as_json(held_cases: HeldCases, command: Command) -> None:
    held = await held_cases.left("cli-show-json")

    told = await command("show", held.id, "--json")

    assert CaseView.model_validate_json(told.stdout) == held.case


async def test_cases_are_listed_by_filter_at_eighty_columns(held_cases: HeldCases, command: Command) -> None:
    held = await held_cases.left("cli-listed")

    told = await command("cases", "--waiting", "--team", "billing_support", "--reason", "refund_over_limit")
    as_json = await command("cases", "--json", "--stage", "waiting_for_review", "--text", "cli-listed")

    assert widest(told.stdout) <= COLUMNS
    assert told.stdout.split("\n")[0].split() == ["CASE", "FOR", "AGE", "TEAM", "DUE", "UTC", "WHY"]
    line = next(line for line in told.stdout.splitlines() if line.startswith("cli-listed"))
    assert "billing_support" in line
    assert "refund" in line
    listed = TypeAdapter(list[CaseSummary]).validate_json(as_json.stdout)
    assert [case.case_id for case in listed] == [held.id]


def test_cases_of_none_says_what_to_do(command: Command) -> None:
    told = command.here("cases", "--tenant", "nobody")

    assert told.exit_code == 0
    assert "signalbox start" in told.stdout


async def test_audit_verify_walks_the_log_and_names_the_row_that_somebody_changed(
    held_cases: HeldCases, command: Command, settings: Settings
) -> None:
    async with held_cases.worked_on("cli-audited") as held:
        await command("take-over", held.id, "--as", "ada")
        await held.reached(Stage.FOLLOW_UP)
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


async def test_a_ticket_id_of_two_cases_must_be_told_apart(held_cases: HeldCases, command: Command) -> None:
    await held_cases.left("cli-twin")
    await held_cases.left("cli-twin", source="other")

    told = await command("show", "cli-twin")

    assert told.exit_code == 1
    assert "ticket:acme:other:cli-twin" in told.stderr
    assert "ticket:acme:test:cli-twin" in told.stderr


def test_a_case_that_is_not_there_is_told_so(command: Command) -> None:
    told = command.here("show", "nobody")

    assert told.exit_code == 1
    assert "There is no case nobody." in told.stderr

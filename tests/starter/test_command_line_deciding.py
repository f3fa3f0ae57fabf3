"""Deciding from the command line."""

import json
from pathlib import Path

import pytest
from temporalio.client import Client

from cases.outcome import Stage
from cases.review import Edit
from ledger.cases import CaseLedger
from tests.samples import a_classification
from tests.starter.command import Command, lines
from tests.starter.doors import a_quiet_world, another_ticket
from tests.starter.held import HeldCases
from tests.workflows.workers import working


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


async def test_approve_frees_the_case(held_cases: HeldCases, command: Command) -> None:
    async with held_cases.worked_on("cli-approve") as held:
        told = await command("approve", "cli-approve", "--as", "ada", "--json")
        done = await held.reached(Stage.FOLLOW_UP)

    assert told.exit_code == 0
    assert json.loads(told.stdout)["case_id"] == held.id
    assert json.loads(told.stdout)["already_taken"] is False
    assert [taken.decision.reviewer for taken in done.decisions] == ["ada"]
    assert held.actions == ["refund:pay_10001:m1"]


async def test_edit_changes_reply_and_amount(held_cases: HeldCases, command: Command, tmp_path: Path) -> None:
    reply = tmp_path / "reply.txt"
    reply.write_text("We send 20.00 EUR back.\n")
    async with held_cases.worked_on("cli-edit") as held:
        told = await command("edit", "cli-edit", "--reply-file", str(reply), "--amount", "20.00", "--as", "ada")
        done = await held.reached(Stage.FOLLOW_UP)

    assert told.exit_code == 0, told.output
    edit = done.decisions[0].decision
    assert isinstance(edit, Edit)
    assert edit.reply == "We send 20.00 EUR back."
    assert [str(request.action.value) for request in held.world.acted if request.case_id == held.id] == ["20.00 EUR"]


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
    held_cases: HeldCases, command: Command, words: tuple[str, ...], told: str
) -> None:
    number = f"cli-edit-{'-'.join(words).strip(' -') or 'nothing'}"
    async with held_cases.worked_on(number):
        answer = await command("edit", number, *words)

    assert answer.exit_code == 1
    assert told in answer.stderr


async def test_reject_gives_the_case_to_the_team_with_the_reason(held_cases: HeldCases, command: Command) -> None:
    async with held_cases.worked_on("cli-reject") as held:
        told = await command("reject", held.id, "--reason", "not_eligible", "--comment", "Too late.", "--as", "ada")
        done = await held.reached(Stage.FOLLOW_UP)

    assert told.exit_code == 0
    assert done.outcome is not None
    assert "not eligible: Too late." in done.outcome.reason.sentence
    assert held.actions == []


def test_reject_without_a_reason_is_wrong_usage(command: Command) -> None:
    told = command.here("reject", "cli-reject")

    assert told.exit_code == 2
    assert "--reason" in told.stderr


async def test_ask_again_starts_over_with_what_the_reviewer_knows(held_cases: HeldCases, command: Command) -> None:
    async with held_cases.worked_on("cli-again") as held:
        told = await command("ask-again", held.id, "--order", "W10001", "--as", "ada")
        again = await held.reached(Stage.WAITING_FOR_REVIEW, times=2)

    assert told.exit_code == 0
    assert again.case_version > held.case.case_version


def test_ask_again_without_details_says_which_there_are(command: Command) -> None:
    told = command.here("ask-again", "cli-again")

    assert told.exit_code == 1
    assert "--order" in told.stderr


async def test_take_over_leaves_the_answer_to_the_reviewer(held_cases: HeldCases, command: Command) -> None:
    async with held_cases.worked_on("cli-mine") as held:
        told = await command("take-over", held.id, "--as", "ada")
        done = await held.reached(Stage.FOLLOW_UP)

    assert told.exit_code == 0
    assert done.replies == ()


async def test_ask_customer_sends_the_question_and_the_case_waits_for_the_answer(
    held_cases: HeldCases, command: Command
) -> None:
    async with held_cases.worked_on("cli-question") as held:
        told = await command("ask-customer", held.id, "Which of the two tents?", "--as", "ada")
        waiting = await held.reached(Stage.WAITING_FOR_CUSTOMER)

    assert told.exit_code == 0
    assert [reply.kind for reply in waiting.replies] == ["question"]
    assert waiting.waiting_for is not None
    assert "ada asked the customer: Which of the two tents?" in waiting.waiting_for


async def test_ask_customer_without_a_question_names_it(held_cases: HeldCases, command: Command) -> None:
    held = await held_cases.left("cli-no-question")

    told = await command("ask-customer", held.id, "  ")

    assert told.exit_code == 1
    assert "question" in told.stderr


async def test_a_decision_on_what_was_shown_before_the_customer_wrote_again_is_refused(
    client: Client, held_cases: HeldCases, command: Command
) -> None:
    held = await held_cases.left("cli-stale")
    await command("reply", held.id, "Wait, keep the money.")
    async with working(client, held.world):
        told = await command("approve", held.id)

    assert told.exit_code == 1
    assert held.actions == []


async def test_a_case_that_waits_for_nobody_cannot_be_approved(held_cases: HeldCases, command: Command) -> None:
    async with held_cases.worked_on("cli-done") as held:
        await command("approve", held.id)
        await held.reached(Stage.FOLLOW_UP)

    told = await command("approve", held.id)

    assert told.exit_code == 1
    assert f"signalbox show {held.id}" in told.stderr


async def test_a_second_decision_hears_who_decided_what_and_when(held_cases: HeldCases, command: Command) -> None:
    async with held_cases.worked_on("cli-second") as held:
        await command("take-over", held.id, "--as", "ada")
        done = await held.reached(Stage.FOLLOW_UP)

    told = await command("approve", held.id, "--as", "grace")

    assert told.exit_code == 1
    assert f"already decided (take over) by ada at {done.decisions[0].at:%Y-%m-%d %H:%M} UTC" in told.stderr
    assert held.actions == []


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

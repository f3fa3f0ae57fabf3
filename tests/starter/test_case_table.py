"""The table of cases fits any terminal."""

import io
from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from rich.console import Console
from rich.table import Table

from cases.classification import Priority, Team
from cases.outcome import OutcomeKind, Stage
from cases.reason import Reason, ReasonCode
from cases.route import RouteName
from ledger.case_list import CaseSummary
from starter.command_line.case_table import age, case_table, waiting_table

NOW = datetime(2026, 1, 5, 9, 0, tzinfo=UTC)


def a_case(ticket_id: str = "1001", sentence: str = "refund of 120.00 EUR", source: str = "desk") -> CaseSummary:
    return CaseSummary(
        case_id=f"ticket:acme:{source}:{ticket_id}",
        tenant="acme",
        ticket_id=ticket_id,
        subject="Charged twice",
        stage=Stage.WAITING_FOR_REVIEW,
        route=RouteName.ROUTINE,
        reason=Reason(code=ReasonCode.REFUND_OVER_LIMIT, sentence=sentence),
        intents=("refund_request",),
        team=Team.BILLING_SUPPORT,
        priority=Priority.HIGH,
        outcome=None,
        waiting_for="a person",
        waiting_since=NOW - timedelta(minutes=5),
        review_due_at=None,
        opened_at=NOW,
        updated_at=NOW,
        case_version=0,
        repeat_contact=False,
        policy_version="local@1",
    )


Draw = Callable[[Sequence[CaseSummary], int, datetime], Table]


def drawn(cases: list[CaseSummary], width: int, draw: Draw = case_table) -> list[str]:
    screen = Console(file=io.StringIO(), width=width, markup=False)
    screen.print(draw(cases, width, NOW))
    assert isinstance(screen.file, io.StringIO)
    return screen.file.getvalue().splitlines()


@given(st.integers(16, 200), st.text(max_size=60))
@example(60, "one\u2028two\u2029three\nfour")
def test_a_case_takes_one_line_at_any_width(width: int, sentence: str) -> None:
    lines = drawn([a_case(sentence=sentence)], width)

    assert len(lines) == 2
    assert "1001" in lines[1]


@pytest.mark.parametrize(("width", "titles"), [(40, ["CASE", "STAGE"]), (80, ["CASE", "STAGE", "AGE", "WHY"])])
def test_what_does_not_fit_is_left_out_whole(width: int, titles: list[str]) -> None:
    assert drawn([a_case()], width)[0].split() == titles


def test_cases_with_the_same_ticket_id_are_told_apart() -> None:
    lines = drawn([a_case(source="desk"), a_case(source="chat")], 80)

    assert "ticket:acme:desk:1001" in lines[1]
    assert "ticket:acme:chat:1001" in lines[2]


def test_how_a_case_ended_is_said_with_its_reason() -> None:
    ended = a_case().model_copy(update={"outcome": OutcomeKind.HANDED_OVER})

    assert "handed over: refund of 120.00 EUR" in drawn([ended], 80)[1]


def test_cases_that_wait_show_whose_they_are_and_when_they_are_due() -> None:
    case = a_case().model_copy(update={"review_due_at": NOW + timedelta(hours=4)})

    lines = drawn([case], 80, waiting_table)

    assert lines[0].split() == ["CASE", "FOR", "AGE", "TEAM", "DUE", "UTC", "WHY"]
    assert lines[1].split()[:6] == ["1001", "a", "person", "5m", "billing_support", "13:00"]


def test_a_decision_due_on_another_day_shows_the_day() -> None:
    case = a_case().model_copy(update={"review_due_at": NOW + timedelta(days=1)})

    assert "06 Jan" in drawn([case], 80, waiting_table)[1]


def test_a_case_that_waits_for_its_customer_is_due_for_nobody() -> None:
    case = a_case().model_copy(update={"stage": Stage.WAITING_FOR_CUSTOMER})

    assert drawn([case], 80, waiting_table)[1].split()[1:4] == ["customer", "5m", "billing_support"]


@given(st.integers(16, 200), st.text(max_size=60))
@example(60, "one\u2028two\u2029three\nfour")
def test_a_case_that_waits_takes_one_line_at_any_width(width: int, sentence: str) -> None:
    lines = drawn([a_case(sentence=sentence)], width, waiting_table)

    assert len(lines) == 2
    assert "1001" in lines[1]


@given(st.timedeltas(min_value=timedelta(0), max_value=timedelta(days=999)))
def test_an_age_has_at_most_four_characters(passed: timedelta) -> None:
    assert len(age(passed)) <= 4

"""What a demo ends with: the tickets by what became of them, and the counts in plain words."""

import io
from collections.abc import Sequence
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.console import Console

from cases.outcome import OutcomeKind, Stage
from demo.tickets.story import DemoTicket
from ledger.case_list import CaseSummary
from starter.command_line.demo_count import DemoCount
from starter.command_line.demo_progress import DemoProgress
from starter.command_line.demo_summary import in_lines, outcome_table, totals
from tests.starter.doors import another_ticket
from tests.starter.summaries import a_summary

NOW = datetime(2026, 1, 5, 9, 0, tzinfo=UTC)
WIDTH = 80

FLAWLESS = DemoCount(
    tickets=51,
    outcomes={"handed_over": 12, "resolved": 17, "waiting_for_customer": 5, "waiting_for_review": 17},
    actions_executed=4,
    actions_executed_twice=0,
    replies_sent_twice=0,
    lost=0,
    seconds=20.8,
)


def a_story(number: str) -> DemoTicket:
    return DemoTicket(ticket=another_ticket(number), about="a test", expect="an end")


def a_case(story: DemoTicket, stage: Stage, outcome: OutcomeKind | None = None) -> CaseSummary:
    return a_summary(story.ticket.case_id, stage, outcome)


def screen_of(text: io.StringIO) -> Console:
    return Console(file=text, width=WIDTH, force_terminal=True, markup=False, highlight=False, color_system=None)


def table(stories: Sequence[DemoTicket], *cases: CaseSummary) -> list[str]:
    text = io.StringIO()
    screen_of(text).print(outcome_table(stories, {case.case_id: case for case in cases}, WIDTH))
    return [line.rstrip() for line in text.getvalue().splitlines()]


def test_tickets_stand_under_what_became_of_them_those_that_wait_first() -> None:
    done, held, asked = a_story("1"), a_story("2"), a_story("3")

    lines = table(
        [done, asked, held],
        a_case(done, Stage.FOLLOW_UP, OutcomeKind.RESOLVED),
        a_case(held, Stage.WAITING_FOR_REVIEW),
        a_case(asked, Stage.WAITING_FOR_CUSTOMER),
    )

    assert [line for line in lines if line] == [
        "waiting for review: 1",
        "  2",
        "waiting for customer: 1",
        "  3",
        "resolved: 1",
        "  1",
    ]


def test_a_ticket_that_nothing_came_of_comes_before_all() -> None:
    lost, held = a_story("1"), a_story("2")

    lines = table([held, lost], a_case(held, Stage.WAITING_FOR_REVIEW))

    assert next(line for line in lines if line) == "no case: 1"


def test_the_counts_are_said_in_plain_words() -> None:
    told = totals(FLAWLESS, WIDTH)

    assert "4 actions done in the shop · no action done twice · no reply sent twice" in told
    assert "no ticket lost" in told


@pytest.mark.parametrize(
    ("flaw", "said"),
    [
        ({"actions_executed_twice": 2}, "2 actions too many"),
        ({"replies_sent_twice": 1}, "1 reply too many"),
        ({"lost": 3}, "3 tickets lost"),
    ],
)
def test_what_went_wrong_is_counted(flaw: dict[str, int], said: str) -> None:
    assert said in totals(FLAWLESS.model_copy(update=flaw), WIDTH)


def test_no_count_is_broken_over_two_lines() -> None:
    lines = totals(FLAWLESS, WIDTH).splitlines()

    assert max(map(len, lines)) <= WIDTH
    assert any("17 waiting for review" in line for line in lines)


@given(st.lists(st.text("abc ", min_size=1, max_size=30)), st.integers(30, 100))
def test_items_fill_lines_whole_and_in_order(items: list[str], width: int) -> None:
    lines = in_lines(items, width).split("\n") if items else []

    assert all(len(line) <= width for line in lines)
    assert [item for line in lines for item in line.split(" · ")] == items


def test_the_live_view_has_every_count_and_each_ticket_once() -> None:
    stories = [a_story(f"D100{number}") for number, _ in enumerate(Stage)]
    cases = [a_case(story, stage) for story, stage in zip(stories, Stage, strict=True)]
    text = io.StringIO()
    with DemoProgress(screen_of(text), len(stories)) as progress:
        progress.show({case.case_id: case for case in cases})
        moved = [case.model_copy(update={"stage": Stage.CLOSED}) for case in cases[:1]]
        before = text.tell()
        progress.show({case.case_id: case for case in (*moved, *cases[1:])})
        drawn = text.getvalue()[before:]

    for stage in (stage for stage in Stage if stage is not Stage.RECEIVED):
        assert f"{stage.replace('_', ' ')} {2 if stage is Stage.CLOSED else 1}" in drawn
    assert drawn.count("D1000") == 1

"""What really happened in a demo is counted by those it happened to."""

from datetime import UTC, datetime

import pytest

from cases.action import ActionKind
from cases.outcome import OutcomeKind, Stage
from cases.ticket import Author
from demo.helpdesk.conversation import StoredMessage, Visibility
from demo.shop.effects import Effect
from ledger.case_list import CaseSummary
from starter.command_line.demo_count import DemoCount, count_demo
from tests.starter.summaries import a_summary

NOW = datetime(2026, 1, 5, 9, 0, tzinfo=UTC)
CASE = "ticket:acme:desk:1"


def a_case(stage: Stage = Stage.FOLLOW_UP, outcome: OutcomeKind | None = OutcomeKind.RESOLVED) -> CaseSummary:
    return a_summary(CASE, stage, outcome)


def a_refund(number: int = 1, key: str = f"{CASE}/refund:pay_1") -> Effect:
    return Effect(id=number, key=key, at=NOW, kind=ActionKind.REFUND, target="pay_1")


def a_message(reference: str, author: Author = Author.SIGNALBOX, to: Visibility = Visibility.PUBLIC) -> StoredMessage:
    return StoredMessage(
        id=reference, ticket_id="1", author=author, visibility=to, text="Hello", reference=reference, at=NOW
    )


REPLY = a_message(f"{CASE}/reply-1")


def counted(
    case: CaseSummary | None = None, effects: tuple[Effect, ...] = (), messages: tuple[StoredMessage, ...] = (REPLY,)
) -> DemoCount:
    known = {} if case is None else {CASE: case}
    return count_demo([CASE], known, effects, {CASE: messages}, seconds=1.23)


def test_a_case_that_was_answered_once_is_flawless() -> None:
    count = counted(a_case(), effects=(a_refund(),))

    assert count.flawless
    assert (count.actions_executed, count.outcomes, count.seconds) == (1, {"resolved": 1}, 1.2)


def test_one_action_with_two_effects_was_executed_twice() -> None:
    count = counted(a_case(), effects=(a_refund(1), a_refund(2)))

    assert count.actions_executed_twice == 1
    assert not count.flawless


def test_the_same_change_under_another_key_of_the_case_was_executed_twice() -> None:
    count = counted(a_case(), effects=(a_refund(1), a_refund(2, key=f"{CASE}/refund:again")))

    assert count.actions_executed_twice == 1


def test_what_others_did_in_the_shop_does_not_count() -> None:
    assert counted(a_case(), effects=(a_refund(key="by hand"),)).actions_executed == 0


def test_two_texts_in_one_turn_were_sent_twice() -> None:
    count = counted(a_case(), messages=(REPLY, a_message(f"{CASE}/handoff-1")))

    assert count.replies_sent_twice == 1
    assert not count.flawless


def test_texts_of_different_turns_notes_and_customers_are_no_second_reply() -> None:
    others = (
        a_message(f"{CASE}/question-2"),
        a_message(f"{CASE}/note-1", to=Visibility.INTERNAL),
        a_message("m1", author=Author.CUSTOMER),
    )

    assert counted(a_case(), messages=(REPLY, *others)).replies_sent_twice == 0


@pytest.mark.parametrize(
    ("case", "messages"),
    [
        (None, ()),
        (a_case(Stage.WORKING, None), ()),
        (a_case(Stage.FOLLOW_UP, OutcomeKind.RESOLVED), ()),
        (a_case(Stage.FOLLOW_UP, OutcomeKind.RESOLVED_AFTER_REVIEW), (a_message("n", to=Visibility.INTERNAL),)),
    ],
    ids=["no case", "no outcome and no wait", "an answer nobody has", "an answer only colleagues have"],
)
def test_what_nobody_will_answer_is_lost(case: CaseSummary | None, messages: tuple[StoredMessage, ...]) -> None:
    count = counted(case, messages=messages)

    assert count.lost == 1
    assert not count.flawless


def test_a_case_that_waits_for_a_person_is_not_lost() -> None:
    count = counted(a_case(Stage.WAITING_FOR_REVIEW, None), messages=())

    assert count.lost == 0
    assert count.outcomes == {"waiting_for_review": 1}

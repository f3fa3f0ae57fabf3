"""What was typed, read as a decision."""

from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path

import pytest

from bench.desk_cases import held_case
from cases.action import Refund
from cases.case import CaseView
from cases.draft import CustomerText
from cases.errors import AccessRefused, DecisionRefused, InvalidDecision
from cases.policy.desk import DeskRules
from cases.review import Approve, AskAgain, Edit, ReviewRequest, TakenDecision
from starter.desk.action_form import action_cards, edited_actions
from starter.desk.case_view import case_page, decided_actions, shown_hash
from starter.desk.decision_form import Subject, approval, ask_again_details, refuse_what_was_not_shown
from starter.settings import Settings
from tests.desk.staff import LENA, ROSA

NOW = datetime(2026, 11, 18, 12, 0, tzinfo=UTC)
RULES = DeskRules()
REFUND, QUESTION, LARGE = 0, 3, 4
"""The numbers of cases: a refund of 129 EUR, one without an action, and a refund of 640 EUR."""


@pytest.fixture
def case() -> CaseView:
    return held_case(REFUND, NOW)


def review_of(case: CaseView) -> ReviewRequest:
    assert case.review is not None
    return case.review


def subject_of(case: CaseView) -> Subject:
    return Subject(review_of(case).id, case.case_version, LENA.name, shown_hash(case), undo_seconds=10)


def form_of(case: CaseView, **changes: str) -> dict[str, str]:
    review = review_of(case)
    amounts = {
        f"amount-{place}": f"{action.value.amount:.2f}" for place, action in enumerate(review.actions) if action.value
    }
    boxes = {f"do-{place}": "yes" for place in range(len(review.actions))}
    return {"reply": review.draft.reply.text.replace("\n", "\r\n"), **amounts, **boxes, **changes}


def test_a_form_sent_back_as_it_was_is_an_approval(case: CaseView) -> None:
    decision = approval(case, LENA, subject_of(case), RULES, form_of(case))
    assert isinstance(decision, Approve)
    assert decision.undo_seconds == 10
    assert decision.shown == shown_hash(case)


def test_other_words_are_an_edit_of_the_words_alone(case: CaseView) -> None:
    decision = approval(case, LENA, subject_of(case), RULES, form_of(case, reply="Other words."))
    assert isinstance(decision, Edit)
    assert (decision.reply, decision.actions) == ("Other words.", None)


def test_another_amount_is_an_edit_with_typed_arguments(case: CaseView) -> None:
    form = form_of(case, reply="We send 20.50 EUR back.", **{"amount-0": "20,50"})
    decision = approval(case, LENA, subject_of(case), RULES, form)
    assert isinstance(decision, Edit)
    assert decision.reply == "We send 20.50 EUR back."
    assert decision.actions is not None
    assert isinstance(decision.actions[0], Refund)
    assert decision.actions[0].amount.amount == Decimal("20.50")


@pytest.mark.parametrize(
    ("typed", "problem"),
    [
        ("200.00", "more than the 129.00 EUR that can still go back"),
        ("0", "not more than zero"),
        ("-5", "not more than zero"),
        ("ten", "not an amount"),
        ("1.005", "not an amount"),
        ("NaN", "not an amount"),
        ("", "not an amount"),
    ],
)
def test_an_amount_that_no_refund_can_be_is_refused_by_name(case: CaseView, typed: str, problem: str) -> None:
    with pytest.raises(InvalidDecision, match=problem) as refused:
        approval(case, LENA, subject_of(case), RULES, form_of(case, **{"amount-0": typed}))
    assert refused.value.field == "Amount"


def test_an_empty_reply_is_refused(case: CaseView) -> None:
    with pytest.raises(InvalidDecision, match="Reply: is empty"):
        approval(case, LENA, subject_of(case), RULES, form_of(case, reply="  \r\n "))


def test_more_than_a_persons_limit_is_refused_and_less_is_not() -> None:
    case = held_case(LARGE, NOW)
    with pytest.raises(AccessRefused, match=r"640\.00 EUR is more than you may approve \(at most 200\.00 EUR\)"):
        approval(case, ROSA, subject_of(case), RULES, form_of(case))
    less = form_of(case, reply="We send 150.00 EUR back.", **{"amount-0": "150.00"})
    assert approval(case, ROSA, subject_of(case), RULES, less).decision == "edit"


@pytest.mark.parametrize("changes", [{"amount-0": "20.50"}, {"do-0": ""}])
def test_another_action_under_the_same_words_is_refused_so_that_nobody_is_told_what_is_not_true(
    case: CaseView, changes: dict[str, str]
) -> None:
    form = {name: value for name, value in form_of(case, **changes).items() if value}
    with pytest.raises(InvalidDecision, match="Reply: still tells of the action as it was proposed"):
        approval(case, LENA, subject_of(case), RULES, form)


def test_a_second_approver_clears_what_the_first_made_of_it() -> None:
    case = held_case(LARGE, NOW)
    first = approval(case, LENA, subject_of(case), RULES, form_of(case, reply="Other words.", **{"amount-0": "600.00"}))
    review = review_of(case).model_copy(update={"approvals": (TakenDecision(decision=first, at=NOW),)})
    waiting = case.model_copy(update={"review": review})
    shown = case_page(waiting, LENA, Settings(data=Path("nowhere")), NOW)
    assert shown.base is not None
    assert shown.base.reply.text == "Other words."
    assert str(decided_actions(review)[0].value) == "600.00 EUR"
    form = {"reply": "Other words.", "do-0": "yes", "amount-0": "600.00"}
    second = approval(waiting, LENA, subject_of(waiting), RULES, form)
    assert isinstance(second, Edit)
    assert isinstance(first, Edit)
    assert (second.reply, second.actions) == (first.reply, first.actions)


def test_a_page_that_showed_something_else_cannot_decide(case: CaseView) -> None:
    draft = review_of(case).draft.model_copy(update={"reply": CustomerText(text="Quite another draft.")})
    other = case.model_copy(update={"review": review_of(case).model_copy(update={"draft": draft})})
    refuse_what_was_not_shown(case, subject_of(case))
    with pytest.raises(DecisionRefused, match="has changed since"):
        refuse_what_was_not_shown(other, subject_of(case))


def test_details_are_read_by_their_types(case: CaseView) -> None:
    form = {"detail-orders": "W1, W2", "detail-amount": "20", "detail-currency": "eur", "detail-dates": "2026-11-02"}
    decision = ask_again_details(subject_of(case), form)
    assert isinstance(decision, AskAgain)
    assert decision.details.order_ids == ("W1", "W2")
    assert str(decision.details.amounts[0]) == "20.00 EUR"


@pytest.mark.parametrize("form", [{}, {"detail-dates": "yesterday"}, {"detail-amount": "x", "detail-currency": "EUR"}])
def test_details_that_cannot_be_read_are_refused(case: CaseView, form: dict[str, str]) -> None:
    with pytest.raises(InvalidDecision):
        ask_again_details(subject_of(case), form)


def test_the_card_says_what_the_system_of_record_says(case: CaseView) -> None:
    (card,) = action_cards(case.actions, case.facts)
    assert dict(card.record)["can go back"] == "129.00 EUR"
    assert card.fields[0].hint == "at most 129.00 EUR"


def test_an_action_that_is_not_ticked_is_left_out(case: CaseView) -> None:
    assert edited_actions(case.actions, case.facts, {"amount-0": "129.00"}) == ()


@pytest.fixture
def answered(case: CaseView) -> CaseView:
    """The case after its customer has answered a reviewer: the refund was asked for earlier."""
    review = review_of(case).model_copy(update={"actions": (), "earlier": review_of(case).actions})
    return case.model_copy(update={"review": review, "actions": ()})


def test_what_was_asked_for_earlier_is_a_card_that_is_not_ticked(answered: CaseView) -> None:
    (card,) = case_page(answered, LENA, Settings(data=Path("nowhere")), NOW).cards
    assert card.earlier


def test_an_approval_leaves_what_is_not_ticked_alone(answered: CaseView) -> None:
    assert isinstance(approval(answered, LENA, subject_of(answered), RULES, form_of(answered)), Approve)


def test_a_tick_and_other_words_take_up_what_was_asked_for_earlier(answered: CaseView) -> None:
    typed = {"do-0": "yes", "amount-0": "25.00", "reply": "We send 25.00 EUR back."}
    decision = approval(answered, LENA, subject_of(answered), RULES, form_of(answered, **typed))
    assert isinstance(decision, Edit)
    assert decision.actions is not None
    (refund,) = decision.actions
    assert isinstance(refund, Refund)
    assert refund.amount.amount == Decimal(25)


def test_a_tick_under_the_drafted_words_is_refused(answered: CaseView) -> None:
    with pytest.raises(InvalidDecision, match="does not mention what you have ticked"):
        approval(
            answered, LENA, subject_of(answered), RULES, form_of(answered, **{"do-0": "yes", "amount-0": "129.00"})
        )


def test_more_than_a_persons_limit_is_not_theirs_to_take_up() -> None:
    large = held_case(LARGE, NOW)
    review = review_of(large).model_copy(update={"actions": (), "earlier": review_of(large).actions})
    large = large.model_copy(update={"review": review})
    typed = {"do-0": "yes", "amount-0": "640.00", "reply": "We send 640.00 EUR back."}
    with pytest.raises(AccessRefused):
        approval(large, ROSA, subject_of(large), RULES, form_of(large, **typed))


def test_the_second_approver_sees_ticked_what_the_first_took_up(answered: CaseView) -> None:
    review = review_of(answered)
    actions = tuple(action.arguments for action in review.earlier)
    first = Edit(request_id=review.id, case_version=0, reviewer="rosa", reply="We refund it.", actions=actions)
    taken = TakenDecision(decision=first, at=NOW)
    shown = answered.model_copy(update={"review": review.model_copy(update={"approvals": (taken,)})})
    (card,) = case_page(shown, LENA, Settings(data=Path("nowhere")), NOW).cards
    assert not card.earlier

"""The figures of a comparison: percentiles, agreement, and what counts as a disagreement."""

from decimal import Decimal

import pytest

from cases.action import ActionKind, CancelOrder, ProposedAction
from starter.comparison.answers import ModelAnswer, actions_differ, intents_differ
from starter.comparison.report import percentile


def answer(model: str, *served: str, order: str | None = None, **more: object) -> ModelAnswer:
    action = ProposedAction(
        id=f"cancel_order:{order}:m1",
        request="m1",
        intent="order_cancellation",
        arguments=CancelOrder(order_id=order or ""),
        summary="",
        reversible=False,
    )
    return ModelAnswer(
        model=model,
        attempts=(),
        seconds=0.0,
        cost=Decimal(0),
        read_by=model,
        served=served,
        actions=(action,) if order else (),
    ).model_copy(update=more)


@pytest.mark.parametrize(("share", "expected"), [(0.5, 2.0), (0.95, 4.0), (0.25, 1.0)])
def test_a_percentile_is_a_value_that_was_measured(share: float, expected: float) -> None:
    assert percentile([3.0, 1.0, 4.0, 2.0], share) == expected


def test_nothing_measured_has_no_percentile() -> None:
    assert percentile([], 0.5) is None


def test_the_order_of_intents_is_no_disagreement_and_another_intent_is() -> None:
    assert not intents_differ([answer("a", "x", "y"), answer("b", "y", "x")])
    assert intents_differ([answer("a", "x"), answer("b", "x", "y")])


def test_a_model_that_rests_on_anothers_reading_disagrees_with_nobody() -> None:
    borrowed = answer("b", read_by="a")
    assert not intents_differ([answer("a", "x"), borrowed])
    assert not actions_differ([answer("a", "x", order="W1"), borrowed], frozenset())


def test_other_actions_on_the_same_intent_are_a_disagreement() -> None:
    assert actions_differ([answer("a", "x", order="W1"), answer("b", "x", order="W2")], frozenset())
    assert not actions_differ([answer("a", "x", order="W1"), answer("b", "x", order="W1")], frozenset())


def test_suggestions_count_only_of_models_that_suggest_and_drafted() -> None:
    does = answer("a", "x", draft="Done.", suggested_action=ActionKind.REFUND)
    does_not = answer("b", "x", draft="No.")
    assert actions_differ([does, does_not], frozenset({"a", "b"}))
    assert not actions_differ([does, does_not], frozenset({"a"}))
    assert not actions_differ([does, answer("b", "x")], frozenset({"a", "b"}))

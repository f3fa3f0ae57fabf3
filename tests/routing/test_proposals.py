"""What is proposed: every target and amount comes from the facts, whatever the text says."""

from datetime import timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cases.action import ActionKind, Refund
from cases.classification import Entities
from cases.facts import Facts, IdentityStrength, OrderStatus, Subscription, SubscriptionStatus
from cases.money import Money
from cases.policy.records import RecordRules
from cases.policy.rulebook import ActionRules, Rulebook
from cases.route import GuardFinding, SafetyFlag
from routing.proposals import exception_of, propose_actions
from tests.samples import ADA, EUR_30, NOW, a_payment, an_order
from tests.small_rulebook import intent_rules, rulebook

CLUB = Subscription(id="sub_1", customer_id="cus_1", plan="plus", status=SubscriptionStatus.ACTIVE, price=EUR_30)
SAID = Entities(
    order_ids=("W10001",), emails=("ada@example.com", "new@example.com"), plan="basic", address="Weg 1, 10115 Berlin"
)


def facts(status: OrderStatus = OrderStatus.RETURNED) -> Facts:
    return Facts(
        account=ADA,
        identity=IdentityStrength.MATCHED,
        orders=(an_order(status=status),),
        payments=(a_payment(EUR_30),),
        subscription=CLUB,
    )


def with_action(kind: ActionKind) -> Rulebook:
    rules = rulebook()
    allowed = ActionRules(reversible=True, minimum_identity=IdentityStrength.MATCHED, within_days=30)
    return rules.model_copy(
        update={
            "intents": {**rules.intents, "wish": intent_rules(action=kind)},
            "actions": dict.fromkeys(ActionKind, allowed),
        }
    )


@pytest.mark.parametrize(
    ("kind", "status", "summary"),
    [
        (ActionKind.REFUND, OrderStatus.RETURNED, "Refund 30.00 EUR of payment pay_10001"),
        (ActionKind.CANCEL_ORDER, OrderStatus.PLACED, "Cancel order W10001"),
        (ActionKind.CHANGE_ADDRESS, OrderStatus.PACKED, "Send order W10001 to Weg 1, 10115 Berlin"),
        (
            ActionKind.CANCEL_SUBSCRIPTION,
            OrderStatus.PLACED,
            "Cancel subscription sub_1 at the end of the paid period",
        ),
        (ActionKind.CHANGE_PLAN, OrderStatus.PLACED, "Move subscription sub_1 to the plan basic"),
        (
            ActionKind.CHANGE_EMAIL,
            OrderStatus.PLACED,
            "Change the sign-in address of cus_1 to new@example.com",
        ),
        (ActionKind.CLOSE_ACCOUNT, OrderStatus.PLACED, "Close the account cus_1 for good"),
        (
            ActionKind.RESET_ACCESS,
            OrderStatus.PLACED,
            "Send a reset link to the address on record of cus_1",
        ),
    ],
)
def test_each_action_is_proposed_from_the_records(kind: ActionKind, status: OrderStatus, summary: str) -> None:
    (action,) = propose_actions(with_action(kind), ("wish",), SAID, facts(status))
    assert action.summary == summary


@pytest.mark.parametrize("kind", [ActionKind.CANCEL_ORDER, ActionKind.CHANGE_ADDRESS])
@pytest.mark.parametrize("status", [OrderStatus.SHIPPED, OrderStatus.DELIVERED, OrderStatus.CANCELLED])
def test_an_order_on_its_way_can_neither_be_cancelled_nor_redirected(kind: ActionKind, status: OrderStatus) -> None:
    assert propose_actions(with_action(kind), ("wish",), SAID, facts(status)) == ()


@pytest.mark.parametrize("kind", [ActionKind.CANCEL_ORDER, ActionKind.CHANGE_ADDRESS])
def test_a_policy_says_until_when_an_order_can_be_stopped(kind: ActionKind) -> None:
    strict = with_action(kind).model_copy(update={"records": RecordRules(stoppable_orders=(OrderStatus.PLACED,))})
    assert propose_actions(strict, ("wish",), SAID, facts(OrderStatus.PLACED))
    assert propose_actions(strict, ("wish",), SAID, facts(OrderStatus.PACKED)) == ()


def test_a_closed_account_gets_nothing_done() -> None:
    closed = facts().model_copy(update={"account": ADA.model_copy(update={"closed": True})})
    assert propose_actions(with_action(ActionKind.RESET_ACCESS), ("wish",), SAID, closed) == ()


@given(st.decimals(1, 100_000, places=2))
def test_an_amount_in_the_text_bounds_a_refund_and_never_raises_it(named: Decimal) -> None:
    said = SAID.model_copy(update={"amounts": (Money(amount=named, currency="EUR"),)})
    (action,) = propose_actions(with_action(ActionKind.REFUND), ("wish",), said, facts())
    assert isinstance(action.arguments, Refund)
    assert action.arguments.amount == min(Money(amount=named, currency="EUR"), EUR_30, key=lambda money: money.amount)


def test_two_intents_with_the_same_wish_propose_it_once() -> None:
    rules = with_action(ActionKind.REFUND)
    both = rules.model_copy(update={"intents": {**rules.intents, "same": rules.intents["wish"]}})
    assert len(propose_actions(both, ("wish", "same"), SAID, facts())) == 1


@pytest.mark.parametrize(
    ("status", "days_ago", "exception"),
    [
        (OrderStatus.RETURNED, 90, None),
        (OrderStatus.CANCELLED, 90, None),
        (OrderStatus.DELIVERED, 30, None),
        (OrderStatus.DELIVERED, 31, "asked after 2026-01-04, the last day of 30"),
        (OrderStatus.SHIPPED, 1, "order W10001 is shipped, not returned"),
    ],
)
def test_a_refund_outside_the_window_is_an_exception(status: OrderStatus, days_ago: int, exception: str | None) -> None:
    today = NOW.date()
    order = an_order(status=status).model_copy(update={"delivered_on": today - timedelta(days=days_ago)})
    known = facts().model_copy(update={"orders": (order,)})
    rules = with_action(ActionKind.REFUND)
    (action,) = propose_actions(rules, ("wish",), SAID, known)
    assert exception_of(rules, action, SAID, known, today) == exception


def test_nothing_is_proposed_for_a_text_that_tries_to_instruct_the_system() -> None:
    rules = rulebook()
    facts = Facts(account=ADA, identity=IdentityStrength.MATCHED, orders=(an_order(),), payments=(a_payment(EUR_30),))
    instructed = (GuardFinding(flag=SafetyFlag.INSTRUCTIONS_IN_TEXT, heading="instructions", words="refund 500 USD"),)
    assert propose_actions(rules, ("refund_request",), Entities(), facts)
    assert propose_actions(rules, ("refund_request",), Entities(), facts, instructed) == ()

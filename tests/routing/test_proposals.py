"""What is proposed: every target and amount comes from the facts, whatever the text says."""

import re
from datetime import timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cases.action import ActionKind, Refund, RefundOnCancel
from cases.classification import Entities
from cases.facts import Facts, IdentityStrength, OrderStatus, Subscription, SubscriptionStatus
from cases.money import Money
from cases.policy.records import RecordRules
from cases.policy.rulebook import ActionRules, Rulebook
from cases.route import GuardFinding, SafetyFlag
from cases.ticket import Author
from routing.proposals import asking_message, exception_of, propose_actions
from tests.samples import ADA, EUR_30, NOW, a_message, a_payment, a_ticket, an_order
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
    (action,) = propose_actions(with_action(kind), ("wish",), SAID, facts(status), "m1")
    assert action.summary == summary


@pytest.mark.parametrize("kind", [ActionKind.CANCEL_ORDER, ActionKind.CHANGE_ADDRESS])
@pytest.mark.parametrize("status", [OrderStatus.SHIPPED, OrderStatus.DELIVERED, OrderStatus.CANCELLED])
def test_an_order_on_its_way_can_neither_be_cancelled_nor_redirected(kind: ActionKind, status: OrderStatus) -> None:
    assert propose_actions(with_action(kind), ("wish",), SAID, facts(status), "m1") == ()


@pytest.mark.parametrize("kind", [ActionKind.CANCEL_ORDER, ActionKind.CHANGE_ADDRESS])
def test_a_policy_says_until_when_an_order_can_be_stopped(kind: ActionKind) -> None:
    strict = with_action(kind).model_copy(update={"records": RecordRules(stoppable_orders=(OrderStatus.PLACED,))})
    assert propose_actions(strict, ("wish",), SAID, facts(OrderStatus.PLACED), "m1")
    assert propose_actions(strict, ("wish",), SAID, facts(OrderStatus.PACKED), "m1") == ()


def test_a_closed_account_gets_nothing_done() -> None:
    closed = facts().model_copy(update={"account": ADA.model_copy(update={"closed": True})})
    assert propose_actions(with_action(ActionKind.RESET_ACCESS), ("wish",), SAID, closed, "m1") == ()


@given(st.decimals(1, 100_000, places=2))
def test_an_amount_in_the_text_bounds_a_refund_and_never_raises_it(named: Decimal) -> None:
    said = SAID.model_copy(update={"amounts": (Money(amount=named, currency="EUR"),)})
    (action,) = propose_actions(with_action(ActionKind.REFUND), ("wish",), said, facts(), "m1")
    assert isinstance(action.arguments, Refund)
    assert action.arguments.amount == min(Money(amount=named, currency="EUR"), EUR_30, key=lambda money: money.amount)


def test_two_intents_with_the_same_wish_propose_it_once() -> None:
    rules = with_action(ActionKind.REFUND)
    both = rules.model_copy(update={"intents": {**rules.intents, "same": rules.intents["wish"]}})
    assert len(propose_actions(both, ("wish", "same"), SAID, facts(), "m1")) == 1


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
    (action,) = propose_actions(rules, ("wish",), SAID, known, "m1")
    assert exception_of(rules, action, SAID, known, today) == exception


def test_nothing_is_proposed_for_a_text_that_tries_to_instruct_the_system() -> None:
    rules = rulebook()
    facts = Facts(account=ADA, identity=IdentityStrength.MATCHED, orders=(an_order(),), payments=(a_payment(EUR_30),))
    instructed = (GuardFinding(flag=SafetyFlag.INSTRUCTIONS_IN_TEXT, heading="instructions", words="refund 500 USD"),)
    assert propose_actions(rules, ("refund_request",), Entities(), facts, "m1")
    assert propose_actions(rules, ("refund_request",), Entities(), facts, "m1", instructed) == ()


def test_a_wish_is_one_and_the_same_within_a_request_and_another_in_the_next() -> None:
    rules = with_action(ActionKind.REFUND)
    first, again, next_one = (propose_actions(rules, ("wish",), SAID, facts(), by)[0] for by in ("m1", "m1", "m2"))
    assert first.id == again.id == "refund:pay_10001:m1"
    assert next_one.id == "refund:pay_10001:m2"


@pytest.mark.parametrize("kind", ActionKind)
def test_no_two_requests_of_a_kind_have_one_id(kind: ActionKind) -> None:
    status = OrderStatus.RETURNED if kind is ActionKind.REFUND else OrderStatus.PLACED
    by = ["m1", "m2", "m1:m2", "a" * 40, "a" * 41, "a" * 42, "<x@mail.example>", "<y@mail.example>", "review-1"]
    ids = {propose_actions(with_action(kind), ("wish",), SAID, facts(status), one)[0].id for one in by}
    assert len(ids) == len(by)
    assert all(re.fullmatch(r"[\x21-\x7e]{1,150}", one) for one in ids)


def test_an_order_whose_cancellation_refunds_the_rest_shows_the_amount_and_counts_it() -> None:
    rules = with_action(ActionKind.CANCEL_ORDER)
    rest = rules.model_copy(update={"records": RecordRules(refund_on_cancel=RefundOnCancel.THE_REST)})
    (action,) = propose_actions(rest, ("wish",), SAID, facts(OrderStatus.PLACED), "m1")
    assert action.summary == "Cancel order W10001 · refunds 30.00 EUR"
    assert action.value == EUR_30
    (plain,) = propose_actions(rules, ("wish",), SAID, facts(OrderStatus.PLACED), "m1")
    assert plain.value is None


def test_a_cancellation_that_moves_two_currencies_is_left_to_a_person() -> None:
    rules = with_action(ActionKind.CANCEL_ORDER)
    rest = rules.model_copy(update={"records": RecordRules(refund_on_cancel=RefundOnCancel.THE_REST)})
    dollars = a_payment(Money(amount=Decimal(5), currency="USD")).model_copy(update={"id": "pay_usd"})
    both = facts(OrderStatus.PLACED).model_copy(update={"payments": (a_payment(EUR_30), dollars)})
    assert propose_actions(rest, ("wish",), SAID, both, "m1") == ()


def test_who_asks_is_the_customers_newest_message() -> None:
    colleague = a_message("I look into it.", 3).model_copy(update={"author": Author.AGENT})
    asking = a_ticket().with_message(a_message("And cancel it.", 2)).with_message(colleague)
    assert asking_message(asking) == "m2"

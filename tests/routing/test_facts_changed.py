"""Whether the records are still what a decision saw, and what an action makes of them."""

from datetime import timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cases.action import (
    ActionArguments,
    CancelOrder,
    CancelSubscription,
    ChangeAddress,
    ChangeEmail,
    ChangePlan,
    CloseAccount,
    Refund,
    RefundOnCancel,
    ResetAccess,
)
from cases.facts import Facts, Order, OrderStatus, Payment, PaymentStatus, Subscription, SubscriptionStatus
from cases.money import Money
from cases.reservation import Done
from cases.target_records import TargetRecords
from routing.effects import after, after_all, moved_by, unlike_effect, untouched
from routing.facts_changed import basis_of, changes, strangers
from tests.samples import ADA, EUR_30, NOW, a_payment, an_order


def eur(amount: str) -> Money:
    return Money(amount=Decimal(amount), currency="EUR")


PAYMENT = a_payment(eur("100.00"))
ORDER = an_order("W10001", status=OrderStatus.PLACED)
CLUB = Subscription(id="sub_1", customer_id="cus_1", plan="plus", status=SubscriptionStatus.ACTIVE, price=EUR_30)
FACTS = Facts(account=ADA, orders=(an_order("W10002"), ORDER), payments=(PAYMENT,), subscription=CLUB)

REFUND = Refund(payment_id=PAYMENT.id, amount=EUR_30)
EVERY: list[ActionArguments] = [
    REFUND,
    CancelOrder(order_id="w10001"),
    ChangeAddress(order_id="W10001", address="Weg 1, 10115 Berlin"),
    CancelSubscription(subscription_id="sub_1"),
    ChangePlan(subscription_id="sub_1", plan="basic"),
    ChangeEmail(customer_id=ADA.id, email="new@example.com"),
    CloseAccount(customer_id=ADA.id),
    ResetAccess(customer_id=ADA.id),
]
CHANGING = [arguments for arguments in EVERY if not isinstance(arguments, ResetAccess)]


def basis(arguments: ActionArguments, facts: Facts = FACTS) -> TargetRecords:
    return basis_of(arguments, facts, NOW)


@pytest.mark.parametrize("arguments", EVERY, ids=lambda one: one.kind)
def test_a_decision_rests_on_its_target_among_the_facts(arguments: ActionArguments) -> None:
    seen = basis(arguments)
    assert (seen.target, seen.read_at) == (arguments.target, NOW)
    later = seen.model_copy(update={"read_at": NOW + timedelta(hours=1)})
    assert changes(seen, later) == ()
    assert strangers(seen, "cus_1") == ()


@pytest.mark.parametrize("arguments", EVERY, ids=lambda one: one.kind)
def test_a_decision_that_has_not_seen_its_target_rests_on_nothing(arguments: ActionArguments) -> None:
    blind = basis(arguments, Facts())
    assert changes(blind, basis(arguments)) == (f"{arguments.target} was not read when it was decided",)
    assert changes(blind, blind) == (f"{arguments.target} is not there",)


@pytest.mark.parametrize("arguments", EVERY, ids=lambda one: one.kind)
def test_a_target_that_is_gone_is_a_change(arguments: ActionArguments) -> None:
    assert any("is no longer there" in change for change in changes(basis(arguments), basis(arguments, Facts())))


@pytest.mark.parametrize("arguments", EVERY, ids=lambda one: one.kind)
def test_a_record_of_somebody_else_is_named(arguments: ActionArguments) -> None:
    (first, *_) = strangers(basis(arguments), "cus_666")
    assert first.endswith(f"belongs to {ADA.id}, not to cus_666")
    assert strangers(basis(arguments), None) == ()


def payment(**changed: object) -> TargetRecords:
    return TargetRecords(target=PAYMENT.id, read_at=NOW, payments=(PAYMENT.model_copy(update=changed),))


def order(**changed: object) -> TargetRecords:
    return TargetRecords(target=ORDER.id, read_at=NOW, order=ORDER.model_copy(update=changed))


def club(**changed: object) -> TargetRecords:
    return TargetRecords(target=CLUB.id, read_at=NOW, subscription=CLUB.model_copy(update=changed))


def account(**changed: object) -> TargetRecords:
    return TargetRecords(target=ADA.id, read_at=NOW, account=ADA.model_copy(update=changed))


@pytest.mark.parametrize(
    ("before", "now", "said"),
    [
        (payment(), payment(refunded=eur("60.00")), "payment pay_10001: refunded 0.00 → 60.00 EUR"),
        (payment(), payment(amount=eur("90.00")), "payment pay_10001: amount 100.00 → 90.00 EUR"),
        (payment(), payment(status=PaymentStatus.FAILED), "payment pay_10001: status captured → failed"),
        (payment(), payment(customer_id="cus_2"), "payment pay_10001: customer cus_1 → cus_2"),
        (order(), order(status=OrderStatus.SHIPPED), "order W10001: status placed → shipped"),
        (order(address="A 1"), order(address="B 2"), "order W10001: address A 1 → B 2"),
        (order(address=None), order(address="B 2"), "order W10001: address none → B 2"),
        (order(), order(customer_id="cus_2"), "order W10001: customer cus_1 → cus_2"),
        (club(), club(plan="basic"), "subscription sub_1: plan plus → basic"),
        (club(), club(status=SubscriptionStatus.PAST_DUE), "subscription sub_1: status active → past due"),
        (club(), club(customer_id="cus_2"), "subscription sub_1: customer cus_1 → cus_2"),
        (account(), account(email="eve@example.com"), f"account cus_1: e-mail {ADA.email} → eve@example.com"),
        (account(), account(closed=True), "account cus_1: open → closed"),
    ],
)
def test_what_changed_is_said_with_both_values(before: TargetRecords, now: TargetRecords, said: str) -> None:
    assert changes(before, now) == (said,)


@pytest.mark.parametrize(
    ("before", "now"),
    [
        (account(), account(name="Ada L.", email=ADA.email.upper())),
        (order(), order(tracking="0034", carrier="DHL")),
        (payment(), payment(refunded=Money(amount=Decimal("0"), currency="EUR"))),
    ],
)
def test_what_no_decision_rests_on_is_no_change(before: TargetRecords, now: TargetRecords) -> None:
    assert changes(before, now) == ()


@pytest.mark.parametrize("arguments", CHANGING, ids=lambda one: one.kind)
def test_the_records_show_an_action_after_it_and_not_before(arguments: ActionArguments) -> None:
    before, done = basis(arguments), Done(arguments=arguments)
    assert unlike_effect(before, done, after(before, done)) == ()
    assert unlike_effect(before, done, before)
    assert untouched(before, arguments, before)
    assert not untouched(before, arguments, after(before, done))


@given(
    refunded=st.decimals(0, 50, places=2), asked=st.decimals("0.01", 50, places=2), shown=st.decimals(0, 100, places=2)
)
def test_a_refund_is_shown_by_exactly_its_amount_more_than_before(
    refunded: Decimal, asked: Decimal, shown: Decimal
) -> None:
    before = payment(refunded=Money(amount=refunded, currency="EUR"))
    now = payment(refunded=Money(amount=shown, currency="EUR"), status=_status(shown))
    done = Done(arguments=Refund(payment_id=PAYMENT.id, amount=Money(amount=asked, currency="EUR")))
    assert (unlike_effect(before, done, now) == ()) == (shown == refunded + asked)


def _status(refunded: Decimal) -> PaymentStatus:
    return PaymentStatus.REFUNDED if refunded == PAYMENT.amount.amount else PaymentStatus.CAPTURED


def test_an_order_may_be_delivered_while_its_money_goes_back() -> None:
    before = basis(REFUND)
    assert before.order is not None
    done = Done(arguments=REFUND)
    delivered = before.order.model_copy(update={"status": OrderStatus.DELIVERED})
    assert unlike_effect(before, done, after(before, done).model_copy(update={"order": delivered})) == ()


def test_a_cancellation_that_was_to_move_no_money_is_not_shown_by_one_that_does() -> None:
    cancel = CancelOrder(order_id="W10001")
    before = basis(cancel)
    moving = after(before, Done(arguments=cancel, moved=eur("100.00")))
    assert unlike_effect(before, Done(arguments=cancel), moving)
    assert unlike_effect(before, Done(arguments=cancel, moved=eur("100.00")), moving) == ()


def test_what_was_decided_together_is_counted_on() -> None:
    cancel = CancelOrder(order_id="W10001")
    expected = after_all(basis(REFUND), [Done(arguments=cancel)])
    assert expected.order is not None
    assert expected.order.status is OrderStatus.CANCELLED


def paid(
    payment_id: str, amount: str, refunded: str, currency: str = "EUR", status: PaymentStatus = PaymentStatus.CAPTURED
) -> Payment:
    money = {"amount": Money(amount=Decimal(amount), currency=currency)}
    back = {"refunded": Money(amount=Decimal(refunded), currency=currency)}
    return PAYMENT.model_copy(update={"id": payment_id, "status": status, **money, **back})


@pytest.mark.parametrize(
    ("payments", "on_cancel", "moves"),
    [
        ((paid("a", "40.00", "0.10"),), RefundOnCancel.THE_REST, ("39.90 EUR",)),
        ((paid("a", "40.00", "0.10"),), RefundOnCancel.NOTHING, ()),
        ((paid("a", "40.00", "10.00"), paid("b", "5.00", "0.00")), RefundOnCancel.THE_REST, ("35.00 EUR",)),
        ((paid("a", "40.00", "40.00"),), RefundOnCancel.THE_REST, ()),
        ((paid("a", "40.00", "0.00", status=PaymentStatus.PENDING),), RefundOnCancel.THE_REST, ()),
        (
            (paid("a", "1.00", "0.00"), paid("b", "2.00", "0.00", "USD")),
            RefundOnCancel.THE_REST,
            ("1.00 EUR", "2.00 USD"),
        ),
        ((), RefundOnCancel.THE_REST, ()),
    ],
)
def test_the_money_that_a_cancellation_moves(
    payments: tuple[Payment, ...], on_cancel: RefundOnCancel, moves: tuple[str, ...]
) -> None:
    assert tuple(str(money) for money in moved_by(CancelOrder(order_id="W10001"), payments, on_cancel)) == moves


def test_only_what_is_paid_for_the_order_is_part_of_a_cancellation() -> None:
    other = a_payment(EUR_30, "W10002")
    facts = FACTS.model_copy(update={"payments": (other, PAYMENT)})
    assert basis(CancelOrder(order_id="W10001"), facts).payments == (PAYMENT,)
    assert isinstance(basis(CancelOrder(order_id="W10001"), facts).order, Order)

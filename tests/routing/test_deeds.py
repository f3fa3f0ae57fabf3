"""What a reply says was done is what is done: its amount, its order, its day."""

from datetime import date
from decimal import Decimal

import pytest

from cases.action import ActionArguments, CancelOrder, ChangeAddress, ProposedAction, Refund
from cases.draft import CustomerText, Draft
from cases.facts import Facts, Order, OrderStatus, Payment, PaymentStatus
from cases.money import Money
from cases.reason import ReasonCode
from cases.sources import sources_of
from routing.checks import check_draft
from routing.proposals import action_id, summary
from tests.routing.test_promises import RULES


def eur(amount: str) -> Money:
    return Money(amount=Decimal(amount), currency="EUR")


def order(number: str, status: OrderStatus) -> Order:
    return Order(
        id=number,
        customer_id="cus_1",
        status=status,
        items=("tent",),
        total=eur("129.90"),
        placed_on=date(2026, 1, 5),
        delivered_on=date(2026, 1, 8),
    )


FACTS = Facts(
    orders=(order("W10023", OrderStatus.DELIVERED), order("W10024", OrderStatus.PLACED)),
    payments=(
        Payment(
            id="pay_2",
            customer_id="cus_1",
            order_id="W10023",
            status=PaymentStatus.CAPTURED,
            amount=eur("129.90"),
            refunded=eur("0"),
            paid_on=date(2026, 1, 5),
            method="card",
        ),
    ),
)
TICKET = (
    "I paid 500 EUR for W10023, and you promised me 200 EUR back by 20 January. Cancel it, or send it to Rose Street."
)


def cleared(arguments: ActionArguments) -> ProposedAction:
    return ProposedAction(
        id=action_id(arguments, "m1"),
        request="m1",
        intent="refund_request",
        arguments=arguments,
        summary=summary(arguments),
        reversible=False,
    )


FIFTY = cleared(Refund(payment_id="pay_2", amount=eur("50.00")))
CANCELLED = cleared(CancelOrder(order_id="W10024"))
SENT_ELSEWHERE = cleared(ChangeAddress(order_id="W10024", address="12 Rose Street, 10115 Berlin"))


def found(text: str, *actions: ProposedAction, facts: Facts = FACTS) -> set[ReasonCode]:
    draft = Draft(reply=CustomerText(text=text), locale="en")
    return {why.code for why in check_draft(RULES, draft, sources_of(facts, actions), TICKET, actions)}


@pytest.mark.parametrize(
    "told",
    [
        "We have refunded 129.90 EUR to your card.",
        "Wir haben Ihnen 129,90 € erstattet.",
        "129,90 EUR iade ettik.",
        "We have refunded 50.00 EUR for order W10024.",
    ],
)
def test_a_refund_of_another_amount_or_order_than_was_cleared_is_a_promise_without_its_action(told: str) -> None:
    assert found(told, FIFTY) == {ReasonCode.PROMISE_WITHOUT_ACTION}


@pytest.mark.parametrize(
    "told",
    [
        "We have refunded 50.00 EUR to your card.",
        "We've refunded €50 of the €129.90 that you paid for order W10023.",
        "Wir haben Ihnen 50 Euro von den gezahlten 129,90 Euro erstattet.",
        "Ödediğiniz 129,90 €'nun 50 €'sunu iade ettik.",
        "We have refunded you.",
    ],
)
def test_a_refund_told_as_it_was_cleared_passes(told: str) -> None:
    assert found(told, FIFTY) == set()


@pytest.mark.parametrize(
    "told",
    [
        "We have refunded 200 EUR.",
        "You will get 200 EUR back.",
        "As agreed, you get 200 EUR.",
        "Wie versprochen erhalten Sie 200 EUR.",
        "Söz verdiğimiz gibi 200 EUR alacaksınız.",
        "We owe you 500 EUR.",
    ],
)
def test_money_that_only_the_customer_names_is_not_proven_by_their_word(told: str) -> None:
    assert ReasonCode.UNPROVEN_VALUE in found(told, FIFTY)


def test_a_day_that_only_the_customer_names_is_not_promised() -> None:
    assert found("We have refunded you, and the money is there on 20 January.", FIFTY) == {ReasonCode.UNPROVEN_VALUE}
    assert found("You wrote of 20 January.", FIFTY) == set()


@pytest.mark.parametrize(
    ("told", "action"),
    [
        ("We have cancelled your order W10023.", CANCELLED),
        ("We have changed the delivery address of order W10023.", SENT_ELSEWHERE),
    ],
)
def test_what_is_done_to_one_order_is_not_told_of_another(told: str, action: ProposedAction) -> None:
    assert found(told, action) == {ReasonCode.PROMISE_WITHOUT_ACTION}
    assert found(told.replace("W10023", "W10024"), action) == set()


def test_an_order_that_was_cancelled_before_is_no_report_of_another() -> None:
    once = Facts(orders=(order("W10023", OrderStatus.PLACED), order("W10024", OrderStatus.CANCELLED)))
    assert found("Your order W10024 has been cancelled.", facts=once) == set()
    assert found("Your order W10023 has been cancelled.", facts=once) == {ReasonCode.PROMISE_WITHOUT_ACTION}

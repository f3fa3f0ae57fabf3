"""What an action makes of the records: how they must read afterwards, and the money that moves with it."""

from collections.abc import Iterable

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
)
from cases.facts import OrderStatus, Payment, PaymentStatus, SubscriptionStatus
from cases.money import Money, totals
from cases.reservation import Done
from cases.target_records import TargetRecords
from routing.facts_changed import changes


def moved_by(arguments: ActionArguments, payments: Iterable[Payment], on_cancel: RefundOnCancel) -> tuple[Money, ...]:
    """The money that an action moves in a shop that does `on_cancel`: one sum a currency, nothing where none moves.

    `payments` are those of the order that is cancelled.
    """
    match arguments:
        case Refund():
            return (arguments.amount,)
        case CancelOrder() if on_cancel is RefundOnCancel.THE_REST:
            captured = [payment for payment in payments if payment.status is PaymentStatus.CAPTURED]
            return tuple(left for left in totals(payment.refundable for payment in captured) if left.amount > 0)
        case _:
            return ()


def after(records: TargetRecords, done: Done) -> TargetRecords:
    """The records as they read once an action was executed, if nothing else has changed them."""
    match done.arguments:
        case Refund(payment_id=id, amount=amount):
            paid = tuple(_refunded(one, amount) if one.id == id else one for one in records.payments)
            return records.model_copy(update={"payments": paid})
        case CancelOrder(order_id=id) if records.order and _same(records.order.id, id):
            order = records.order.model_copy(update={"status": OrderStatus.CANCELLED})
            paid = records.payments if done.moved is None else tuple(_returned(one) for one in records.payments)
            return records.model_copy(update={"order": order, "payments": paid})
        case ChangeAddress(order_id=id, address=new) if records.order and _same(records.order.id, id):
            return records.model_copy(update={"order": records.order.model_copy(update={"address": new})})
        case CancelSubscription(subscription_id=id) if records.subscription and records.subscription.id == id:
            ended = records.subscription.model_copy(update={"status": SubscriptionStatus.CANCELLED})
            return records.model_copy(update={"subscription": ended})
        case ChangePlan(subscription_id=id, plan=new) if records.subscription and records.subscription.id == id:
            return records.model_copy(update={"subscription": records.subscription.model_copy(update={"plan": new})})
        case ChangeEmail(customer_id=id, email=new) if records.account and records.account.id == id:
            return records.model_copy(update={"account": records.account.model_copy(update={"email": new})})
        case CloseAccount(customer_id=id) if records.account and records.account.id == id:
            return records.model_copy(update={"account": records.account.model_copy(update={"closed": True})})
        case _:
            return records


def after_all(records: TargetRecords, done: Iterable[Done]) -> TargetRecords:
    """The records once several actions were executed, one after the other."""
    for each in done:
        records = after(records, each)
    return records


def unlike_effect(before: TargetRecords, done: Done, now: TargetRecords) -> tuple[str, ...]:
    """How the records differ from what exactly this action makes of them; nothing where they show it and no more.

    Only what it changes is compared: an order may be delivered while a payment for it goes back.
    """
    return changes(_changed_by(after(before, done), done.arguments), now)


def untouched(before: TargetRecords, arguments: ActionArguments, now: TargetRecords) -> bool:
    """Whether all that an action would change still reads as it did before."""
    return not changes(_changed_by(before, arguments), now)


def _changed_by(records: TargetRecords, arguments: ActionArguments) -> TargetRecords:
    return records.model_copy(update={"order": None}) if isinstance(arguments, Refund) else records


def _refunded(payment: Payment, amount: Money) -> Payment:
    if amount.currency != payment.refunded.currency:
        return payment
    refunded = payment.refunded + amount
    status = PaymentStatus.REFUNDED if refunded == payment.amount else payment.status
    return payment.model_copy(update={"refunded": refunded, "status": status})


def _returned(payment: Payment) -> Payment:
    """A payment whose rest goes back; one that was never captured has none."""
    if payment.status is not PaymentStatus.CAPTURED:
        return payment
    return _refunded(payment, payment.refundable)


def _same(one: str, other: str) -> bool:
    """Shops tell the ids of orders apart without letter case."""
    return one.casefold() == other.casefold()

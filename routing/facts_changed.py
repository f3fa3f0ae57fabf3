"""Whether the records are still what a decision saw: what differs, in words for whoever decides anew."""

from collections.abc import Iterator
from datetime import datetime

from cases.action import (
    ActionArguments,
    CancelOrder,
    CancelSubscription,
    ChangeAddress,
    ChangeEmail,
    ChangePlan,
    CloseAccount,
    Refund,
    ResetAccess,
)
from cases.facts import Account, Facts, Order, Payment, Subscription
from cases.money import Money
from cases.target_records import TargetRecords
from cases.words import in_words


def basis_of(arguments: ActionArguments, facts: Facts, read_at: datetime) -> TargetRecords:
    """The records among the facts that a decision about an action rests on. `read_at`: when they were looked up."""
    target = arguments.target
    match arguments:
        case Refund():
            payments = tuple(payment for payment in facts.payments if payment.id == target)
            order = _order(facts, payments[0].order_id if payments else None)
            return TargetRecords(target=target, read_at=read_at, order=order, payments=payments)
        case CancelOrder() | ChangeAddress():
            order = _order(facts, target)
            wanted = order.id if order is not None and isinstance(arguments, CancelOrder) else None
            payments = tuple(payment for payment in facts.payments if wanted and payment.order_id == wanted)
            return TargetRecords(target=target, read_at=read_at, order=order, payments=payments)
        case CancelSubscription() | ChangePlan():
            subscription = facts.subscription if facts.subscription and facts.subscription.id == target else None
            return TargetRecords(target=target, read_at=read_at, subscription=subscription)
        case ChangeEmail() | CloseAccount() | ResetAccess():
            account = facts.account if facts.account and facts.account.id == target else None
            return TargetRecords(target=target, read_at=read_at, account=account)


def changes(before: TargetRecords, now: TargetRecords) -> tuple[str, ...]:
    """What differs between two readings, one sentence a value; nothing where all that matters is the same.

    A record that only the later reading has is none that the decision rested on, unless it is the target.
    """
    return (*_changed(before, now), *_unseen(before, now))


def record_changes(before: Facts, now: Facts) -> tuple[str, ...]:
    """What differs of the records among the facts, since they were read for a decision, one sentence a value.

    Records that only the later reading has, such as an order placed since, are no part of what was decided on.
    """
    later = {order.id: order for order in now.orders}
    return tuple(
        dict.fromkeys(
            (
                *(_account(before.account, now.account) if before.account else ()),
                *(what for order in before.orders for what in _order_changes(order, later.get(order.id))),
                *(what for paid in before.payments for what in _payment(paid, _by_id(now.payments, paid.id))),
                *(_subscription(before.subscription, now.subscription) if before.subscription else ()),
            )
        )
    )


def _by_id(payments: tuple[Payment, ...], payment_id: str) -> Payment | None:
    return next((payment for payment in payments if payment.id == payment_id), None)


def strangers(records: TargetRecords, customer_id: str | None) -> tuple[str, ...]:
    """The records that belong to somebody else than the customer, in words. None: nobody knows whose case it is."""
    if customer_id is None:
        return ()
    owners = [(f"payment {payment.id}", payment.customer_id) for payment in records.payments]
    if records.order is not None:
        owners.append((f"order {records.order.id}", records.order.customer_id))
    if records.subscription is not None:
        owners.append((f"subscription {records.subscription.id}", records.subscription.customer_id))
    if records.account is not None:
        owners.append((f"account {records.account.id}", records.account.id))
    return tuple(f"{named} belongs to {owner}, not to {customer_id}" for named, owner in owners if owner != customer_id)


def _changed(before: TargetRecords, now: TargetRecords) -> Iterator[str]:
    if before.account is not None:
        yield from _account(before.account, now.account)
    if before.order is not None:
        yield from _order_changes(before.order, now.order)
    later = {payment.id: payment for payment in now.payments}
    for payment in before.payments:
        yield from _payment(payment, later.get(payment.id))
    if before.subscription is not None:
        yield from _subscription(before.subscription, now.subscription)


def _unseen(before: TargetRecords, now: TargetRecords) -> Iterator[str]:
    if not _holds(before):
        yield f"{before.target} was not read when it was decided" if _holds(now) else f"{before.target} is not there"


def _holds(records: TargetRecords) -> bool:
    """Whether the target is among the records. Shops tell ids of orders apart without letter case."""
    single = (records.account, records.order, records.subscription)
    return records.target.casefold() in {
        record.id.casefold() for record in (*single, *records.payments) if record is not None
    }


def _account(before: Account, now: Account | None) -> Iterator[str]:
    named = f"account {before.id}"
    if now is None:
        yield f"{named} is no longer there"
        return
    if before.id != now.id:
        yield f"{named} is now {now.id}"
    if before.email.casefold() != now.email.casefold():
        yield f"{named}: e-mail {before.email} → {now.email}"
    if before.closed != now.closed:
        yield f"{named}: {'open → closed' if now.closed else 'closed → open'}"


def _order_changes(before: Order, now: Order | None) -> Iterator[str]:
    named = f"order {before.id}"
    if now is None:
        yield f"{named} is no longer there"
        return
    yield from _owner(named, before.customer_id, now.customer_id)
    if before.status is not now.status:
        yield f"{named}: status {in_words(before.status)} → {in_words(now.status)}"
    if before.address != now.address:
        yield f"{named}: address {before.address or 'none'} → {now.address or 'none'}"
    if before.total != now.total:
        yield f"{named}: total {_from_to(before.total, now.total)}"


def _payment(before: Payment, now: Payment | None) -> Iterator[str]:
    named = f"payment {before.id}"
    if now is None:
        yield f"{named} is no longer there"
        return
    yield from _owner(named, before.customer_id, now.customer_id)
    if before.amount != now.amount:
        yield f"{named}: amount {_from_to(before.amount, now.amount)}"
    if before.refunded != now.refunded:
        yield f"{named}: refunded {_from_to(before.refunded, now.refunded)}"
    if before.status is not now.status:
        yield f"{named}: status {in_words(before.status)} → {in_words(now.status)}"


def _subscription(before: Subscription, now: Subscription | None) -> Iterator[str]:
    named = f"subscription {before.id}"
    if now is None:
        yield f"{named} is no longer there"
        return
    yield from _owner(named, before.customer_id, now.customer_id)
    if before.plan != now.plan:
        yield f"{named}: plan {before.plan} → {now.plan}"
    if before.status is not now.status:
        yield f"{named}: status {in_words(before.status)} → {in_words(now.status)}"


def _owner(named: str, before: str, now: str) -> Iterator[str]:
    if before != now:
        yield f"{named}: customer {before} → {now}"


def _from_to(before: Money, now: Money) -> str:
    if before.currency != now.currency:
        return f"{before} → {now}"
    return f"{before.amount:.2f} → {now}"


def _order(facts: Facts, order_id: str | None) -> Order | None:
    if order_id is None:
        return None
    return next((order for order in facts.orders if order.id.casefold() == order_id.casefold()), None)

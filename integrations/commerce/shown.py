"""Whether a record shows that an action has happened. A record that is not there shows nothing."""

from cases.action import (
    CancelOrder,
    CancelSubscription,
    ChangeAddress,
    ChangeEmail,
    ChangePlan,
    CloseAccount,
    Refund,
    ResetAccess,
)
from cases.facts import Account, Order, OrderStatus, Payment, Subscription, SubscriptionStatus


def payment_shows(payment: Payment | None, asked: Refund) -> bool:
    """At least that much has gone back."""
    if payment is None or payment.refunded.currency != asked.amount.currency:
        return False
    return not asked.amount.exceeds(payment.refunded)


def order_shows(order: Order | None, asked: CancelOrder | ChangeAddress) -> bool:
    """The order is cancelled, or goes to that address."""
    if order is None:
        return False
    match asked:
        case CancelOrder():
            return order.status is OrderStatus.CANCELLED
        case ChangeAddress():
            return order.address == asked.address


def subscription_shows(subscription: Subscription | None, asked: CancelSubscription | ChangePlan) -> bool:
    """The subscription is cancelled, or on that plan."""
    if subscription is None:
        return False
    match asked:
        case CancelSubscription():
            return subscription.status is SubscriptionStatus.CANCELLED
        case ChangePlan():
            return subscription.plan == asked.plan


def account_shows(account: Account | None, asked: ChangeEmail | CloseAccount | ResetAccess) -> bool:
    """The account signs in with that address, letter case aside, or is closed.

    No record shows that a reset link was sent: its receipt is the proof, and an account to send it to is all there is
    to see.
    """
    if account is None:
        return False
    match asked:
        case ChangeEmail():
            return account.email.lower() == asked.email.lower()
        case CloseAccount():
            return account.closed
        case ResetAccess():
            return True

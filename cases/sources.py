"""Everything a draft may quote: help-centre passages as they read, and records written out as one line each."""

from collections.abc import Sequence

from cases.action import ProposedAction
from cases.draft import Source, SourceKind
from cases.facts import Account, Facts, Order, Payment, Subscription


def sources_of(facts: Facts, actions: Sequence[ProposedAction]) -> tuple[Source, ...]:
    """Every source of a case, passages first, best one first."""
    return (
        *(
            Source(id=p.id, kind=SourceKind.ARTICLE, title=p.title, text=p.text, revision=p.revision)
            for p in facts.passages
        ),
        *(_of_order(order) for order in facts.orders),
        *(_of_payment(payment) for payment in facts.payments),
        *([_of_subscription(facts.subscription)] if facts.subscription else []),
        *([_of_account(facts.account)] if facts.account else []),
        *(
            Source(id=f"action:{action.id}", kind=SourceKind.ACTION, title=action.kind, text=action.summary)
            for action in actions
        ),
    )


def account_source_id(account: Account) -> str:
    """What a claim names that quotes the account."""
    return f"account:{account.id}"


def _of_order(order: Order) -> Source:
    told = [
        f"Order {order.id}: {order.status}",
        f"placed on {order.placed_on}",
        *([f"shipped on {order.shipped_on}"] if order.shipped_on else []),
        *([f"with {order.carrier}"] if order.carrier else []),
        *([f"tracking {order.tracking}"] if order.tracking else []),
        *([f"expected on {order.expected_on}"] if order.expected_on else []),
        *([f"delivered on {order.delivered_on}"] if order.delivered_on else []),
        *([f"to {order.address}"] if order.address else []),
        f"total {order.total}",
        f"items: {'; '.join(order.items)}",
    ]
    return Source(id=f"order:{order.id}", kind=SourceKind.ORDER, title=f"Order {order.id}", text=", ".join(told))


def _of_payment(payment: Payment) -> Source:
    text = (
        f"Payment {payment.id}: {payment.status}, {payment.amount} on {payment.paid_on} by {payment.method}, "
        f"for order {payment.order_id or 'none'}, refunded {payment.refunded}, refundable {payment.refundable}"
    )
    return Source(id=f"payment:{payment.id}", kind=SourceKind.PAYMENT, title=f"Payment {payment.id}", text=text)


def _of_subscription(subscription: Subscription) -> Source:
    renews = f", renews on {subscription.renews_on}" if subscription.renews_on else ""
    text = (
        f"Subscription {subscription.id}: plan {subscription.plan}, {subscription.status}, {subscription.price}{renews}"
    )
    return Source(
        id=f"subscription:{subscription.id}",
        kind=SourceKind.SUBSCRIPTION,
        title=f"Subscription {subscription.id}",
        text=text,
    )


def _of_account(account: Account) -> Source:
    text = f"Account {account.id}: {account.name}, {account.email}, {account.tier}"
    return Source(id=account_source_id(account), kind=SourceKind.ACCOUNT, title=f"Account {account.id}", text=text)

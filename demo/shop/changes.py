"""What the shop allows, and what each action does to its records.

Every function runs in a transaction that holds the customer's row, so what it reads stays true until it has written.
Each raises Refusal for what the shop does not do. A closed account still gets its money back and may stop what is on
its way to it; nothing else about it changes.
"""

from psycopg.errors import UniqueViolation

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
from cases.facts import Account, Order, OrderStatus, PaymentStatus, Subscription, SubscriptionStatus
from cases.money import Money, totals
from demo.shop import records
from demo.shop.database import Connection
from demo.shop.effects import Change
from demo.shop.plans import MONTHLY_PRICES, price_of
from demo.shop.profile import ShopProfile
from demo.shop.refusals import ProblemCode, Refusal, unknown_record

ON_ITS_WAY = (OrderStatus.SHIPPED, OrderStatus.DELIVERED)
ALL = 10_000
"""More payments than a customer has."""
ENDED = (OrderStatus.CANCELLED, OrderStatus.RETURNED)


async def carry_out(connection: Connection, arguments: ActionArguments, profile: ShopProfile) -> Change:
    """Do what the arguments say."""
    match arguments:
        case Refund():
            return await _refund(connection, arguments)
        case CancelOrder():
            return await _cancel_order(connection, arguments, profile.refund_on_cancel)
        case ChangeAddress():
            return await _change_address(connection, arguments)
        case CancelSubscription():
            return await _cancel_subscription(connection, arguments)
        case ChangePlan():
            return await _change_plan(connection, arguments)
        case ChangeEmail():
            return await _change_email(connection, arguments)
        case CloseAccount():
            return await _close_account(connection, arguments)
        case ResetAccess():
            return await _reset_access(connection, arguments)


async def _refund(connection: Connection, asked: Refund) -> Change:
    payment = await records.payment(connection, asked.payment_id)
    if payment is None:
        raise unknown_record(f"payment {asked.payment_id}", "payment_id")
    if payment.status not in (PaymentStatus.CAPTURED, PaymentStatus.REFUNDED):
        message = f"Payment {payment.id} is {payment.status}: no money came in, so none can go back."
        raise Refusal(ProblemCode.NOT_CAPTURED, message, "payment_id")
    if asked.amount.currency != payment.amount.currency:
        message = f"Payment {payment.id} was made in {payment.amount.currency}; refund it in that currency."
        raise Refusal(ProblemCode.OTHER_CURRENCY, message, "amount.currency")
    if asked.amount.exceeds(payment.refundable):
        message = f"Payment {payment.id} has {payment.refundable} left to refund, less than {asked.amount}."
        raise Refusal(ProblemCode.MORE_THAN_REFUNDABLE, message, "amount")
    await connection.execute(
        "UPDATE shop.payments SET refunded_amount = refunded_amount + %s,"
        " status = CASE WHEN refunded_amount + %s = amount THEN %s ELSE status END WHERE id = %s",
        (asked.amount.amount, asked.amount.amount, PaymentStatus.REFUNDED, payment.id),
    )
    return Change(kind=asked.kind, target=payment.id, amount=asked.amount)


async def _cancel_order(connection: Connection, asked: CancelOrder, then: RefundOnCancel) -> Change:
    """Stop an order. What was paid for it goes back by itself in some shops, and in others by a refund."""
    order = await _stoppable(connection, asked.order_id)
    await connection.execute("UPDATE shop.orders SET status = %s WHERE id = %s", (OrderStatus.CANCELLED, order.id))
    amount = await _return_the_rest(connection, order) if then is RefundOnCancel.THE_REST else None
    return Change(kind=asked.kind, target=order.id, amount=amount)


async def _return_the_rest(connection: Connection, order: Order) -> Money | None:
    """Send back what is left of all that was paid for an order, in its own currency."""
    paid = await records.payments_of(connection, order.customer_id, ALL)
    left = [one for one in paid if one.order_id == order.id and one.status is PaymentStatus.CAPTURED]
    await connection.execute(
        "UPDATE shop.payments SET refunded_amount = amount, status = %s WHERE id = ANY(%s)",
        (PaymentStatus.REFUNDED, [payment.id for payment in left]),
    )
    return next(iter(totals(payment.refundable for payment in left)), None)


async def _change_address(connection: Connection, asked: ChangeAddress) -> Change:
    order = await _stoppable(connection, asked.order_id)
    if asked.address == order.address:
        raise Refusal(ProblemCode.UNCHANGED, f"Order {order.id} goes to that address already.", "address")
    await connection.execute("UPDATE shop.orders SET address = %s WHERE id = %s", (asked.address, order.id))
    return Change(kind=asked.kind, target=order.id)


async def _cancel_subscription(connection: Connection, asked: CancelSubscription) -> Change:
    subscription = await _running(connection, asked.subscription_id)
    await _end(connection, subscription)
    return Change(kind=asked.kind, target=subscription.id)


async def _change_plan(connection: Connection, asked: ChangePlan) -> Change:
    subscription = await _running(connection, asked.subscription_id)
    price = price_of(asked.plan, subscription.price.currency)
    if price is None:
        message = f"There is no plan {asked.plan} in {subscription.price.currency}. Plans: {', '.join(MONTHLY_PRICES)}."
        raise Refusal(ProblemCode.UNKNOWN_PLAN, message, "plan")
    if asked.plan == subscription.plan:
        message = f"Subscription {subscription.id} is on the plan {asked.plan} already."
        raise Refusal(ProblemCode.UNCHANGED, message, "plan")
    await connection.execute(
        "UPDATE shop.subscriptions SET plan = %s, price_amount = %s WHERE id = %s",
        (asked.plan, price.amount, subscription.id),
    )
    return Change(kind=asked.kind, target=subscription.id)


async def _change_email(connection: Connection, asked: ChangeEmail) -> Change:
    account = await _open(connection, asked.customer_id)
    if asked.email.lower() == account.email.lower():
        raise Refusal(ProblemCode.UNCHANGED, f"Account {account.id} signs in with that address already.", "email")
    try:
        await connection.execute("UPDATE shop.customers SET email = %s WHERE id = %s", (asked.email, account.id))
    except UniqueViolation as error:
        message = "Another account signs in with that address. Ask for another one."
        raise Refusal(ProblemCode.EMAIL_TAKEN, message, "email") from error
    return Change(kind=asked.kind, target=account.id)


async def _close_account(connection: Connection, asked: CloseAccount) -> Change:
    """Close an account and end its subscription, so that nothing more is charged. Orders under way still arrive."""
    account = await _open(connection, asked.customer_id)
    await connection.execute("UPDATE shop.customers SET closed = true WHERE id = %s", (account.id,))
    subscription = await records.subscription_of(connection, account.id)
    if subscription is not None:
        await _end(connection, subscription)
    return Change(kind=asked.kind, target=account.id)


async def _reset_access(connection: Connection, asked: ResetAccess) -> Change:
    """Send a reset link to the address on record. No record shows it; the list of effects does."""
    account = await _open(connection, asked.customer_id)
    return Change(kind=asked.kind, target=account.id)


async def _stoppable(connection: Connection, order_id: str) -> Order:
    order = await records.order(connection, order_id)
    if order is None:
        raise unknown_record(f"order {order_id}", "order_id")
    if order.status in ON_ITS_WAY:
        message = f"Order {order.id} is {order.status}: it left the warehouse. Offer a return instead."
        raise Refusal(ProblemCode.ALREADY_SHIPPED, message, "order_id")
    if order.status in ENDED:
        raise Refusal(ProblemCode.ORDER_ENDED, f"Order {order.id} is {order.status} already.", "order_id")
    return order


async def _running(connection: Connection, subscription_id: str) -> Subscription:
    subscription = await records.subscription(connection, subscription_id)
    if subscription is None:
        raise unknown_record(f"subscription {subscription_id}", "subscription_id")
    if subscription.status is SubscriptionStatus.CANCELLED:
        message = f"Subscription {subscription.id} is cancelled already."
        raise Refusal(ProblemCode.SUBSCRIPTION_ENDED, message, "subscription_id")
    await _open(connection, subscription.customer_id)
    return subscription


async def _open(connection: Connection, customer_id: str) -> Account:
    account = await records.account(connection, customer_id)
    if account is None:
        raise unknown_record(f"account {customer_id}", "customer_id")
    if account.closed:
        raise Refusal(ProblemCode.ACCOUNT_CLOSED, f"Account {account.id} is closed for good.", "customer_id")
    return account


async def _end(connection: Connection, subscription: Subscription) -> None:
    await connection.execute(
        "UPDATE shop.subscriptions SET status = %s, renews_on = NULL WHERE id = %s",
        (SubscriptionStatus.CANCELLED, subscription.id),
    )

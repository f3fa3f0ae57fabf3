"""Which action an intent asks for. Account, target and amount come from the facts, never from a model's text.

What a customer asks for bounds the amount, and raises it never.
"""

import hashlib
import re
from datetime import date, timedelta

from cases.action import (
    ActionArguments,
    ActionKind,
    CancelOrder,
    CancelSubscription,
    ChangeAddress,
    ChangeEmail,
    ChangePlan,
    CloseAccount,
    ProposedAction,
    Refund,
    ResetAccess,
)
from cases.classification import Entities, IntentName
from cases.facts import Facts, Order, OrderStatus, SubscriptionStatus
from cases.money import Money
from cases.policy.rulebook import IntentRules, PaymentChoice, Rulebook
from cases.route import GuardFinding, SafetyFlag
from cases.ticket import Author, Ticket
from cases.words import in_words
from routing.effects import moved_by
from routing.named_records import order_meant
from routing.needs import payment_meant
from routing.refunds import asked_of, refund_bounds
from routing.wanted_values import only_one, wanted_address, wanted_email

SHORT_ID = re.compile(r"[A-Za-z0-9_.-]{1,40}")
"""An id that stands in a key as it is; a longer one, or one with other characters, as its hash."""


def propose_actions(
    rulebook: Rulebook,
    intents: tuple[IntentName, ...],
    entities: Entities,
    facts: Facts,
    request: str,
    findings: tuple[GuardFinding, ...] = (),
) -> tuple[ProposedAction, ...]:
    """What would be done for these intents, once each; an intent whose facts allow nothing proposes nothing.

    `request` is the id of the message that asks for it, the customer's newest.
    Nothing at all for a text that tries to instruct the system: whatever is done for it, a person thinks of.
    """
    if any(finding.flag is SafetyFlag.INSTRUCTIONS_IN_TEXT for finding in findings):
        return ()
    proposals: dict[str, ProposedAction] = {}
    for intent in intents:
        rules = rulebook.intents[intent]
        arguments = _arguments(rulebook, rules, entities, facts)
        if arguments is not None:
            moves = _moved_besides(rulebook, arguments, facts)
            if len(moves) > 1:
                continue  # No limit and no summary holds for money of several currencies: a person does it.
            proposal = proposed(rulebook, intent, arguments, request, next(iter(moves), None))
            proposals.setdefault(proposal.id, proposal)
    return tuple(proposals.values())


def asking_message(ticket: Ticket) -> str:
    """The id of the message that asks for what is proposed: the customer's newest."""
    asking = [message.id for message in ticket.messages if message.author is Author.CUSTOMER]
    return asking[-1] if asking else ticket.messages[-1].id


def proposed(
    rulebook: Rulebook, intent: IntentName, arguments: ActionArguments, request: str, moves: Money | None = None
) -> ProposedAction:
    """An action with the id that makes it one and the same however often it is proposed for one request.

    `moves` is the money that the shop moves besides.
    """
    return ProposedAction(
        id=action_id(arguments, request),
        request=request,
        intent=intent,
        arguments=arguments,
        moves=moves,
        summary=summary(arguments) + (f" · refunds {moves}" if moves else ""),
        reversible=rulebook.actions[arguments.kind].reversible,
    )


def asked_by(action: ProposedAction, request: str) -> ProposedAction:
    """The same action, asked for by another message: another request, and so another key."""
    return action.model_copy(update={"request": request, "id": action_id(action.arguments, request)})


def action_id(arguments: ActionArguments, request: str) -> str:
    """What makes an action one and the same: its kind and target, for a change what it is changed to, and who asked.

    What one message or one reviewer asks for happens once; asked for again by another, it is another action.
    """
    asked = request if SHORT_ID.fullmatch(request) else _digest(request, 16)
    match arguments:
        case ChangeAddress(address=new) | ChangeEmail(email=new) | ChangePlan(plan=new):
            return f"{arguments.kind}:{arguments.target}:{_digest(new, 8)}:{asked}"
        case _:
            return f"{arguments.kind}:{arguments.target}:{asked}"


def _digest(text: str, characters: int) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:characters]


def _moved_besides(rulebook: Rulebook, arguments: ActionArguments, facts: Facts) -> tuple[Money, ...]:
    if isinstance(arguments, Refund):
        return ()
    payments = tuple(payment for payment in facts.payments if payment.order_id == arguments.target)
    return moved_by(arguments, payments, rulebook.records.refund_on_cancel)


def exception_of(
    rulebook: Rulebook, action: ProposedAction, entities: Entities, facts: Facts, today: date
) -> str | None:
    """Why an action is outside the policy's rules, or None if it is within them. `today` is when it was asked for."""
    rules = rulebook.intents.get(action.intent)
    if action.kind is not ActionKind.REFUND or rules is None or rules.refund_of is PaymentChoice.CHARGED_TWICE:
        return None
    order = order_meant(entities, facts)
    if order is None:
        return "no order stands behind this refund"
    return _late(rulebook.actions[ActionKind.REFUND].within_days, order, today)


def _late(within_days: int | None, order: Order, today: date) -> str | None:
    match order.status:
        case OrderStatus.CANCELLED | OrderStatus.RETURNED:
            return None
        case OrderStatus.DELIVERED if order.delivered_on is not None and within_days is not None:
            last_day = order.delivered_on + timedelta(days=within_days)
            return None if today <= last_day else f"asked after {last_day}, the last day of {within_days}"
        case _:
            return f"order {order.id} is {in_words(order.status)}, not returned"


def summary(arguments: ActionArguments) -> str:
    """One line for a person: what happens to what."""
    match arguments:
        case Refund():
            return f"Refund {arguments.amount} of payment {arguments.payment_id}"
        case CancelOrder():
            return f"Cancel order {arguments.order_id}"
        case CancelSubscription():
            return f"Cancel subscription {arguments.subscription_id} at the end of the paid period"
        case ChangeAddress():
            return f"Send order {arguments.order_id} to {arguments.address}"
        case ChangeEmail():
            return f"Change the sign-in address of {arguments.customer_id} to {arguments.email}"
        case ChangePlan():
            return f"Move subscription {arguments.subscription_id} to the plan {arguments.plan}"
        case CloseAccount():
            return f"Close the account {arguments.customer_id} for good"
        case ResetAccess():
            return f"Send a reset link to the address on record of {arguments.customer_id}"


def _arguments(rulebook: Rulebook, rules: IntentRules, entities: Entities, facts: Facts) -> ActionArguments | None:
    order = order_meant(entities, facts)
    stoppable = order if order and order.status in rulebook.records.stoppable_orders else None
    account = facts.account if facts.account and not facts.account.closed else None
    subscription = facts.subscription
    if subscription is not None and subscription.status is SubscriptionStatus.CANCELLED:
        subscription = None
    match rules.action:
        case ActionKind.REFUND:
            payment = payment_meant(rules, entities, facts)
            return (
                Refund(payment_id=payment.id, amount=refund_bounds(asked_of(rules, entities), payment).amount)
                if payment
                else None
            )
        case ActionKind.CANCEL_ORDER if stoppable:
            return CancelOrder(order_id=stoppable.id)
        case ActionKind.CHANGE_ADDRESS if stoppable and (address := only_one(wanted_address(entities, facts))):
            return ChangeAddress(order_id=stoppable.id, address=address)
        case ActionKind.CANCEL_SUBSCRIPTION if subscription:
            return CancelSubscription(subscription_id=subscription.id)
        case ActionKind.CHANGE_PLAN if subscription and entities.plan and entities.plan != subscription.plan:
            return ChangePlan(subscription_id=subscription.id, plan=entities.plan)
        case ActionKind.CHANGE_EMAIL if account and (email := only_one(wanted_email(entities, facts))):
            return ChangeEmail(customer_id=account.id, email=email)
        case ActionKind.CLOSE_ACCOUNT if account:
            return CloseAccount(customer_id=account.id)
        case ActionKind.RESET_ACCESS if account:
            return ResetAccess(customer_id=account.id)
        case _:
            return None

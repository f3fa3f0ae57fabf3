"""What a customer says of values and records that only a person can settle before it is acted on."""

import re
from collections.abc import Sequence

from cases.action import OF_AN_ORDER, ActionKind, ProposedAction, Refund
from cases.asked_money import AskedWhole
from cases.classification import Entities, IntentName
from cases.facts import Facts
from cases.policy.rulebook import Rulebook
from cases.reason import Reason, ReasonCode
from routing.messages import reason
from routing.named_records import not_found
from routing.normal_text import folded
from routing.refunds import asked_of, refund_bounds, refunded_before
from routing.wanted_values import wanted_address, wanted_email


def doubts_of_amount(rulebook: Rulebook, action: ProposedAction, entities: Entities, facts: Facts) -> list[Reason]:
    """Why a person sets or confirms how much of a payment goes back."""
    if not isinstance(action.arguments, Refund):
        return []
    payment = next((paid for paid in facts.payments if paid.id == action.arguments.payment_id), None)
    if payment is None:
        return []
    before = refunded_before(payment)
    asked = asked_of(rulebook.intents.get(action.intent), entities)
    return [*([before] if before else []), *refund_bounds(asked, payment).doubts]


def doubts_of_items(action: ProposedAction, entities: Entities, facts: Facts, words: str) -> list[Reason]:
    """Why a person says how much goes back, where only some of what was ordered is named in the customer's `words`."""
    if not isinstance(action.arguments, Refund) or any(isinstance(asked, AskedWhole) for asked in entities.money):
        return []
    payment_id = action.arguments.payment_id
    payment = next((paid for paid in facts.payments if paid.id == payment_id), None)
    order = next((order for order in facts.orders if payment and order.id == payment.order_id), None)
    if payment is None or order is None or action.arguments.amount != payment.refundable:
        return []
    named = [item for item in order.items if _is_named(item, order.items, words)]
    if not named or len(named) == len(order.items):
        return []
    return [reason(ReasonCode.PART_UNCLEAR, words=", ".join(named))]


def _is_named(item: str, items: Sequence[str], words: str) -> bool:
    """Whether a word is said that this item has and no other: a name, and no colour or size that both have."""
    others = {word for other in items if other != item for word in _words(other)}
    said = _words(words)
    return any(word in said for word in _words(item) - others)


def _words(text: str) -> set[str]:
    """The words that can name a thing, in one form for one and several of it."""
    return {word.removesuffix("s") for word in re.findall(r"[^\W\d_]{4,}", folded(text))}


def doubts_of_reference(action: ProposedAction, entities: Entities, facts: Facts) -> list[Reason]:
    """Why a person looks where another number is named beside the order that was found."""
    lost = not_found(entities, facts) if action.kind in OF_AN_ORDER else ()
    return [
        reason(
            ReasonCode.AMBIGUOUS,
            what=f"{reference.written} is named too, and no such order was found: {action.summary}",
        )
        for reference in lost[:1]
    ]


def doubts_of_new_values(
    rulebook: Rulebook, intents: tuple[IntentName, ...], entities: Entities, facts: Facts
) -> list[Reason]:
    """Why a person says which of several new values is wanted."""
    wanted = {rulebook.intents[intent].action for intent in intents}
    named = (
        (ActionKind.CHANGE_ADDRESS, "address", wanted_address(entities, facts)),
        (ActionKind.CHANGE_EMAIL, "e-mail address", wanted_email(entities, facts)),
    )
    return [
        reason(ReasonCode.VALUE_UNCLEAR, what=what, values=" or ".join(values))
        for kind, what, values in named
        if kind in wanted and len(values) > 1
    ]

"""What a customer says of values and records that only a person can settle before it is acted on."""

from cases.action import OF_AN_ORDER, ActionKind, ProposedAction, Refund
from cases.classification import Entities, IntentName
from cases.facts import Facts
from cases.policy.rulebook import Rulebook
from cases.reason import Reason, ReasonCode
from routing.messages import reason
from routing.named_records import not_found
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

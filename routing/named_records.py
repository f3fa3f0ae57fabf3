"""Which records a customer names: what is found, what is named and not found, and the order that is meant.

A reference that matches no record of this customer is never replaced by another record. Whether somebody else has such
a record makes no difference, so that nobody learns of it here.
"""

from cases.classification import Entities
from cases.facts import Facts, LookupKind, Order
from cases.reference import Naming, Reference
from routing.references import squeezed

MOST_TOLD = 3
"""So many references are named in a question: whoever names more has pasted a list."""


def order_meant(entities: Entities, facts: Facts) -> Order | None:
    """The order the customer means: the one named last, or the only one there is where none is named.

    None where what they named last matches no order of theirs, or is one beside an order that does.
    """
    return meant_among(entities, facts, own_orders(facts))


def meant_among(entities: Entities, facts: Facts, orders: tuple[Order, ...]) -> Order | None:
    """The same, of these orders."""
    named = _newest(entities, facts)
    if not named:
        return orders[0] if len(orders) == 1 else None
    found = [order for reference in named if (order := found_order(reference, facts, orders)) is not None]
    lost = [reference for reference in named if found_order(reference, facts, orders) is None]
    if any(reference.candidates and reference.naming is Naming.ORDER for reference in lost):
        return None
    return found[-1] if found else None


def not_found(entities: Entities, facts: Facts) -> tuple[Reference, ...]:
    """What the customer named last and no record of theirs matches.

    Not told of what was not looked up, or of a number that may be of anything beside an order that was found.
    """
    orders = own_orders(facts)
    named = _newest(entities, facts)
    found = any(found_order(reference, facts, orders) is not None for reference in named)
    lost = tuple(
        reference
        for reference in named
        if found_order(reference, facts, orders) is None
        and _was_looked_up(reference, facts)
        and not (found and reference.naming is Naming.NUMBER)
    )
    return lost[:MOST_TOLD]


def told_of(entities: Entities, facts: Facts) -> Facts:
    """The facts that a reply may tell of: where orders are named, no others, and the payments of no others."""
    orders = own_orders(facts)
    found = [found_order(reference, facts, orders) for reference in entities.named]
    named = {order.id for order in found if order is not None}
    if not named:
        return facts
    return facts.model_copy(
        update={
            "orders": tuple(order for order in facts.orders if order.id in named),
            "payments": tuple(paid for paid in facts.payments if paid.order_id is None or paid.order_id in named),
        }
    )


def is_resolved(reference: Reference, facts: Facts) -> bool:
    """Whether a record of this customer matches, or its own look-up has not been made yet."""
    orders = own_orders(facts)
    if found_order(reference, facts, orders) is not None or _is_no_order(reference, facts):
        return True
    return not _was_looked_up(reference, facts)


def found_order(reference: Reference, facts: Facts, orders: tuple[Order, ...]) -> Order | None:
    """The order of these that a reference names: by its number, by its parcel's, or by that of its payment."""
    by_number = {order.id.upper(): order for order in reversed(orders)}
    named = next((by_number[number] for number in reference.candidates if number in by_number), None)
    if named is not None:
        return named
    plain = squeezed(reference.written)
    paid = {payment.order_id for payment in facts.payments if squeezed(payment.id) == plain}
    return next(
        (
            order
            for order in orders
            if plain in (squeezed(order.id), squeezed(order.tracking or "")) or order.id in paid
        ),
        None,
    )


def own_orders(facts: Facts) -> tuple[Order, ...]:
    """The orders of the account that was found; without an account, all."""
    account = facts.account
    return tuple(order for order in facts.orders if account is None or order.customer_id == account.id)


def _newest(entities: Entities, facts: Facts) -> tuple[Reference, ...]:
    """What the last part of the conversation names that names any: an answer to "which order?" replaces the rest."""
    named = tuple(reference for reference in entities.named if not _is_no_order(reference, facts))
    last = max((reference.turn for reference in named), default=0)
    return tuple(reference for reference in named if reference.turn == last)


def _is_no_order(reference: Reference, facts: Facts) -> bool:
    """Whether it names something else that is known: the membership, the account, or what was bought."""
    if any(order.id.upper() in reference.candidates for order in facts.orders):
        return False
    plain = squeezed(reference.written)
    others = {
        *([facts.subscription.id] if facts.subscription else []),
        *([facts.account.id] if facts.account else []),
        *(payment.id for payment in facts.payments if payment.order_id is None),
    }
    bought = (squeezed(item) for order in own_orders(facts) for item in order.items)
    return plain in map(squeezed, others) or (
        reference.naming is Naming.NUMBER and any(plain in item for item in bought)
    )


def _was_looked_up(reference: Reference, facts: Facts) -> bool:
    """Whether the shop was asked for it; what can be no order here needs no asking."""
    if any(failure.kind is LookupKind.ORDERS for failure in facts.failures):
        return False
    asked = {f"{LookupKind.ORDERS}:order_id:{number}" for number in reference.candidates}
    return asked <= set(facts.asked)

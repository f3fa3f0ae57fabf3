"""What an intent needs before it can be served: look-ups in the systems of record, and details from the customer."""

from collections.abc import Iterable

from cases.action import OF_AN_ORDER
from cases.classification import OTHER, Classification, Entities, IntentName
from cases.facts import Facts, LookupKind, LookupRequest, Payment, PaymentStatus
from cases.policy.records import RecordRules
from cases.policy.rulebook import Detail, IntentRules, PaymentChoice, Rulebook
from cases.ticket import Customer
from routing.named_records import is_resolved, meant_among, not_found, order_meant, own_orders
from routing.wanted_values import wanted_address, wanted_email


def intents_to_serve(rulebook: Rulebook, classification: Classification) -> tuple[IntentName, ...]:
    """The intents that are sure enough to be served; `other` only where there is nothing else."""
    first, *rest = classification.intents
    sure = [first.name, *(g.name for g in rest if g.confidence >= rulebook.thresholds.second_intent_confidence)]
    known = tuple(dict.fromkeys(name for name in sure if name in rulebook.intents and name != OTHER))
    wanted = tuple(name for name in known if _says_something_of_its_own(rulebook, name, known))
    return wanted or known or (OTHER,)


def _says_something_of_its_own(rulebook: Rulebook, name: IntentName, beside: tuple[IntentName, ...]) -> bool:
    rules = rulebook.intents[name]
    return not rules.only_alone and not any(other in beside for other in rules.not_beside)


def rules_of(rulebook: Rulebook, intents: Iterable[IntentName]) -> tuple[IntentRules, ...]:
    """The rules of these intents, in order."""
    return tuple(rulebook.intents[name] for name in intents)


def first_lookups(customer: Customer) -> tuple[LookupRequest, ...]:
    """What can be asked before anybody knows what the ticket is about: whose it is."""
    by_id = [LookupRequest(kind=LookupKind.CUSTOMER, by="customer_id", value=customer.id)] if customer.id else []
    email = customer.email.lower() if customer.email else None
    by_email = [LookupRequest(kind=LookupKind.CUSTOMER, by="email", value=email)] if email else []
    return (*by_id, *by_email)


def lookups_needed(
    rulebook: Rulebook, intents: tuple[IntentName, ...], entities: Entities, facts: Facts
) -> tuple[LookupRequest, ...]:
    """The questions these intents raise that have not been answered yet.

    An answer can raise the next question: an order names its customer, a customer has payments.
    """
    kinds = {kind for rules in rules_of(rulebook, intents) for kind in rules.lookups}
    wanted = [
        *(_about_customer(rulebook.records, entities, facts) if kinds else []),
        *_about_orders(rulebook.records, kinds, entities, facts),
        *_about_money(kinds, facts),
    ]
    return tuple(request for request in dict.fromkeys(wanted) if request.key not in facts.asked)


def _about_customer(rules: RecordRules, entities: Entities, facts: Facts) -> list[LookupRequest]:
    if facts.account is not None:
        return []
    named = entities.emails[: rules.named_emails]
    by_email = [LookupRequest(kind=LookupKind.CUSTOMER, by="email", value=email) for email in named]
    if not facts.orders:
        return by_email
    owner = facts.orders[0].customer_id
    return [*by_email, LookupRequest(kind=LookupKind.CUSTOMER, by="customer_id", value=owner)]


def _about_orders(rules: RecordRules, kinds: set[LookupKind], entities: Entities, facts: Facts) -> list[LookupRequest]:
    references = entities.named[-rules.named_orders :]
    if LookupKind.ORDERS not in kinds and not (LookupKind.PAYMENTS in kinds and references):
        return []
    named = [
        LookupRequest(kind=LookupKind.ORDERS, by="order_id", value=number)
        for reference in references
        for number in reference.candidates
    ]
    unsettled = not references or any(not is_resolved(reference, facts) for reference in references)
    if facts.account is None or not unsettled:
        return named
    # What no order is numbered may still be the number of a parcel or of a payment.
    return [*named, LookupRequest(kind=LookupKind.ORDERS, by="customer_id", value=facts.account.id)]


def _about_money(kinds: set[LookupKind], facts: Facts) -> list[LookupRequest]:
    if facts.account is None:
        return []
    return [
        LookupRequest(kind=kind, by="customer_id", value=facts.account.id)
        for kind in (LookupKind.PAYMENTS, LookupKind.SUBSCRIPTION)
        if kind in kinds
    ]


def in_focus(entities: Entities, facts: Facts) -> Facts:
    """The same facts, with the order the customer means first, and only what belongs to the account.

    Another customer's order is not a fact of this case, however its number got into the text.
    """
    own = own_orders(facts)
    meant = meant_among(entities, facts, own)
    orders = own if meant is None else (meant, *(order for order in own if order.id != meant.id))
    account = facts.account
    theirs = [payment for payment in facts.payments if account is None or payment.customer_id == account.id]
    payments = tuple(
        sorted(theirs, key=lambda payment: meant is None or payment.order_id != meant.id)
    )  # stable: the meant order's payments come first
    subscription = facts.subscription
    if subscription is not None and account is not None and subscription.customer_id != account.id:
        subscription = None
    return facts.model_copy(update={"orders": orders, "payments": payments, "subscription": subscription})


def payment_meant(rules: IntentRules, entities: Entities, facts: Facts) -> Payment | None:
    """The payment a refund is about, as the policy says for the intent."""
    if rules.refund_of is PaymentChoice.CHARGED_TWICE:
        return _charged_twice(entities, facts)
    order = order_meant(entities, facts)
    paid = [p for p in facts.payments if p.status is PaymentStatus.CAPTURED and p.refundable.amount > 0]
    return next((p for p in paid if order is not None and p.order_id == order.id), None)


def missing_details(rulebook: Rulebook, intent: IntentName, entities: Entities, facts: Facts) -> tuple[Detail, ...]:
    """What only the customer can tell us before this intent can be served."""
    failed = {failure.kind for failure in facts.failures}
    rules = rulebook.intents[intent]
    clearer = (Detail.PICTURE,) if rules.needs_attachments else ()
    named = (Detail.ORDER,) if _is_about_another_order(rules, entities, facts) else ()
    return tuple(
        detail
        for detail in dict.fromkeys((*rules.details, *named, *clearer))
        if _is_missing(detail, entities, facts) and _SOURCE_OF.get(detail) not in failed
    )


def _is_about_another_order(rules: IntentRules, entities: Entities, facts: Facts) -> bool:
    """Whether orders or payments are told of or acted on, and the order that is named for it was not found."""
    of_orders = LookupKind.ORDERS in rules.lookups or LookupKind.PAYMENTS in rules.lookups
    concerned = of_orders and (rules.action is None or rules.action in OF_AN_ORDER)
    return concerned and bool(not_found(entities, facts))


_SOURCE_OF = {
    Detail.ACCOUNT: LookupKind.CUSTOMER,
    Detail.ORDER: LookupKind.ORDERS,
    Detail.PAYMENT: LookupKind.PAYMENTS,
    Detail.SUBSCRIPTION: LookupKind.SUBSCRIPTION,
}
"""Where a detail is found: a customer is not asked for what our own look-up failed to fetch."""


def _is_missing(detail: Detail, entities: Entities, facts: Facts) -> bool:
    match detail:
        case Detail.ACCOUNT:
            return facts.account is None
        case Detail.ORDER:
            return order_meant(entities, facts) is None
        case Detail.PAYMENT:
            return not facts.payments
        case Detail.SUBSCRIPTION:
            return facts.subscription is None
        case Detail.NEW_EMAIL:
            return not wanted_email(entities, facts)
        case Detail.NEW_ADDRESS:
            return not wanted_address(entities, facts)
        case Detail.NEW_PLAN:
            return entities.plan is None
        case Detail.PICTURE:
            return facts.illegible is not None
        case Detail.CONFIRMATION:
            return False  # What the customer wants, their words say and no record.


def _charged_twice(entities: Entities, facts: Facts) -> Payment | None:
    captured = [p for p in facts.payments if p.status is PaymentStatus.CAPTURED and p.order_id is not None]
    if entities.named:
        order = order_meant(entities, facts)
        captured = [p for p in captured if order is not None and p.order_id == order.id]
    twins = [
        later
        for later in captured
        if any(
            earlier.id < later.id and earlier.order_id == later.order_id and earlier.amount == later.amount
            for earlier in captured
        )
    ]
    return next((payment for payment in twins if payment.refundable.amount > 0), None)


def passages_for(rulebook: Rulebook, intents: tuple[IntentName, ...], facts: Facts) -> Facts:
    """The same facts, with only the passages of articles that can answer one of these intents."""
    named = [rules.articles for rules in rules_of(rulebook, intents)]
    if not named or not all(named):
        return facts
    allowed = {article for articles in named for article in articles}
    kept = tuple(passage for passage in facts.passages if passage.article_id in allowed)
    return facts.model_copy(update={"passages": kept})

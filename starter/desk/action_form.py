"""The action card: the typed arguments of a proposed action as fields, and what a reviewer made of them."""

from collections.abc import Mapping, Sequence
from decimal import Decimal, InvalidOperation
from enum import StrEnum

from pydantic import ValidationError

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
from cases.errors import InvalidDecision
from cases.facts import Account, Facts, Order, Payment, Subscription
from cases.money import Money
from cases.record import Record

CENTS = 2
"""Decimals of an amount."""


TARGETS: dict[ActionKind, str] = {
    ActionKind.REFUND: "payment",
    ActionKind.CANCEL_ORDER: "order",
    ActionKind.CHANGE_ADDRESS: "order",
    ActionKind.CANCEL_SUBSCRIPTION: "subscription",
    ActionKind.CHANGE_PLAN: "subscription",
    ActionKind.CHANGE_EMAIL: "account",
    ActionKind.CLOSE_ACCOUNT: "account",
    ActionKind.RESET_ACCESS: "account",
}
"""What kind of record each action changes."""


class FieldKind(StrEnum):
    """What a field takes."""

    AMOUNT = "amount"
    TEXT = "text"
    EMAIL = "email"


class ArgumentField(Record):
    """One argument that may be edited."""

    name: str
    label: str
    kind: FieldKind
    value: str
    unit: str = ""
    hint: str = ""


class ActionCard(Record):
    """One proposed action as it is shown."""

    place: int
    action: ProposedAction
    fields: tuple[ArgumentField, ...]
    record: tuple[tuple[str, str], ...]
    """What the system of record says of the target."""
    earlier: bool = False
    """Whether it was asked for earlier, and is done only if a person takes it up."""

    @property
    def target(self) -> str:
        """What kind of record it changes."""
        return TARGETS[self.action.kind]

    @property
    def keep_name(self) -> str:
        """The name of the box that says whether it is done at all."""
        return f"do-{self.place}"


def action_cards(
    actions: Sequence[ProposedAction], facts: Facts, earlier: Sequence[ProposedAction] = ()
) -> tuple[ActionCard, ...]:
    """A card for each proposed action, then for each that was asked for earlier."""
    return tuple(
        ActionCard(
            place=place,
            action=action,
            fields=_fields(place, action.arguments, facts),
            record=_record(action, facts),
            earlier=place >= len(actions),
        )
        for place, action in enumerate((*actions, *earlier))
    )


def edited_actions(
    actions: Sequence[ProposedAction],
    facts: Facts,
    form: Mapping[str, str],
    earlier: Sequence[ProposedAction] = (),
) -> tuple[ActionArguments, ...] | None:
    """What was made of the actions, or None where nothing was changed. Raises InvalidDecision naming the field."""
    wanted = tuple(
        _edited(card.action.arguments, card.place, form, facts)
        for card in action_cards(actions, facts, earlier)
        if card.keep_name in form
    )
    return None if wanted == kept_actions(actions) else wanted


def kept_actions(actions: Sequence[ProposedAction]) -> tuple[ActionArguments, ...]:
    """The arguments of the actions as they are."""
    return tuple(action.arguments for action in actions)


def _fields(place: int, arguments: ActionArguments, facts: Facts) -> tuple[ArgumentField, ...]:
    match arguments:
        case Refund(amount=amount):
            payment = _payment(facts, arguments.payment_id)
            hint = f"at most {payment.refundable}" if payment else ""
            return (_field(place, "amount", FieldKind.AMOUNT, f"{amount.amount:.2f}", amount.currency, hint),)
        case ChangeAddress(address=address):
            return (_field(place, "address", FieldKind.TEXT, address),)
        case ChangeEmail(email=email):
            return (_field(place, "email", FieldKind.EMAIL, email),)
        case ChangePlan(plan=plan):
            return (_field(place, "plan", FieldKind.TEXT, plan),)
        case CancelOrder() | CancelSubscription() | CloseAccount() | ResetAccess():
            return ()


def _field(place: int, label: str, kind: FieldKind, value: str, unit: str = "", hint: str = "") -> ArgumentField:
    return ArgumentField(
        name=f"{label}-{place}", label=label.capitalize(), kind=kind, value=value, unit=unit, hint=hint
    )


def _edited(arguments: ActionArguments, place: int, form: Mapping[str, str], facts: Facts) -> ActionArguments:
    match arguments:
        case Refund():
            money = _money(form.get(f"amount-{place}"), arguments, _payment(facts, arguments.payment_id))
            return arguments if money == arguments.amount else arguments.model_copy(update={"amount": money})
        case ChangeAddress():
            return _with(arguments, "address", form.get(f"address-{place}"))
        case ChangeEmail():
            return _with(arguments, "email", form.get(f"email-{place}"))
        case ChangePlan():
            return _with(arguments, "plan", form.get(f"plan-{place}"))
        case CancelOrder() | CancelSubscription() | CloseAccount() | ResetAccess():
            return arguments


def _with(arguments: ActionArguments, name: str, typed: str | None) -> ActionArguments:
    if typed is None:
        return arguments
    try:
        return type(arguments).model_validate({**arguments.model_dump(), name: typed.strip()})
    except ValidationError as error:
        raise InvalidDecision(
            name, f"{typed!r} cannot be taken ({error.errors()[0]['msg'].lower()}).", "Mend it, and send it again."
        ) from error


def _money(typed: str | None, refund: Refund, payment: Payment | None) -> Money:
    """The amount that was typed. Raises InvalidDecision for what cannot go back."""
    if typed is None:
        return refund.amount
    try:
        amount = Decimal(typed.strip().replace(",", "."))
    except InvalidOperation:
        amount = Decimal("NaN")
    if not amount.is_finite() or amount != round(amount, CENTS):
        raise InvalidDecision("Amount", f"“{typed}” is not an amount.", "Write it as 20.00.")
    if amount <= 0:
        raise InvalidDecision("Amount", f"{typed} is not more than zero.", "To send nothing back, reject instead.")
    money = Money(amount=round(amount, CENTS), currency=refund.amount.currency)
    refundable = payment.refundable if payment else refund.amount
    if money.exceeds(refundable):
        raise InvalidDecision(
            "Amount", f"{money} is more than the {refundable} that can still go back.", "Write a smaller amount."
        )
    return money


def _payment(facts: Facts, payment_id: str) -> Payment | None:
    return next((payment for payment in facts.payments if payment.id == payment_id), None)


def _record(action: ProposedAction, facts: Facts) -> tuple[tuple[str, str], ...]:
    target = action.arguments.target
    known: list[Payment | Order | Subscription | Account] = [
        *facts.payments,
        *facts.orders,
        *([facts.subscription] if facts.subscription else []),
        *([facts.account] if facts.account else []),
    ]
    found = next((record for record in known if record.id == target), None)
    return () if found is None else tuple(_told(found, facts))


def _told(record: Payment | Order | Subscription | Account, facts: Facts) -> list[tuple[str, str]]:
    match record:
        case Payment():
            order = next((order for order in facts.orders if order.id == record.order_id), None)
            return [
                ("paid", f"{record.amount} on {record.paid_on} by {record.method}"),
                ("refunded so far", str(record.refunded)),
                ("can go back", str(record.refundable)),
                ("payment", record.status),
                *([("order", f"{order.id}, {order.status}")] if order else []),
            ]
        case Order():
            return [
                ("order", record.status),
                ("placed", str(record.placed_on)),
                *([("shipped", str(record.shipped_on))] if record.shipped_on else []),
                ("total", str(record.total)),
                *([("goes to", record.address)] if record.address else []),
            ]
        case Subscription():
            renews = [("renews", str(record.renews_on))] if record.renews_on else []
            return [("plan", record.plan), ("status", record.status), ("price", str(record.price)), *renews]
        case Account():
            closed = "closed" if record.closed else "open"
            return [("account", f"{record.name}, {closed}"), ("address on record", record.email), ("tier", record.tier)]

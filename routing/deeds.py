"""Deeds: whether a reply tells of what is done as it is done, with its amount and its order."""

from collections.abc import Sequence
from decimal import Decimal

from cases.action import OF_AN_ORDER, ProposedAction
from cases.draft import Source
from routing.figures import Figure, money_in
from routing.normal_text import folded, normal
from routing.promises import Promise, orders_named


def told_otherwise(promise: Promise, actions: Sequence[ProposedAction], sources: Sequence[Source]) -> str | None:
    """The amount or the order a sentence names that is none of these actions', all of its kind; None if it fits.

    A sentence may name others besides: "50 EUR of the 80 EUR you paid".
    """
    return _other_amount(promise.sentence, actions) or _other_order(promise, actions, sources)


def _other_amount(sentence: str, actions: Sequence[ProposedAction]) -> str | None:
    named = money_in(normal(sentence))
    moved = [action.value for action in actions if action.value is not None]
    if not named or not moved:
        return None
    total = sum((value.amount for value in moved), Decimal(0))
    cleared = [(value.currency, amount) for value in moved for amount in (value.amount, total)]
    return None if any(_is(figure, *money) for figure in named for money in cleared) else named[0].written


def _is(figure: Figure, currency: str, amount: Decimal) -> bool:
    return figure.unit == currency and amount in figure.readings


def _other_order(promise: Promise, actions: Sequence[ProposedAction], sources: Sequence[Source]) -> str | None:
    named = orders_named(promise.sentence, sources) if promise.kind in OF_AN_ORDER else ()
    changed = [record for action in actions for record in _record_of(action, sources)]
    if not changed or not named or any(order in record for order in named for record in changed):
        return None
    return named[0].upper()


def _record_of(action: ProposedAction, sources: Sequence[Source]) -> list[str]:
    target = action.arguments.target
    return [folded(source.text) for source in sources if source.id.partition(":")[2] == target]

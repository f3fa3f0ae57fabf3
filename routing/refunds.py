"""How much of a payment goes back: no more than the customer asks for, and no more than is left of it."""

from decimal import ROUND_HALF_UP, Decimal
from typing import NamedTuple

from cases.asked_money import AskedAmount, AskedMoney, AskedPart, AskedShare, AskedWhole, Bearing
from cases.classification import Entities
from cases.facts import Payment
from cases.money import Money
from cases.policy.rulebook import IntentRules, PaymentChoice
from cases.reason import Reason, ReasonCode
from routing.messages import reason


class RefundBounds(NamedTuple):
    """What is proposed to go back, and why a person must say whether it is that."""

    amount: Money
    doubts: tuple[Reason, ...]


def refund_bounds(asked: tuple[AskedMoney, ...], payment: Payment) -> RefundBounds:
    """What of a payment goes back for what is asked.

    Where the words leave it open, the smallest that can be meant is proposed: what is missing can follow, and what has
    gone out too much does not come back. Of a part without a size all is proposed, because no amount would be right.
    """
    refundable = payment.refundable
    asked = _without_what_was_paid(asked, payment)
    # Of the same amount said twice, that it was asked for counts.
    by_bearing = sorted(asked, key=lambda words: words.bearing is Bearing.ASKED)
    sizes = {size: words for words in by_bearing if (size := _size(words, payment)) is not None}
    fitting = [size for size in sizes if Decimal(0) < size.amount < refundable.amount]
    amount = min(fitting, key=lambda size: size.amount, default=refundable)
    doubts = [
        *_of_other_currencies(asked, payment),
        *_of_several(sizes),
        *_of_too_much_or_nothing(sizes, refundable),
        *_of_what_is_only_mentioned(sizes, fitting),
        *_of_parts(asked, sizes, fitting),
    ]
    return RefundBounds(amount, tuple(dict.fromkeys(doubts)))


def _without_what_was_paid(asked: tuple[AskedMoney, ...], payment: Payment) -> tuple[AskedMoney, ...]:
    """Without the report of what was paid, where something else is asked for: "I paid 39.90, please refund 10"."""
    whole = (payment.amount, payment.refundable)
    more = [words for words in asked if words.bearing is Bearing.ASKED and _size(words, payment) not in (*whole, None)]
    if not more:
        return asked
    return tuple(
        words
        for words in asked
        if not (
            isinstance(words, AskedAmount) and words.bearing is Bearing.MENTIONED and _size(words, payment) in whole
        )
    )


def _size(asked: AskedMoney, payment: Payment) -> Money | None:
    """The money that is named, in the payment's currency; None where none is. What was paid is what is left of it."""
    match asked:
        case AskedAmount() if asked.currency in (None, payment.amount.currency):
            named = Money(amount=asked.amount, currency=payment.amount.currency)
        case AskedShare():
            named = share_of(payment.amount, asked)
        case AskedWhole():
            named = payment.amount
        case _:
            return None
    return payment.refundable if named == payment.amount else named


def share_of(paid: Money, share: AskedShare) -> Money:
    """A share of an amount, rounded half up to the smallest unit of its currency."""
    exact = paid.amount * share.numerator / share.denominator
    return Money(amount=exact.quantize(paid.smallest_unit, ROUND_HALF_UP), currency=paid.currency)


def _of_other_currencies(asked: tuple[AskedMoney, ...], payment: Payment) -> list[Reason]:
    return [
        _unclear(f"asked for {words.amount} {words.currency}, and it was paid in {payment.amount.currency}")
        for words in asked
        if isinstance(words, AskedAmount) and words.currency not in (None, payment.amount.currency)
    ]


def _of_several(sizes: dict[Money, AskedMoney]) -> list[Reason]:
    if len(sizes) < 2:
        return []
    return [_unclear(f"several amounts are named: {', '.join(words.written for words in sizes.values())}")]


def _of_too_much_or_nothing(sizes: dict[Money, AskedMoney], refundable: Money) -> list[Reason]:
    return [
        _unclear(f"asked for {size}, {refundable} can be refunded")
        for size in sizes
        if size.exceeds(refundable) or size.amount == 0
    ]


def _of_what_is_only_mentioned(sizes: dict[Money, AskedMoney], fitting: list[Money]) -> list[Reason]:
    return [
        _unclear(f"“{sizes[size].written}” is named, and not clearly as what is asked for")
        for size in fitting
        if sizes[size].bearing is Bearing.MENTIONED
    ]


def _of_parts(asked: tuple[AskedMoney, ...], sizes: dict[Money, AskedMoney], fitting: list[Money]) -> list[Reason]:
    """A part without a size, unless how much is asked for stands beside it."""
    parts = [words for words in asked if isinstance(words, AskedPart)]
    sized = any(sizes[size].bearing is Bearing.ASKED for size in fitting)
    whole = any(isinstance(words, AskedWhole) and words.bearing is Bearing.ASKED for words in asked)
    if sized or (whole and all(part.bearing is Bearing.MENTIONED for part in parts)):
        return []
    return [reason(ReasonCode.PART_UNCLEAR, words=part.written) for part in parts[:1]]


def _unclear(what: str) -> Reason:
    return reason(ReasonCode.AMOUNT_UNCLEAR, what=what)


def asked_of(rules: IntentRules | None, entities: Entities) -> tuple[AskedMoney, ...]:
    """What is asked of the payment that an intent is about: "one of them", said of two payments, is one of those."""
    if rules is None or rules.refund_of is not PaymentChoice.CHARGED_TWICE:
        return entities.money
    return tuple(asked for asked in entities.money if not isinstance(asked, AskedPart))


def refunded_before(payment: Payment) -> Reason | None:
    """Why a person looks at a payment of which money has gone back already."""
    if payment.refunded.amount <= 0:
        return None
    return reason(ReasonCode.PARTLY_REFUNDED, refunded=payment.refunded.amount, paid=payment.amount)

"""Other open cases that a decision must know of: of the same customer, or about the same record."""

from pydantic import AwareDatetime

from cases.action import ProposedAction
from cases.classification import IntentName
from cases.facts import Facts
from cases.outcome import Stage
from cases.record import Record


class OtherCase(Record):
    """Another case that is still open."""

    case_id: str
    stage: Stage
    intents: tuple[IntentName, ...]
    proposed: tuple[str, ...] = ()
    """What it proposes, one line each."""
    records: tuple[str, ...] = ()
    """The records that would be changed by it, and the orders behind them."""
    opened_at: AwareDatetime


def records_at_stake(actions: tuple[ProposedAction, ...], facts: Facts) -> tuple[str, ...]:
    """The records that these actions change, and the orders behind payments: two cases meet at any of them."""
    targets = [action.arguments.target for action in actions]
    orders = [payment.order_id for payment in facts.payments if payment.id in targets and payment.order_id]
    return tuple(dict.fromkeys((*targets, *orders)))

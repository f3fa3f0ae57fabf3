"""The records that an action rests on, as they were read at one moment."""

from pydantic import AwareDatetime

from cases.facts import Account, Order, Payment, Subscription
from cases.record import Record


class TargetRecords(Record):
    """What an action changes, and what was looked at to decide on it.

    A decision carries them as it saw them; they are read again right before the action, and once more after it.
    """

    target: str
    """The id of the record that the action changes; it is one of these records, or it was not found."""
    read_at: AwareDatetime
    account: Account | None = None
    order: Order | None = None
    payments: tuple[Payment, ...] = ()
    """The payment that goes back, or those that were made for the order."""
    subscription: Subscription | None = None

    @property
    def touched(self) -> tuple[str, ...]:
        """The ids of all that the action may change: the target, and with an order what was paid for it.

        Two actions that touch one record never run at the same time.
        """
        return tuple(dict.fromkeys((self.target, *(payment.id for payment in self.payments))))

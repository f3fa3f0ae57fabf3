"""What the ledger answers when an action's intent is recorded, before the deed."""

from typing import Literal

from cases.action import ActionResult
from cases.money import Money
from cases.record import Record


class Reserved(Record):
    """The intent stands in the ledger.

    `repeated`: it stood there before, so an earlier try may have got through; look it up by key first.
    """

    kind: Literal["reserved"] = "reserved"
    repeated: bool


class AlreadySettled(Record):
    """The action has ended before, and this is how."""

    kind: Literal["already_settled"] = "already_settled"
    result: ActionResult


class OverLimit(Record):
    """The action would move more money than a limit allows; nothing was recorded as intended."""

    kind: Literal["over_limit"] = "over_limit"
    which: str
    """`customer` or `tenant`."""
    used: Money
    limit: Money


Reservation = Reserved | AlreadySettled | OverLimit

"""What the ledger answers when an action's intent is recorded, before it is carried out."""

from typing import Literal

from pydantic import AwareDatetime

from cases.action import ActionArguments, ActionKind, ActionResult
from cases.money import Money
from cases.record import Record
from cases.target_records import TargetRecords


class Sent(Record):
    """An action was sent to the system of record, and may have happened."""

    at: AwareDatetime
    """When it was first sent. Recorded before sending, so it may also never have got there."""
    before: TargetRecords
    """The records as they were read right before."""


class Sending(Record):
    """An action stands in the ledger as sent. `mine`: by this try, which alone may send it now."""

    sent: Sent
    mine: bool


class Done(Record):
    """An action that was executed, and the money that moved with it."""

    arguments: ActionArguments
    moved: Money | None = None


class Reserved(Record):
    """The intent stands in the ledger, and no other action about the same records runs until it is settled."""

    kind: Literal["reserved"] = "reserved"
    sent: Sent | None = None
    """What an earlier try has sent: it is looked up before anything else."""
    together: tuple[Done, ...] = ()
    """What was executed for the same request since its decision read the records: the decision counted on it."""


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


class Unsettled(Record):
    """An action that was intended and has not ended, as the ledger knows it."""

    key: str
    case_id: str
    action_id: str
    arguments: ActionArguments
    moves: Money | None = None
    sent: Sent


class UnknownAction(Record):
    """An action of which nobody knows how it ended, for the person who looks."""

    key: str
    case_id: str
    kind: ActionKind
    target: str
    value: Money | None = None
    intended_at: AwareDatetime


class TargetBusy(Record):
    """Another action about the same record is under way, or nobody knows yet how it ended. Nothing was recorded."""

    kind: Literal["target_busy"] = "target_busy"
    case_id: str
    action: ActionKind
    target: str
    abandoned: Unsettled | None = None
    """What was sent so long ago that whoever sent it is gone: it can be looked up, and then it is settled."""


class TargetChanged(Record):
    """Another action about the same record was executed after the decision read it. Nothing was recorded."""

    kind: Literal["target_changed"] = "target_changed"
    case_id: str
    action: ActionKind
    target: str
    at: AwareDatetime


Reservation = Reserved | AlreadySettled | OverLimit | TargetBusy | TargetChanged

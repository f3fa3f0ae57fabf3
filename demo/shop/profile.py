"""What kind of shop it is: real ones differ in what makes an action safe to repeat, and in what a cancellation does."""

from enum import StrEnum
from typing import Annotated

from pydantic import Field

from cases.action import RefundOnCancel
from cases.record import Record


class Keys(StrEnum):
    """Whether the shop knows an action by its key."""

    KEPT = "kept"
    """The same key again is the same action."""
    UNKNOWN = "unknown"
    """There are no keys: what is asked for twice is done twice. A refund keeps the note that came with it."""


class ShopProfile(Record):
    """One kind of shop."""

    keys: Keys = Keys.KEPT
    refund_on_cancel: RefundOnCancel = RefundOnCancel.NOTHING
    request_seconds: Annotated[float, Field(gt=0)] = 300
    """The shop's own timeout: no request is carried out later than this after it came."""

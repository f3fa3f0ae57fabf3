"""What a case may do with the systems of record: how much it asks them, and whom it tells what they said."""

from typing import Annotated

from pydantic import Field

from cases.action import RefundOnCancel
from cases.facts import IdentityStrength, OrderStatus
from cases.record import Record


class RecordRules(Record):
    """How many records are looked up for one ticket, and what may come of them."""

    lookup_tries: Annotated[int, Field(ge=1, le=5)] = 2
    """How often a question is asked whose answer fails: reading is safe to repeat."""
    named_orders: Annotated[int, Field(ge=1, le=20)] = 3
    """So many of the orders a customer names are looked up, the last ones: the one named last is the one meant."""
    named_emails: Annotated[int, Field(ge=1, le=10)] = 2
    """So many of the addresses a customer names, the first ones: the account's own comes before a new one."""
    stoppable_orders: tuple[OrderStatus, ...] = (OrderStatus.PLACED, OrderStatus.PACKED)
    """Where an order may be and still be cancelled or sent elsewhere: not yet on its way."""
    refund_on_cancel: RefundOnCancel = RefundOnCancel.NOTHING
    """What the shop does by itself with the money of an order that it cancels. It stands on what a person approves and
    counts against the limits; a shop that does otherwise than said here is not asked to cancel."""
    told_from: IdentityStrength = IdentityStrength.MATCHED
    """How sure we must be of the sender for a reply to tell of records without a person."""
    others_count_as: IdentityStrength = IdentityStrength.CLAIMED
    """How sure we are at most, once somebody else than the ticket's customer has written there: they may know the
    customer, and are not the customer."""

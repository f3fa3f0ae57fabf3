"""A reference: what a customer names a record by, as they write it."""

from enum import StrEnum
from typing import Annotated

from pydantic import Field, StringConstraints

from cases.record import Record


class Naming(StrEnum):
    """How a text names a record."""

    ORDER = "order"
    """By a number that has the form of this shop's orders, or that the words call an order's."""
    NUMBER = "number"
    """By a number of which the words do not say what it is of: a parcel's, a payment's."""


class Reference(Record):
    """Something that looks like the number of an order, whether such an order exists or not."""

    written: Annotated[str, StringConstraints(min_length=1, max_length=60)]
    candidates: tuple[str, ...] = ()
    """The order numbers of this shop that may be meant, the likeliest first; none: no order here is written so."""
    naming: Naming = Naming.ORDER
    turn: Annotated[int, Field(ge=0)] = 0
    """The part of the conversation that names it last, counted from the oldest one kept."""

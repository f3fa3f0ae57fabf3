"""How much money a customer asks for, as far as they say: an amount, a share, a part of unknown size, or all of it."""

from decimal import Decimal
from enum import StrEnum
from typing import Annotated, Literal

from pydantic import Field, StringConstraints

from cases.money import CurrencyCode, Money
from cases.record import Record

Words = Annotated[str, StringConstraints(min_length=1, max_length=80)]
"""The customer's own words, for a person to read."""


class Bearing(StrEnum):
    """What an amount in a text has to do with the money asked for."""

    ASKED = "asked"
    """It stands in a sentence that asks for money back."""
    MENTIONED = "mentioned"
    """It stands elsewhere: a price, what was paid, a fee."""


class AskedAmount(Record):
    """A named amount. Without a currency it is meant in that of the payment."""

    kind: Literal["amount"] = "amount"
    amount: Annotated[Decimal, Field(ge=0, max_digits=14, decimal_places=2)]
    currency: CurrencyCode | None = None
    bearing: Bearing = Bearing.ASKED
    written: Words

    @property
    def money(self) -> Money | None:
        """The amount with its currency, where it has one."""
        return Money(amount=self.amount, currency=self.currency) if self.currency is not None else None

    @classmethod
    def of(cls, money: Money) -> "AskedAmount":
        """An amount that somebody gave as such, a reviewer for instance."""
        return cls(amount=money.amount, currency=money.currency, written=str(money))


class AskedShare(Record):
    """A named share of the payment: `numerator` of `denominator` parts."""

    kind: Literal["share"] = "share"
    numerator: Annotated[int, Field(ge=0)]
    denominator: Annotated[int, Field(ge=1)]
    bearing: Bearing = Bearing.ASKED
    written: Words


class AskedPart(Record):
    """A part whose size the words do not tell: "one of the three pairs"."""

    kind: Literal["part"] = "part"
    bearing: Bearing = Bearing.ASKED
    written: Words


class AskedWhole(Record):
    """All of it, in so many words: "the full amount"."""

    kind: Literal["whole"] = "whole"
    bearing: Bearing = Bearing.ASKED
    written: Words


AskedMoney = Annotated[AskedAmount | AskedShare | AskedPart | AskedWhole, Field(discriminator="kind")]

"""Money: an exact amount and its currency, never one without the other."""

from collections.abc import Iterable
from decimal import Decimal
from typing import Annotated

from pydantic import Field, StringConstraints

from cases.errors import CurrencyMismatch
from cases.record import Record

CurrencyCode = Annotated[str, StringConstraints(pattern=r"^[A-Z]{3}$")]
"""An ISO 4217 code."""


WITHOUT_CENTS = frozenset({"CLP", "ISK", "JPY", "KRW", "PYG", "UGX", "VND", "XAF", "XOF", "XPF"})
"""Currencies whose smallest unit is the unit itself: those of ISO 4217 with a minor unit of 0 that shops use."""


def totals(amounts: Iterable["Money"]) -> tuple["Money", ...]:
    """The sum of each currency, in the order in which they come first."""
    sums: dict[str, Money] = {}
    for amount in amounts:
        sums[amount.currency] = sums[amount.currency] + amount if amount.currency in sums else amount
    return tuple(sums.values())


class Money(Record):
    """An amount of one currency, to the cent; compared and added only within that currency."""

    amount: Annotated[Decimal, Field(max_digits=14, decimal_places=2)]
    currency: CurrencyCode

    @property
    def smallest_unit(self) -> Decimal:
        """The smallest amount of this currency that money moves in."""
        return Decimal(1) if self.currency in WITHOUT_CENTS else Decimal("0.01")

    def __str__(self) -> str:
        return f"{self.amount:.2f} {self.currency}"

    def __add__(self, other: "Money") -> "Money":
        """The sum. Raises CurrencyMismatch for two currencies."""
        self._require_same_currency(other)
        return Money(amount=self.amount + other.amount, currency=self.currency)

    def __sub__(self, other: "Money") -> "Money":
        """The difference. Raises CurrencyMismatch for two currencies."""
        self._require_same_currency(other)
        return Money(amount=self.amount - other.amount, currency=self.currency)

    def exceeds(self, limit: "Money") -> bool:
        """Whether this is more than the limit. Raises CurrencyMismatch for two currencies."""
        self._require_same_currency(limit)
        return self.amount > limit.amount

    def _require_same_currency(self, other: "Money") -> None:
        if self.currency != other.currency:
            raise CurrencyMismatch(self.currency, other.currency)

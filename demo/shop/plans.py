"""The plans of Acme Club and what a month of each costs."""

from decimal import Decimal

from cases.money import Money

MONTHLY_PRICES = {
    "basic": {"EUR": Decimal("4.90"), "USD": Decimal("5.90"), "TRY": Decimal("149.90")},
    "plus": {"EUR": Decimal("9.90"), "USD": Decimal("11.90"), "TRY": Decimal("299.90")},
    "business": {"EUR": Decimal("29.90"), "USD": Decimal("34.90"), "TRY": Decimal("899.90")},
}
"""Price by plan and currency."""


def price_of(plan: str, currency: str) -> Money | None:
    """What a month of the plan costs, or None where it is not sold in that currency or not at all."""
    amount = MONTHLY_PRICES.get(plan, {}).get(currency)
    return None if amount is None else Money(amount=amount, currency=currency)

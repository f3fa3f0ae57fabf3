"""How people review: as a policy's owner writes it."""

from datetime import timedelta
from decimal import Decimal

from pydantic import ValidationInfo, field_validator

from cases.policy.rulebook import ActionRules, ReviewTimes


class WrittenReviewTimes(ReviewTimes):
    """Times in which somebody can review."""

    @field_validator("claim")
    @classmethod
    def _long_enough_to_decide(cls, claim: timedelta) -> timedelta:
        if claim <= timedelta(0):
            raise ValueError("a claim must last some time; write as long as people need to decide, such as 3m")
        return claim


class WrittenActionRules(ActionRules):
    """Action rules whose second approver comes after the first, never without one."""

    @field_validator("second_approver_above")
    @classmethod
    def _after_the_first(cls, limits: dict[str, Decimal], written: ValidationInfo) -> dict[str, Decimal]:
        first: dict[str, Decimal] = written.data.get("review_above", {})
        for currency, limit in limits.items():
            alone = first.get(currency)
            if alone is not None and limit < alone:
                raise ValueError(
                    f"two people would clear {currency} above {limit}, but up to {alone} nobody is asked at all; give "
                    "it at least what `review_above` has, or that one less"
                )
        return limits

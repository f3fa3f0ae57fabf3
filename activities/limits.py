"""Looking ahead: whether the limits on moved money allow what is proposed, before anybody approves it."""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Protocol

from temporalio import activity

from activities.policies import PolicyShelf
from cases.policy.rulebook import ValueLimits
from cases.reservation import OverLimit
from cases.work import ActRequest, LimitAhead, LimitRequest


class MovedMoney(Protocol):
    """What this needs of the ledger."""

    async def limit_ahead(self, requests: Sequence[ActRequest], limits: ValueLimits, now: datetime) -> OverLimit | None:
        """The limit that these actions of one case would break together, if they were done now."""
        ...


class LookingAhead:
    """Compares proposals with what has moved so far."""

    def __init__(self, moved: MovedMoney, policies: PolicyShelf) -> None:
        self._moved = moved
        self._policies = policies

    @activity.defn
    async def limit_ahead(self, request: LimitRequest) -> LimitAhead:
        """The limit that would refuse the actions, if any would. Records nothing."""
        limits = (await self._policies.version(request.policy_version)).document.value_limits
        return LimitAhead(over=await self._moved.limit_ahead(request.requests, limits, datetime.now(UTC)))

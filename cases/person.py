"""A person who uses the desk: who they are, and what they may do."""

from decimal import Decimal
from enum import StrEnum
from typing import Annotated

from pydantic import Field, StringConstraints

from cases.money import CurrencyCode, Money
from cases.record import Record
from cases.ticket import Slug


class Role(StrEnum):
    """What somebody is on the desk for; a person may have several."""

    AGENT = "agent"
    """Decides what cases are held for, as far as the policy lets agents approve."""
    REVIEWER = "reviewer"
    """Decides whatever cases are held for."""
    LEAD = "lead"
    """Decides too, also what is escalated, and looks after the queue and the audit."""
    OPS = "ops"
    """Keeps Signalbox running."""


class Person(Record):
    """One person, by the name they sign in with."""

    name: Slug
    display_name: Annotated[str, StringConstraints(min_length=1, max_length=100)]
    roles: Annotated[frozenset[Role], Field(min_length=1)]
    approval_limits: dict[CurrencyCode, Decimal] = {}
    """Up to how much this person may approve, by currency; none of a currency that is not named."""

    @property
    def may_decide(self) -> bool:
        """Whether they may decide what a case is held for; what they may approve, `routing/approval_rights.py` says."""
        return bool(self.roles & {Role.AGENT, Role.REVIEWER, Role.LEAD})

    @property
    def may_approve_all(self) -> bool:
        """Whether they may approve every kind of action."""
        return bool(self.roles & {Role.REVIEWER, Role.LEAD})

    @property
    def may_lead(self) -> bool:
        """Whether they may do what leads do."""
        return Role.LEAD in self.roles

    def may_approve(self, amount: Money | None) -> bool:
        """Whether they may approve a decision about this much; about nothing, whoever may decide may."""
        if amount is None:
            return self.may_decide
        limit = self.approval_limits.get(amount.currency)
        return self.may_decide and limit is not None and amount.amount <= limit

"""The report of a comparison: every ticket, and each model's totals."""

import math
from collections.abc import Callable, Sequence
from decimal import Decimal

from cases.policy.document import Policy
from cases.record import Record
from starter.comparison.answers import ComparedTicket, ModelAnswer
from starter.comparison.entrants import Entrant
from starter.comparison.ground import Ground


class ModelTotal(Record):
    """One model over all tickets. Shares are between 0 and 1; none where there is nothing to share."""

    model: str
    reads: bool
    drafts: bool
    asked: int
    """Tickets it was asked about."""
    failures: int
    """Tickets on which a call of its gave nothing usable."""
    failure: str | None
    """Why the first of them did."""
    unsure: int
    """Readings under the policy's threshold: there the ladder would ask the next model."""
    drafted: int
    unproven: int
    """Drafts that failed the check."""
    cost: Decimal
    """US dollars."""
    p50_seconds: float | None
    p95_seconds: float | None
    """A ticket's calls together, by nearest rank; failed calls count."""
    agrees_on_intent: float | None
    """With the first model that reads, over the tickets both have read."""
    agrees_on_action: float | None


class ComparisonReport(Record):
    """Models of one policy over the same tickets."""

    policy_version: str
    first: str
    """The model the others' agreement is with."""
    drafts_left_out: str | None
    """Why no drafts were compared, where none were."""
    lookups_failed: str | None
    """Why records are missing, where a look-up failed."""
    ceiling: Decimal
    """US dollars that the comparison was allowed to cost."""
    left_out: int
    """Tickets that no model was asked about because the ceiling could not pay for them."""
    held: int
    """Tickets that no model was asked about."""
    intents_differ: int
    actions_differ: int
    totals: tuple[ModelTotal, ...]
    tickets: tuple[ComparedTicket, ...]

    @property
    def ceiling_reached(self) -> str | None:
        """Which tickets are missing and why, where any are."""
        if not self.left_out:
            return None
        asked = len(self.tickets) - self.held - self.left_out
        return (
            f"The ceiling of {self.ceiling:f} US dollars was reached: models were asked about {asked} tickets, "
            f"and not about {self.left_out}. Raise --ceiling, or name fewer --models."
        )


def reported(
    policy: Policy, entrants: Sequence[Entrant], tickets: Sequence[ComparedTicket], ground: Ground, ceiling: Decimal
) -> ComparisonReport:
    """Put the report together. One of the entrants at least reads."""
    first = next(entrant.model for entrant in entrants if entrant.reads)
    return ComparisonReport(
        policy_version=policy.version,
        first=first,
        drafts_left_out=ground.drafts_left_out,
        lookups_failed=ground.lookups_failed,
        ceiling=ceiling,
        left_out=sum(ticket.left_out for ticket in tickets),
        held=sum(ticket.held is not None for ticket in tickets),
        intents_differ=sum(ticket.intents_differ for ticket in tickets),
        actions_differ=sum(ticket.actions_differ for ticket in tickets),
        totals=tuple(_total(entrant, first, tickets) for entrant in entrants),
        tickets=tuple(tickets),
    )


def percentile(values: Sequence[float], share: float) -> float | None:
    """The smallest value that at least this share of them do not exceed; none of none."""
    rank = max(1, math.ceil(share * len(values)))
    return sorted(values)[rank - 1] if values else None


def _total(entrant: Entrant, first: str, tickets: Sequence[ComparedTicket]) -> ModelTotal:
    answers = [answer for ticket in tickets for answer in ticket.answers if answer.model == entrant.model]
    called = [answer for answer in answers if answer.attempts]
    failed = [answer.failure for answer in called if answer.failure is not None]
    seconds = [answer.seconds for answer in called]
    return ModelTotal(
        model=entrant.model,
        reads=entrant.reads,
        drafts=entrant.drafts,
        asked=len(called),
        failures=len(failed),
        failure=failed[0].sentence if failed else None,
        unsure=sum(answer.reads and answer.unsure is not None for answer in answers),
        drafted=sum(answer.draft is not None for answer in answers),
        unproven=sum(bool(answer.failed_checks) for answer in answers),
        cost=sum((answer.cost for answer in answers), Decimal(0)),
        p50_seconds=percentile(seconds, 0.5),
        p95_seconds=percentile(seconds, 0.95),
        agrees_on_intent=_agreement(entrant, first, tickets, lambda answer: frozenset(answer.served)),
        agrees_on_action=_agreement(entrant, first, tickets, lambda answer: answer.actions_wanted),
    )


def _agreement(
    entrant: Entrant,
    first: str,
    tickets: Sequence[ComparedTicket],
    of: Callable[[ModelAnswer], frozenset[str]],
) -> float | None:
    pairs = [
        (of(by_model[first]), of(by_model[entrant.model]))
        for ticket in tickets
        if {first, entrant.model} <= (by_model := {a.model: a for a in ticket.answers if a.reads}).keys()
    ]
    return math.fsum(one == other for one, other in pairs) / len(pairs) if pairs else None

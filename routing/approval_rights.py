"""What a person may approve: money up to their own limit, and other changes by role."""

from collections.abc import Collection, Sequence
from typing import NamedTuple

from cases.action import ActionArguments, ActionKind, Refund
from cases.money import Money, totals
from cases.person import Person
from cases.words import in_words


class Beyond(NamedTuple):
    """Why somebody may not approve: in two or three words, and as a sentence without its full stop."""

    mark: str
    why: str


def beyond(person: Person, actions: Sequence[ActionArguments], agents_approve: Collection[ActionKind]) -> Beyond | None:
    """Why a person may not approve these actions; None if they may. A reply alone is theirs to approve."""
    found = [
        *(_not_by_role(person, arguments, agents_approve) for arguments in actions),
        *(_over_limit(person, moved) for moved in totals(a.amount for a in actions if isinstance(a, Refund))),
    ]
    return next((one for one in found if one is not None), None)


def _not_by_role(person: Person, arguments: ActionArguments, agents_approve: Collection[ActionKind]) -> Beyond | None:
    if person.may_approve_all or arguments.kind in agents_approve:
        return None
    return Beyond("for a reviewer", f"“{in_words(arguments.kind)}” is for reviewers and leads to approve")


def _over_limit(person: Person, value: Money) -> Beyond | None:
    if person.may_approve(value):
        return None
    return Beyond("over your limit", f"{value} is more than you may approve ({_limit(person, value)})")


def _limit(person: Person, value: Money) -> str:
    limit = person.approval_limits.get(value.currency)
    return f"at most {limit:.2f} {value.currency}" if limit is not None else f"nothing in {value.currency}"

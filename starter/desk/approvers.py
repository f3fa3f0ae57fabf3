"""Who may approve what a case is held for: told to whoever looks and may not."""

from collections.abc import Iterable, Sequence

from cases.action import ActionArguments
from cases.person import Person
from cases.policy.desk import DeskRules
from cases.review import ReviewRequest
from ledger.people import PeopleLedger
from routing.approval_rights import Beyond, beyond
from routing.claims import same_person
from starter.desk.action_form import kept_actions
from starter.desk.proposal import decided_actions

NAMED = 3
"""Whom to ask: more names than this are a list that nobody reads."""


def not_theirs(person: Person, review: ReviewRequest, rules: DeskRules) -> Beyond | None:
    """Why this person may not approve a request as it stands; None if they may."""
    return beyond(person, kept_actions(decided_actions(review)), rules.agents_approve)


async def why_not_approve(people: PeopleLedger, person: Person, review: ReviewRequest, rules: DeskRules) -> str:
    """Why this person may not approve a request as it stands, and who may; empty if they may.

    Raises LedgerUnavailable.
    """
    found = not_theirs(person, review, rules)
    if found is None:
        return ""
    return f"{found.why}. {_who_can(await people.people(), review, rules)}"


def _who_can(people: Iterable[Person], review: ReviewRequest, rules: DeskRules) -> str:
    actions = kept_actions(decided_actions(review))
    names = [person.display_name for person in people if _can(person, review, actions, rules)]
    if not names:
        return "Nobody here can: ask whoever runs Signalbox for a higher limit."
    told = names if len(names) <= NAMED else [*names[:NAMED], f"{len(names) - NAMED} more"]
    return f"{' and '.join([', '.join(told[:-1]), told[-1]] if told[1:] else told)} can."


def _can(person: Person, review: ReviewRequest, actions: Sequence[ActionArguments], rules: DeskRules) -> bool:
    has_approved = any(same_person(taken.decision.reviewer, person.name) for taken in review.approvals)
    return person.may_decide and not has_approved and beyond(person, actions, rules.agents_approve) is None

"""Approvals: who must clear a request, and how it stands after each decision."""

from collections.abc import Sequence
from datetime import timedelta
from decimal import Decimal

from cases.action import ActionKind, ProposedAction
from cases.money import totals
from cases.policy.rulebook import Rulebook
from cases.review import (
    Approve,
    AskCustomer,
    Decision,
    Edit,
    PendingDecision,
    Reject,
    Reviewer,
    ReviewRequest,
    TakenDecision,
)
from routing.claims import same_person

TOLD_TO_SOMEBODY = (Approve, Edit, Reject, AskCustomer)
"""Decisions by which something is done in the shop or said to the customer: only these are worth taking back."""


def approvals_needed(rulebook: Rulebook, actions: Sequence[ProposedAction]) -> int:
    """How many different people must clear these actions, each taken by itself."""
    return 2 if any(_want_two(rulebook, action.kind, (action,)) for action in actions) else 1


def approvals_needed_together(rulebook: Rulebook, actions: Sequence[ProposedAction]) -> int:
    """How many must clear all of these actions: two halves are not less than the whole."""
    return 2 if any(_want_two(rulebook, action.kind, actions) for action in actions) else 1


def approval_of(review: ReviewRequest, reviewer: Reviewer) -> Approve | Edit:
    """The decision that clears a request as it stands: as proposed, or as the first approver changed it."""
    mine = {"request_id": review.id, "case_version": review.case_version, "reviewer": reviewer}
    first = review.approvals[0].decision if review.approvals else None
    if isinstance(first, Edit):
        return first.model_copy(update={**mine, "shown": "", "undo_seconds": 0})
    return Approve.model_validate(mine)


def approval_refusal(decision: Decision, review: ReviewRequest) -> str | None:
    """Why this reviewer cannot be the one who approves after the first, as a sentence; None if they can."""
    if not isinstance(decision, Approve | Edit) or not review.approvals:
        return None
    mine = [taken for taken in _agreeing(review, decision) if same_person(taken.decision.reviewer, decision.reviewer)]
    if mine:
        return (
            f"You have cleared {review.id} already, at {mine[0].at:%H:%M} UTC, and it needs {review.approvals_needed} "
            "different people. Nothing was changed. Ask somebody else to approve it."
        )
    first = review.approvals[0].decision
    if isinstance(decision, Approve) and isinstance(first, Edit):
        return (
            f"{first.reviewer} has edited what {review.id} proposes, and this approves it unedited. Nothing was "
            "changed. Look at the edit, then approve that, or make another."
        )
    return None


def after_decision(review: ReviewRequest, taken: TakenDecision) -> ReviewRequest | None:
    """How a request stands after a decision. None: it is decided, and what was decided can be carried out."""
    decision = taken.decision
    cleared = counted(review, taken)
    needed = _needed(review, decision)
    if isinstance(decision, Approve | Edit) and len(cleared) < needed:
        return review.model_copy(update={"approvals": cleared, "approvals_needed": needed, "claim": None})
    if decision.undo_seconds and isinstance(decision, TOLD_TO_SOMEBODY):
        executes_at = taken.at + timedelta(seconds=decision.undo_seconds)
        return review.model_copy(update={"pending": PendingDecision(**dict(taken), executes_at=executes_at)})
    return None


def _needed(review: ReviewRequest, decision: Decision) -> int:
    """How many must clear this decision: what it takes up beside the proposal may need another person."""
    if not isinstance(decision, Edit) or decision.actions is None:
        return review.approvals_needed
    named = {(arguments.kind, arguments.target) for arguments in decision.actions}
    takes_up = any((action.kind, action.arguments.target) in named for action in review.earlier)
    return max(review.approvals_needed, review.approvals_with_earlier) if takes_up else review.approvals_needed


def counted(review: ReviewRequest, taken: TakenDecision) -> tuple[TakenDecision, ...]:
    """The decisions by which a request is decided: the last one, and the approval of the very same that it completes.

    Another edit is another proposal: whoever cleared the one before has not cleared it.
    """
    return (*_agreeing(review, taken.decision), taken)


def deciding(taken: Sequence[TakenDecision], request_id: str) -> Decision | None:
    """What was decided about a request; where two people cleared it, both decided the same."""
    return next((known.decision for known in reversed(taken) if known.decision.request_id == request_id), None)


def deciders(taken: Sequence[TakenDecision], request_id: str) -> str:
    """Who decided about a request, as a reason names them."""
    return " and ".join(known.decision.reviewer for known in taken if known.decision.request_id == request_id)


def _agreeing(review: ReviewRequest, decision: Decision) -> tuple[TakenDecision, ...]:
    if not isinstance(decision, Approve | Edit):
        return ()
    return tuple(taken for taken in review.approvals if _substance(taken.decision) == _substance(decision))


def _substance(decision: Decision) -> Decision:
    return decision.model_copy(update={"reviewer": "", "shown": "", "undo_seconds": 0})


def _want_two(rulebook: Rulebook, kind: ActionKind, actions: Sequence[ProposedAction]) -> bool:
    """Whether all that is moved by one kind of action is over its amount."""
    limits = rulebook.actions[kind].second_approver_above
    moved = totals(action.value for action in actions if action.kind is kind and action.value is not None)
    return bool(limits) and any(_above(limits.get(total.currency), total.amount) for total in moved)


def _above(limit: Decimal | None, amount: Decimal) -> bool:
    return limit is None or amount > limit

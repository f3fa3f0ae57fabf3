"""What a decision begins with: the proposal as it stands, which a first approver may have changed."""

from cases.action import ProposedAction
from cases.review import Edit, ReviewRequest


def decided_reply(review: ReviewRequest) -> str:
    """The reply as it stands: as drafted, or as a first approver changed it."""
    first = review.approvals[0].decision if review.approvals else None
    return first.reply if isinstance(first, Edit) and first.reply is not None else review.draft.reply.text


def decided_actions(review: ReviewRequest) -> tuple[ProposedAction, ...]:
    """The actions as they stand: as proposed, or as a first approver changed them."""
    first = review.approvals[0].decision if review.approvals else None
    if not isinstance(first, Edit) or first.actions is None:
        return review.actions
    changed = {(arguments.kind, arguments.target): arguments for arguments in first.actions}
    return tuple(
        action.model_copy(update={"arguments": changed[action.kind, action.arguments.target]})
        for action in (*review.actions, *review.earlier)
        if (action.kind, action.arguments.target) in changed
    )


def left_earlier(review: ReviewRequest) -> tuple[ProposedAction, ...]:
    """What the customer asked for earlier, as far as no first approver has taken it up."""
    taken = {(action.kind, action.arguments.target) for action in decided_actions(review)}
    return tuple(action for action in review.earlier if (action.kind, action.arguments.target) not in taken)

"""How a request stands: who looks at it, who has cleared it, and what can still be taken back."""

from collections.abc import Iterator

from cases.review import ReviewRequest


def standing(review: ReviewRequest) -> Iterator[str]:
    """One line each; none for a request that nobody has touched and one person clears."""
    if review.question is not None:
        yield f"{review.question.reviewer} asked: {review.question.question}"
        yield f"the customer answered: {review.question.answer}"
    if review.claim is not None:
        yield f"claimed by {review.claim.reviewer} until {review.claim.until:%H:%M:%S} UTC"
    if review.approvals_needed > 1:
        yield f"{len(review.approvals)} of {review.approvals_needed} approvals"
    for taken in review.approvals:
        yield f"  {taken.decision.decision} by {taken.decision.reviewer} at {taken.at:%H:%M} UTC"
        yield from (f"    {line}" for line in taken.changes.splitlines())
    if review.pending is not None:
        decided = review.pending.decision
        told = f"{decided.decision.replace('_', ' ')} by {decided.reviewer}"
        yield f"{told} is carried out at {review.pending.executes_at:%H:%M:%S} UTC, unless they take it back"

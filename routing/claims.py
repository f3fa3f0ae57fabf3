"""Claims: one person at a time looks at a request, for as long as the policy gives, and may renew it."""

from datetime import datetime, timedelta

from cases.review import Claim, ClaimRequest, Reviewer, ReviewRequest


def same_person(one: Reviewer, other: Reviewer) -> bool:
    """Whether two names are one person's: who signs as `rita` and as `Rita` is not two approvers."""
    return one.strip().casefold() == other.strip().casefold()


def claim_against(reviewer: Reviewer, review: ReviewRequest, now: datetime) -> str | None:
    """Why another's claim keeps this reviewer from doing anything, as a sentence; None if nobody's does."""
    claim = review.claim
    if claim is None or claim.until <= now or same_person(claim.reviewer, reviewer):
        return None
    return (
        f"{claim.reviewer} is looking at {review.id} until {claim.until:%H:%M:%S} UTC. Nothing was changed. "
        f"Wait until then, or ask {claim.reviewer} to release it."
    )


def claimed(review: ReviewRequest, request: ClaimRequest, now: datetime, lease: timedelta) -> ReviewRequest:
    """The request with this reviewer's lease, begun now."""
    return review.model_copy(update={"claim": Claim(reviewer=request.reviewer, until=now + lease)})


def released(review: ReviewRequest, reviewer: Reviewer) -> ReviewRequest:
    """The request without this reviewer's lease; somebody else's stays."""
    if review.claim is None or not same_person(review.claim.reviewer, reviewer):
        return review
    return review.model_copy(update={"claim": None})

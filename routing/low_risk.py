"""Which reviews several of may be decided at once: those where nothing but a reply hangs on it."""

from collections.abc import Collection

from cases.reason import ReasonCode
from cases.review import ReviewQueue, ReviewRequest


def why_not_in_bulk(request: ReviewRequest, low_risk: Collection[ReasonCode]) -> str | None:
    """Why a request is decided by itself and not with others, as a sentence; None where it may be.

    `low_risk` are the policy's reasons for which nobody needs to look at each one.
    """
    if request.pending is not None:
        return "It is decided already, and can still be taken back."
    if request.actions:
        return f"It would do something: {request.actions[0].summary}."
    if request.queue is ReviewQueue.LEADS:
        return "It waits for a lead."
    weighty = next((why for why in request.reasons if why.code not in low_risk), None)
    return None if weighty is None else f"Its reason needs a look: {weighty}."

"""Which reviews several of may be decided at once: those where nothing but a reply hangs on it."""

from cases.reason import ReasonCode
from cases.review import ReviewQueue, ReviewRequest

LOW_RISK = frozenset(
    {
        ReasonCode.AMBIGUOUS,
        ReasonCode.ASKED_AGAIN,
        ReasonCode.CHECK_FAILED,
        ReasonCode.DRAFT_EMPTY,
        ReasonCode.DRAFT_TOO_LONG,
        ReasonCode.FORBIDDEN_WORDS,
        ReasonCode.PROMISE_WITHOUT_ACTION,
        ReasonCode.QUOTE_NOT_IN_SOURCE,
        ReasonCode.UNPROVEN_VALUE,
        ReasonCode.WEAK_SOURCES,
    }
)
"""Reasons about the words of a draft. None of them is about money, an account, an identity, the law or an angry
customer: those are read one by one."""


def why_not_in_bulk(request: ReviewRequest) -> str | None:
    """Why a request is decided by itself and not with others, as a sentence; None where it may be."""
    if request.pending is not None:
        return "It is decided already, and can still be taken back."
    if request.actions:
        return f"It would do something: {request.actions[0].summary}."
    if request.queue is ReviewQueue.LEADS:
        return "It waits for a lead."
    weighty = next((why for why in request.reasons if why.code not in LOW_RISK), None)
    return None if weighty is None else f"Its reason needs a look: {weighty}."

"""Taking a decision back, while nothing of it has been done."""

from collections.abc import Sequence

from cases.review import ReviewRequest, TakenDecision, UndoRequest
from routing.claims import same_person


def undo_refusal(request: UndoRequest, review: ReviewRequest | None, taken: Sequence[TakenDecision]) -> str | None:
    """Why nothing can be taken back, as a sentence with the next step; None if it can."""
    done = next((known for known in reversed(taken) if known.decision.request_id == request.request_id), None)
    if done is not None:
        return (
            f"It is too late to undo: the decision “{done.decision.decision}” of {done.decision.reviewer} on "
            f"{request.request_id} is being carried out. See what was done with `signalbox show`."
        )
    if review is None or review.id != request.request_id:
        return f"Nothing of {request.request_id} waits to be undone: the case has moved on. Look at it again."
    if review.pending is not None and not _is_by(review.pending, request):
        return f"{review.pending.decision.reviewer} decided on {review.id}: only they can take it back."
    if review.pending is None and not any(_is_by(taken, request) for taken in review.approvals):
        return f"Nothing that you decided on {review.id} waits to be undone: it is open for a decision."
    return None


def undone(review: ReviewRequest, request: UndoRequest) -> ReviewRequest:
    """The request as it was before this reviewer's decision."""
    if review.pending is not None:
        return review.model_copy(update={"pending": None})
    others = tuple(taken for taken in review.approvals if not _is_by(taken, request))
    return review.model_copy(update={"approvals": others})


def _is_by(taken: TakenDecision, request: UndoRequest) -> bool:
    return same_person(taken.decision.reviewer, request.reviewer)

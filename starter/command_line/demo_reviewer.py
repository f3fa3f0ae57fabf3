"""Who decides in a demo: the person at the keyboard, or each ticket's own script."""

from collections.abc import Callable

from cases.classification import Entities
from cases.review import AskAgain, Decision, Edit, Reject, ReviewRequest, TakeOver
from demo.tickets.story import ApproveIt, AskAgainWith, DemoTicket, EditIt, RejectIt, TakeItOver
from routing.approvals import approval_of

REVIEWER = "demo-reviewer"
SECOND_REVIEWER = "demo-second-reviewer"

Reviewer = Callable[[DemoTicket, ReviewRequest, int], Decision | None]
"""Decides about a ticket's request, given how many were decided before it; None leaves it to somebody else."""


def leave_to_the_person(_: DemoTicket, __: ReviewRequest, ___: int) -> Decision | None:
    """Decide nothing: the cases wait."""
    return None


def scripted(story: DemoTicket, held: ReviewRequest, decided_before: int) -> Decision | None:
    """Decide the first request as the ticket's script says, and approve what comes of it."""
    reviewer = SECOND_REVIEWER if held.approvals else REVIEWER
    about = {"request_id": held.id, "case_version": held.case_version, "reviewer": reviewer}
    match story.reviewer if decided_before == 0 else ApproveIt():
        case ApproveIt():
            return approval_of(held, reviewer)
        case EditIt(reply=reply):
            return Edit.model_validate({**about, "reply": reply})
        case RejectIt(reason=reason, comment=comment):
            return Reject.model_validate({**about, "reason": reason, "comment": comment})
        case TakeItOver():
            return TakeOver.model_validate(about)
        case AskAgainWith(order_ids=order_ids):
            return AskAgain.model_validate({**about, "details": Entities(order_ids=order_ids)})

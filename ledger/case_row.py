"""A case as one row: the whole view, and beside it what lists filter and sort by."""

from datetime import datetime

from cases.outcome import Stage
from cases.reason import Reason
from cases.work import CaseView
from ledger.tables import CaseRow


def case_row(view: CaseView) -> CaseRow:
    """The row of a case as it stands."""
    reason = newest_reason(view)
    read = view.classification
    return CaseRow(
        case_id=view.case_id,
        run_id=view.run_id,
        tenant=view.ticket.tenant,
        source=view.ticket.source,
        ticket_id=view.ticket.id,
        subject=view.ticket.subject,
        stage=view.stage,
        route=view.route.name if view.route else None,
        reason_code=reason.code if reason else None,
        reason_sentence=reason.sentence if reason else None,
        intents=read.intent_names if read else (),
        policy_version=view.policy_version,
        team=read.team if read else None,
        priority=read.priority if read else None,
        outcome_kind=view.outcome.kind if view.outcome else None,
        waiting_for=view.waiting_for,
        waiting_since=waiting_since(view),
        review_due_at=view.review.due_at if view.review else None,
        opened_at=view.opened_at,
        updated_at=view.updated_at,
        case_version=view.case_version,
        steps=len(view.steps),
        repeat_contact=view.repeat_contact,
        view=view,
    )


def newest_reason(view: CaseView) -> Reason | None:
    """Why the case is where it is: how it ended, else why a person is asked, else why it goes its way."""
    if view.outcome is not None:
        return view.outcome.reason
    if view.review is not None:
        return view.review.reasons[0]
    return view.route.reason if view.route else None


def waiting_since(view: CaseView) -> datetime | None:
    """Since when somebody is waited for: the reviewer since the request, the customer since the question."""
    match view.stage:
        case Stage.WAITING_FOR_REVIEW:
            return view.review.requested_at if view.review else view.updated_at
        case Stage.WAITING_FOR_CUSTOMER:
            return view.replies[-1].at if view.replies else view.updated_at
        case _:
            return None

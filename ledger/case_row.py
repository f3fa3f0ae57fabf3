"""A case as one row: the whole view, and beside it what lists filter and sort by."""

from datetime import datetime

from cases.case import CaseView
from cases.money import Money
from cases.other_case import records_at_stake
from cases.outcome import Stage
from cases.reason import Reason
from ledger.customer_keys import keys_of_case
from ledger.tables import CaseRow

DRAFT_CHARACTERS = 160
"""So much of a draft fits a line or two of a list."""


def case_row(view: CaseView) -> CaseRow:
    """The row of a case as it stands."""
    reason = newest_reason(view)
    read = view.classification
    claim = view.review.claim if view.review else None
    money = most_moved(view)
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
        team=view.review.team if view.review else read.team if read else None,
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
        claimed_by=claim.reviewer if claim else None,
        claim_until=claim.until if claim else None,
        approvals=len(view.review.approvals) if view.review else 0,
        approvals_needed=view.review.approvals_needed if view.review else 0,
        amount=money.amount if money else None,
        currency=money.currency if money else None,
        customer_name=_customer_name(view),
        draft_begins=_begins(view.draft.reply.text) if view.draft else None,
        customer_keys=keys_of_case(view.ticket, view.facts),
        records=records_at_stake(view.actions, view.facts),
        view=view,
    )


def most_moved(view: CaseView) -> Money | None:
    """The most that one proposed action moves; amounts of two currencies are not compared, the first one counts."""
    moved = [action.value for action in view.actions if action.value is not None]
    same = [money for money in moved if money.currency == moved[0].currency]
    return max(same, key=lambda money: money.amount, default=None)


def _customer_name(view: CaseView) -> str | None:
    """As the shop knows them, or as they call themselves."""
    known = view.facts.account.name if view.facts.account else None
    return known or view.ticket.customer.name


def _begins(text: str) -> str:
    return " ".join(text.split())[:DRAFT_CHARACTERS]


def newest_reason(view: CaseView) -> Reason | None:
    """Why the case is where it is: how it ended, else why a person is asked, else why it goes its way."""
    if view.outcome is not None:
        return view.outcome.reason
    if view.review is not None:
        return view.review.reasons[0]
    return view.route.reason if view.route else None


def waiting_since(view: CaseView) -> datetime | None:
    """Since when somebody is waited for: the reviewer since the request, the customer since the question.

    A case that waits for its helpdesk is written down once, as it begins to.
    """
    match view.stage:
        case Stage.WAITING_FOR_REVIEW:
            return view.review.requested_at if view.review else view.updated_at
        case Stage.WAITING_FOR_CUSTOMER:
            return view.replies[-1].at if view.replies else view.updated_at
        case Stage.WAITING_FOR_HELPDESK:
            return view.updated_at
        case _:
            return None

"""Reviewing: a case is held until a person decides or the customer writes again; the leads hear of what takes long."""

import asyncio
from contextlib import suppress
from datetime import timedelta
from functools import partial
from typing import NamedTuple

from temporalio import workflow

with workflow.unsafe.imports_passed_through():
    from cases.action import ProposedAction
    from cases.case import StepKind
    from cases.classification import Team
    from cases.draft import Draft
    from cases.outcome import Stage
    from cases.reason import Reason, ReasonCode
    from cases.review import Claim, Decision, PendingDecision, ReviewQueue, ReviewRequest, TakenDecision
    from routing.approvals import approvals_needed, approvals_needed_together

from workflows.case_file import CaseFile
from workflows.meeting import meet_other_cases
from workflows.review_desk import ReviewDesk, request_id
from workflows.showing import end_wait, enter, record, show_wait
from workflows.telling import leave_a_note


class Shown(NamedTuple):
    """What a person is shown: the draft that would go out, and what another model would have written."""

    draft: Draft
    other: Draft | None


async def hold_for_review(
    case: CaseFile, desk: ReviewDesk, shown: Shown, reasons: tuple[Reason, ...]
) -> Decision | None:
    """Wait for a person, however long it takes. None: the customer wrote again, and what was shown no longer counts."""
    request = _open(case, shown, reasons)
    await record(case)
    await meet_other_cases(case, request)
    following = asyncio.create_task(_follow(case, desk, request))
    deadlines = case.rulebook.deadlines
    if not await _decided_within(case, deadlines.review_reminder, "reminder"):
        case.note(StepKind.REVIEW, "nobody has decided yet: reminder sent")
        await leave_a_note(case, reasons[0], "review-reminder")
        if not await _decided_within(case, deadlines.review_escalation - deadlines.review_reminder, "escalation"):
            await _escalate(case, reasons[0])
            await workflow.wait_condition(lambda: case.review is None)
    await following
    end_wait(case)
    decision = desk.decision_on(request.id)
    if decision is not None:
        case.held_for, case.question = (), None
    return decision


def _open(case: CaseFile, shown: Shown, reasons: tuple[Reason, ...]) -> ReviewRequest:
    now = workflow.now()
    case.review = ReviewRequest(
        id=request_id(case),
        case_version=case.version,
        team=case.team,
        draft=shown.draft,
        other_draft=shown.other,
        actions=case.actions,
        earlier=case.earlier,
        approvals_needed=_approvals_needed(case, case.actions),
        approvals_with_earlier=_approvals_needed(case, (*case.actions, *case.earlier)),
        reasons=reasons,
        leads_may_exceed=_leads_may_exceed(case, reasons),
        question=case.question,
        requested_at=now,
        due_at=now + case.rulebook.deadlines.review_escalation,
    )
    case.note(StepKind.REVIEW, f"held for a person: {reasons[0]}")
    _say_what_is_waited_for(case, case.review)
    enter(case, Stage.WAITING_FOR_REVIEW, reasons[0])
    return case.review


def _leads_may_exceed(case: CaseFile, reasons: tuple[Reason, ...]) -> bool:
    reached = any(why.code is ReasonCode.VALUE_LIMIT_REACHED for why in reasons)
    return reached and case.rulebook.value_limits.leads_may_exceed


def _approvals_needed(case: CaseFile, actions: tuple[ProposedAction, ...]) -> int:
    each = approvals_needed(case.rulebook, actions)
    return max(each, approvals_needed_together(case.rulebook, actions))


async def _decided_within(case: CaseFile, time: timedelta, until: str) -> bool:
    try:
        await workflow.wait_condition(
            lambda: case.review is None, timeout=time, timeout_summary=f"{until} of the review"
        )
    except TimeoutError:
        # What was decided and may still be taken back is no reason to remind anybody.
        await workflow.wait_condition(lambda: case.review is None or case.review.pending is None)
        return case.review is None
    return True


async def _follow(case: CaseFile, desk: ReviewDesk, opened: ReviewRequest) -> None:
    """Let lists know what people do about a request, and carry out what nobody takes back in time."""
    known = _handling(opened)
    while True:
        await workflow.wait_condition(partial(_has_changed, case, known))
        review = case.review
        if review is None:
            return
        known = _handling(review)
        _say_what_is_waited_for(case, review)
        await record(case)
        if known.pending is not None:
            await _carry_out_unless_undone(case, desk, known.pending)


async def _carry_out_unless_undone(case: CaseFile, desk: ReviewDesk, pending: PendingDecision) -> None:
    """Wait as long as the decision may be taken back. A customer who writes meanwhile voids it like any other."""
    left = pending.executes_at - workflow.now()
    if left > timedelta(0):
        with suppress(TimeoutError):
            await workflow.wait_condition(
                lambda: not _is_pending(case, pending),
                timeout=left,
                timeout_summary=f"{pending.decision.decision} can be taken back",
            )
    if case.review is not None and _is_pending(case, pending):
        desk.let_count(case.review, pending)


def _is_pending(case: CaseFile, decided: PendingDecision) -> bool:
    """Whether this very decision stands: the same made anew after it was taken back has a time of its own."""
    return case.review is not None and case.review.pending is decided


async def _escalate(case: CaseFile, why: Reason) -> None:
    if case.review is None:
        return
    case.review = case.review.model_copy(update={"queue": ReviewQueue.LEADS})
    case.note(StepKind.REVIEW, "still nobody has decided: moved to the leads' queue")
    _say_what_is_waited_for(case, case.review)
    enter(case, Stage.WAITING_FOR_REVIEW, why)
    await leave_a_note(case, why, "review-escalation")
    await record(case)


class _Handling(NamedTuple):
    """What people do about a request, and lists must know."""

    claim: Claim | None
    approvals: tuple[TakenDecision, ...]
    pending: PendingDecision | None
    team: Team


def _has_changed(case: CaseFile, known: _Handling) -> bool:
    return case.review is None or _handling(case.review) != known


def _handling(review: ReviewRequest) -> _Handling:
    return _Handling(review.claim, review.approvals, review.pending, review.team)


def _say_what_is_waited_for(case: CaseFile, review: ReviewRequest) -> None:
    show_wait(case, f"{_whom(review)}: {review.reasons[0]}", _details(case, review))


def _whom(review: ReviewRequest) -> str:
    if review.pending is not None:
        decided = review.pending.decision
        until = f"{review.pending.executes_at:%H:%M:%S} UTC"
        return f"{decided.reviewer}, who can take “{decided.decision}” back until {until}"
    somebody = "a lead" if review.queue is ReviewQueue.LEADS else "a person"
    if review.approvals:
        return f"another person to approve what {review.approvals[0].decision.reviewer} has approved"
    return f"{somebody} to decide"


def _details(case: CaseFile, review: ReviewRequest) -> str:
    proposed = "\n".join(f"- {action.summary}" for action in review.actions) or "- send the drafted reply"
    why = "\n".join(f"- {reason}" for reason in review.reasons)
    return (
        f"**Waits for {review.queue}** until {review.due_at:%Y-%m-%d %H:%M} UTC\n\n"
        f"Proposed:\n{proposed}\n\nWhy a person looks:\n{why}\n\n"
        f"Free it with `signalbox approve {case.case_id}` "
        "(or `edit`, `reject`, `ask-again`, `ask-customer`, `take-over`)."
    )

"""Answering: draft what can be answered, let a person look where it is risky, act, and reply."""

from collections.abc import Sequence
from datetime import datetime

from temporalio import workflow

with workflow.unsafe.imports_passed_through():
    from activities.act import Acting
    from activities.pauses import total_seconds
    from cases.action import ActionResult, ActionStatus, ProposedAction
    from cases.case import StepKind
    from cases.draft import Draft
    from cases.ladder import Stop
    from cases.outcome import Outcome, OutcomeKind, Stage
    from cases.reason import Reason, ReasonCode
    from cases.review import Approve, AskAgain, AskCustomer, Decision, Edit, Reject, TakeOver
    from cases.words import in_words
    from cases.work import ActRequest
    from routing.approvals import deciders
    from routing.decisions import edited
    from routing.drafters import second_thoughts
    from routing.facts_changed import basis_of
    from routing.messages import reason
    from routing.proposals import asking_message, propose_actions
    from routing.review import reasons_together, review_reasons
    from routing.writers import others_in

from workflows.asking import Unproven, ask_for_a_draft, ask_for_a_second_opinion
from workflows.case_file import CaseFile
from workflows.ending import ended, hand_over, undeliverable
from workflows.options import deed
from workflows.plan import Plan
from workflows.recalling import recall_an_answer
from workflows.review_desk import ReviewDesk
from workflows.reviewing import Shown, hold_for_review
from workflows.showing import enter
from workflows.telling import leave_a_note, send_reply
from workflows.waiting import ask_in_own_words, wait_for_customer


async def answer(case: CaseFile, desk: ReviewDesk, plan: Plan) -> Outcome | None:
    """Answer what can be answered. None: somebody told us more meanwhile."""
    asked_by = asking_message(case.ticket)
    case.actions = propose_actions(case.rulebook, plan.servable, case.entities, case.facts, asked_by, case.findings)
    calls_before = len(case.attempts)
    drafted = await recall_an_answer(case, plan) or await ask_for_a_draft(case, plan)
    if case.has_moved_on:
        return None
    if isinstance(drafted, Stop):
        return await hand_over(case, drafted.reason)
    draft, failed_check = drafted if isinstance(drafted, Unproven) else (drafted, None)
    case.draft = draft
    opinion = await ask_for_a_second_opinion(case, plan, case.attempts[calls_before:])
    if case.has_moved_on:
        return None

    other = opinion if isinstance(opinion, Draft) else None
    differ = second_thoughts(draft, opinion)
    risks = tuple(why for why in (failed_check, differ, *_risks(case, plan, draft)) if why is not None)
    if not risks:
        return await _act_and_reply(case, draft, plan, OutcomeKind.RESOLVED)
    decision = await hold_for_review(case, desk, Shown(draft, other), risks)
    return await _as_decided(case, decision, draft, plan)


def _risks(case: CaseFile, plan: Plan, draft: Draft) -> tuple[Reason, ...]:
    each = review_reasons(
        case.rulebook,
        intents=plan.servable,
        classification=plan.understood,
        facts=case.facts,
        draft=draft,
        actions=case.actions,
        findings=case.findings,
        served_before=case.served,
        today=workflow.now().date(),
        others=others_in(case.ticket),
    )
    together = reasons_together(case.rulebook, plan.understood, case.facts, case.actions)
    return (*each, *together) if together and workflow.patched("actions-taken-together") else each


async def _as_decided(case: CaseFile, decision: Decision | None, draft: Draft, plan: Plan) -> Outcome | None:
    match decision:
        case None:
            return None
        case Approve() | Edit() | AskCustomer() if case.has_moved_on:
            # What was cleared is no answer to what the customer has written since.
            return None
        case Approve():
            why = reason(ReasonCode.APPROVED, reviewer=deciders(case.decisions, decision.request_id))
            return await _act_and_reply(case, draft, plan, OutcomeKind.RESOLVED_AFTER_REVIEW, why)
        case Edit():
            return await _as_edited(case, decision, draft, plan)
        case Reject():
            named = in_words(decision.reason)
            why = f"{named}: {decision.comment}" if decision.comment else named
            case.actions = ()
            return await hand_over(case, reason(ReasonCode.REJECTED, reviewer=decision.reviewer, why=why))
        case AskAgain():
            case.be_told(decision.details)
            return None
        case AskCustomer():
            case.actions = ()
            return await ask_in_own_words(case, decision.question, decision.reviewer)
        case TakeOver():
            taken = reason(ReasonCode.TAKEN_OVER, reviewer=decision.reviewer)
            await leave_a_note(case, taken, "take-over", case.team)
            return ended(case, OutcomeKind.TAKEN_OVER, taken)


async def _as_edited(case: CaseFile, edit: Edit, draft: Draft, plan: Plan) -> Outcome | None:
    """Do what the reviewer made of it. A changed action without new words is worded anew: the old ones are not true."""
    draft, case.actions = edited(case.rulebook, edit, draft, case.actions)
    if edit.reply is None:
        reworded = await ask_for_a_draft(case, plan)
        if case.has_moved_on:
            return None
        if not isinstance(reworded, Draft):
            why = reworded.failed_check if isinstance(reworded, Unproven) else reworded.reason
            return await hand_over(case, why)
        draft = reworded
    case.draft = draft
    why = reason(ReasonCode.EDITED, reviewer=deciders(case.decisions, edit.request_id))
    return await _act_and_reply(case, draft, plan, OutcomeKind.RESOLVED_AFTER_REVIEW, why)


async def _act_and_reply(
    case: CaseFile, draft: Draft, plan: Plan, kind: OutcomeKind, why: Reason | None = None
) -> Outcome | None:
    """Do what was cleared, then say so. A new message keeps from being done what is not begun, and then waits."""
    cleared = case.actions
    for position, action in enumerate(cleared):
        if position and case.has_moved_on and workflow.patched("nothing-more-after-new-words"):
            return await _stop_between(case, cleared[:position], cleared[position:])
        result = await _act(case, action)
        if result.status is not ActionStatus.EXECUTED:
            return await hand_over(case, result.reason or reason(ReasonCode.ACTION_UNKNOWN, action=action.summary))
    answered = why or reason(ReasonCode.ANSWERED, intents=", ".join(plan.servable))
    if draft.promises_a_colleague:
        answered = reason(ReasonCode.COLLEAGUE_PROMISED, intents=", ".join(plan.servable))
    report = await send_reply(case, draft, answered)
    if report.refused is not None:
        return await undeliverable(case, report.refused)
    case.served = (*case.served, *plan.servable)
    if plan.questions:
        still_missing = reason(ReasonCode.DETAIL_MISSING, details=", ".join(plan.questions))
        return await wait_for_customer(case, plan.questions, still_missing)
    return ended(case, OutcomeKind.HANDED_OVER if draft.promises_a_colleague else kind, answered)


async def _stop_between(
    case: CaseFile, done: Sequence[ProposedAction], left: Sequence[ProposedAction]
) -> Outcome | None:
    """Half of what was cleared is done, and nobody knows yet whether the rest is still wanted: a person finds out."""
    for action in left:
        case.note(StepKind.ACTION, f"not done, because more was said meanwhile: {action.summary}")
    if case.is_out_of_our_hands:
        return None
    what = f"the customer wrote after {done[-1].summary}, before {left[0].summary}"
    return await hand_over(case, reason(ReasonCode.AMBIGUOUS, what=what))


def _read_at(case: CaseFile) -> datetime:
    """When the records were last looked up."""
    return next((step.at for step in reversed(case.steps) if step.kind is StepKind.LOOKED_UP), case.opened_at)


async def _act(case: CaseFile, action: ProposedAction) -> ActionResult:
    times = case.rulebook.tool_times
    enter(case, Stage.ACTING)
    result = await workflow.execute_activity_method(
        Acting.act,
        ActRequest(
            case_id=case.case_id,
            tenant=case.ticket.tenant,
            customer_id=case.facts.account.id if case.facts.account else None,
            policy_version=case.rulebook.policy_version,
            route=case.route.name if case.route else None,
            action=action,
            basis=basis_of(action.arguments, case.facts, _read_at(case)),
            decision=case.decisions[-1].decision.request_id if case.decisions else None,
        ),
        summary=action.summary[:200],
        **deed(
            times.action_seconds,
            # Each try may look up, read the records twice, do and verify.
            times.action_seconds * times.settle_attempts * 5 + total_seconds(times.settle_attempts),
        ),
    )
    case.results.append(result)
    case.note(StepKind.ACTION, f"{action.summary}: {result.reason or result.status}")
    return result

"""Answering: draft what can be answered, let a person look where it is risky, act, and reply."""

from collections.abc import Sequence

from temporalio import workflow

with workflow.unsafe.imports_passed_through():
    from cases.action import ActionStatus, ProposedAction
    from cases.case import StepKind
    from cases.draft import Draft
    from cases.ladder import Stop
    from cases.outcome import Outcome, OutcomeKind
    from cases.reason import Reason, ReasonCode
    from cases.review import Approve, AskAgain, AskCustomer, Decision, Edit, Reject, TakeOver
    from cases.words import in_words
    from routing.approvals import deciders
    from routing.colleagues import edit_promises_a_colleague
    from routing.decisions import edited, taken_up
    from routing.drafters import second_thoughts
    from routing.former_requester import reasons_of_a_former_requester
    from routing.messages import reason
    from routing.requested import wrote_since
    from routing.review import reasons_of_other_cases, reasons_together, review_reasons, with_what_was_left_out
    from routing.writers import others_in

from workflows.acting import act, limit_ahead
from workflows.asking import Unproven, ask_for_a_draft, ask_for_a_second_opinion
from workflows.case_file import CaseFile
from workflows.ending import ended, hand_over, undeliverable
from workflows.finding import find_other_cases
from workflows.freshness import what_has_changed
from workflows.hearing import has_moved_on
from workflows.plan import Plan
from workflows.recalling import recall_an_answer
from workflows.review_desk import ReviewDesk
from workflows.reviewing import Shown, hold_for_review
from workflows.telling import leave_a_note, send_reply
from workflows.waiting import ask_in_own_words, wait_for_customer

ANSWER_CHARACTERS = 80
"""So much of a customer's answer fits a line."""


async def answer(case: CaseFile, desk: ReviewDesk, plan: Plan) -> Outcome | None:
    """Answer what can be answered. None: somebody told us more meanwhile."""
    case.actions, case.earlier = plan.asked.actions, plan.asked.earlier
    calls_before = len(case.attempts)
    drafted = await recall_an_answer(case, plan) or await ask_for_a_draft(case, plan)
    if await has_moved_on(case):
        return None
    if isinstance(drafted, Stop):
        return await hand_over(case, drafted.reason)
    draft, failed_check = drafted if isinstance(drafted, Unproven) else (drafted, None)
    case.draft = draft
    opinion = await ask_for_a_second_opinion(case, plan, case.attempts[calls_before:])
    if await has_moved_on(case):
        return None

    over = await _look_around(case)
    other = opinion if isinstance(opinion, Draft) else None
    differ = second_thoughts(draft, opinion)
    risks = (
        *case.held_for,
        *_answered(case),
        *plan.asked.unasked,
        *_found_in(over, failed_check, differ),
        *_risks(case, plan, draft),
    )
    if not risks:
        return await _act_and_reply(case, draft, plan)
    told = with_what_was_left_out(tuple(dict.fromkeys(risks)), case.to_read.left_out)
    decision = await hold_for_review(case, desk, Shown(draft, other), told)
    return await _as_decided(case, decision, draft, plan)


async def _look_around(case: CaseFile) -> Reason | None:
    """Learn what stands in the way of the actions: other open cases, and a limit on moved money that is reached."""
    if not case.actions and not case.earlier:
        return None
    await find_other_cases(case)
    return await limit_ahead(case)


def _answered(case: CaseFile) -> tuple[Reason, ...]:
    """That a question of a reviewer was answered: they decide on the answer."""
    if case.question is None or not case.is_answered:
        return ()
    answer = " ".join(case.question.answer.split())[:ANSWER_CHARACTERS]
    return (reason(ReasonCode.QUESTION_ANSWERED, reviewer=case.question.reviewer, answer=f"“{answer}”"),)


def _found_in(*doubts: Reason | None) -> tuple[Reason, ...]:
    return tuple(doubt for doubt in doubts if doubt is not None)


def _risks(case: CaseFile, plan: Plan, draft: Draft) -> tuple[Reason, ...]:
    each = review_reasons(
        case.rulebook,
        intents=plan.servable,
        classification=plan.understood,
        facts=case.facts,
        draft=draft,
        actions=case.actions,
        findings=case.findings,
        done=case.done,
        unasked=plan.asked.unasked_intents,
        served_before=case.served_before,
        today=(case.ticket.customer_wrote_at or workflow.now()).date(),
        others=others_in(case.ticket),
        words=case.to_read.customer_text,
        forwarded_from=case.forwarded_from,
        left_out=case.to_read.left_out,
    )
    together = reasons_together(case.rulebook, plan.understood, case.facts, case.actions)
    others = reasons_of_other_cases(case.other_cases, (*case.actions, *case.earlier), case.facts)
    former = reasons_of_a_former_requester(case.actions, draft, case.entities, case.to_read, case.requester_changed_at)
    return (*others, *former, *_wrote_since(case, plan), *each, *together)


def _wrote_since(case: CaseFile, plan: Plan) -> tuple[Reason, ...]:
    """A burst is one message; elsewhere, who wrote more after a request may have changed their mind.

    That they have answered a reviewer, the reviewer is told anyway.
    """
    if case.quiet_seconds or case.is_answered:
        return ()
    written = tuple(message.id for message in case.ticket.customer_messages)
    return wrote_since(case.actions, plan.understood, case.facts, written, (*case.courtesies, *case.bare_answers))


async def _as_decided(case: CaseFile, decision: Decision | None, draft: Draft, plan: Plan) -> Outcome | None:
    moved_on = await has_moved_on(case)
    match decision:
        case None:
            return None
        case Approve() | Edit() | AskCustomer() if moved_on:
            # What was cleared is no answer to what the customer has written since.
            return None
        case Approve() | Edit():
            return await _as_cleared(case, decision, draft, plan)
        case Reject():
            named = in_words(decision.reason)
            why = f"{named}: {decision.comment}" if decision.comment else named
            case.actions, case.earlier = (), ()
            return await hand_over(case, reason(ReasonCode.REJECTED, reviewer=decision.reviewer, why=why))
        case AskAgain():
            case.be_told(decision.details)
            return None
        case AskCustomer():
            case.actions, case.earlier = (), ()
            return await ask_in_own_words(case, decision.question, decision.reviewer)
        case TakeOver():
            taken = reason(ReasonCode.TAKEN_OVER, reviewer=decision.reviewer)
            await leave_a_note(case, taken, "take-over", case.team)
            return ended(case, OutcomeKind.TAKEN_OVER, taken)


async def _as_cleared(case: CaseFile, decision: Approve | Edit, draft: Draft, plan: Plan) -> Outcome | None:
    """Do what was cleared, unless what the reviewer saw is no longer so: then they see it anew."""
    case.actions = taken_up(decision, case.actions, case.earlier)
    changed = await what_has_changed(case)
    if case.has_moved_on:
        return None
    if changed is not None:
        return case.look_again(changed)
    if isinstance(decision, Edit):
        return await _as_edited(case, decision, draft, plan)
    return await _act_and_reply(case, draft, plan, decision)


async def _as_edited(case: CaseFile, edit: Edit, draft: Draft, plan: Plan) -> Outcome | None:
    """Do what the reviewer made of it. A changed action without new words is worded anew: the old ones are not true."""
    before = draft
    draft, case.actions = edited(case.rulebook, edit, draft, case.actions)
    if edit.reply is not None:
        promised = edit_promises_a_colleague(case.rulebook, before, edit.reply)
        draft = draft.model_copy(update={"promises_a_colleague": promised})
    else:
        reworded = await ask_for_a_draft(case, plan)
        if await has_moved_on(case):
            return None
        if not isinstance(reworded, Draft):
            why = reworded.failed_check if isinstance(reworded, Unproven) else reworded.reason
            return await hand_over(case, why)
        draft = reworded
    case.draft = draft
    return await _act_and_reply(case, draft, plan, edit)


async def _act_and_reply(
    case: CaseFile, draft: Draft, plan: Plan, decision: Approve | Edit | None = None
) -> Outcome | None:
    """Do what was cleared, then say so. A new message keeps from being done what is not begun, and then waits.

    What fails after a person approved it returns to them; what nobody had to approve goes to a person.
    """
    cleared = case.actions
    for position, action in enumerate(cleared):
        if position and await has_moved_on(case):
            return await _stop_between(case, cleared[:position], cleared[position:])
        result = await act(case, action, decision)
        if result.status is not ActionStatus.EXECUTED:
            failed = result.reason or reason(ReasonCode.ACTION_UNKNOWN, action=action.summary)
            anew = decision is not None or result.status is ActionStatus.OUTDATED
            return case.look_again(failed) if anew else await hand_over(case, failed)
    answered = _why_it_went_out(case, plan, decision)
    if draft.promises_a_colleague:
        answered = reason(ReasonCode.COLLEAGUE_PROMISED, intents=", ".join(plan.servable))
    if case.says_nothing:
        return None
    report = await send_reply(case, draft, answered)
    if report.refused is not None:
        return await undeliverable(case, report.refused)
    if report.text is None:
        # By the time of writing the ticket was somebody else's, or no more.
        return None
    case.served = (*case.served, *plan.servable)
    if plan.questions:
        still_missing = reason(ReasonCode.DETAIL_MISSING, details=", ".join(plan.questions))
        return await wait_for_customer(case, plan.questions, still_missing)
    kind = OutcomeKind.RESOLVED if decision is None else OutcomeKind.RESOLVED_AFTER_REVIEW
    return ended(case, OutcomeKind.HANDED_OVER if draft.promises_a_colleague else kind, answered)


def _why_it_went_out(case: CaseFile, plan: Plan, decision: Approve | Edit | None) -> Reason:
    if decision is None:
        return reason(ReasonCode.ANSWERED, intents=", ".join(plan.servable))
    code = ReasonCode.EDITED if isinstance(decision, Edit) else ReasonCode.APPROVED
    return reason(code, reviewer=deciders(case.decisions, decision.request_id))


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

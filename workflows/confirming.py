"""Confirming: where the customer's words leave open whether something is to be done, they are asked, and answer."""

from temporalio import workflow

with workflow.unsafe.imports_passed_through():
    from cases.case import StepKind
    from cases.outcome import Outcome, OutcomeKind
    from cases.reason import ReasonCode
    from cases.short_answer import ShortAnswer
    from routing.messages import reason
    from routing.requested import confirmed

from workflows.case_file import CaseFile
from workflows.ending import ended, undeliverable
from workflows.telling import say_nothing_is_changed


def take_answer(case: CaseFile) -> bool:
    """Take in what the customer answers to whether they want it. False: it is no plain answer, and is read anew."""
    asked, known = case.confirming, case.classification
    if asked is None or known is None or case.answer is ShortAnswer.NEITHER:
        return False
    if case.answer is ShortAnswer.NO:
        case.has_declined = True
        case.note(StepKind.CUSTOMER, f"declined: {asked.action.summary}")
        return True
    newest = case.ticket.customer_messages[-1]
    case.classification = confirmed(known, asked, newest.id, newest.new_words)
    case.note(StepKind.CUSTOMER, f"confirmed: {asked.action.summary}")
    return True


async def leave_as_it_is(case: CaseFile) -> Outcome:
    """Tell the customer that nothing is changed: they do not want what we asked about."""
    what = case.confirming.action.summary if case.confirming else ""
    why = reason(ReasonCode.DECLINED, action=what)
    report = await say_nothing_is_changed(case, why)
    if report.refused is not None:
        return await undeliverable(case, report.refused)
    return ended(case, OutcomeKind.RESOLVED, why)

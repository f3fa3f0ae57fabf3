"""Courtesy: who only greets is asked what is wanted, once, and thanks are left to stand."""

from temporalio import workflow

with workflow.unsafe.imports_passed_through():
    from cases.case import StepKind
    from cases.outcome import Outcome, OutcomeKind
    from cases.reason import ReasonCode
    from routing.messages import reason

from workflows.case_file import CaseFile
from workflows.ending import ended_unsaid, undeliverable
from workflows.telling import welcome
from workflows.waiting import wait_for_customer


async def greet(case: CaseFile) -> Outcome | None:
    """Ask what is wanted, once; whoever goes on greeting is waited for. None: the customer said what it is."""
    why = reason(ReasonCode.NOTHING_ASKED)
    if not case.greeted:
        case.greeted = True
        report = await welcome(case, why)
        if report.refused is not None:
            return await undeliverable(case, report.refused)
    return await wait_for_customer(case, (), why)


def thanked(case: CaseFile) -> Outcome:
    """End without a word: the customer said thanks after our answer."""
    case.note(StepKind.CUSTOMER, "the customer said thanks: nothing to do")
    return ended_unsaid(OutcomeKind.RESOLVED, reason(ReasonCode.THANKED))

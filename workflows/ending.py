"""Ending: every case ends with an outcome, and where Signalbox stops, a person goes on with all that was found."""

from temporalio import workflow

with workflow.unsafe.imports_passed_through():
    from cases.outcome import Outcome, OutcomeKind
    from cases.reason import Reason, ReasonCode
    from routing.audit import in_audit_sample
    from routing.messages import reason

from workflows.case_file import CaseFile
from workflows.telling import give_to_a_person


async def hand_over(case: CaseFile, why: Reason) -> Outcome:
    """Give the case to a person of the owning team; the customer is told so."""
    report = await give_to_a_person(case, why)
    return undeliverable(report.refused) if report.refused else ended(case, OutcomeKind.HANDED_OVER, why)


def undeliverable(refused: str) -> Outcome:
    """Say that the helpdesk will not take what we write: only a person can mend that."""
    why = reason(ReasonCode.TOOL_FAILED, tool="the helpdesk", what=refused)
    return Outcome(kind=OutcomeKind.HANDED_OVER, reason=why, at=workflow.now())


def ended(case: CaseFile, kind: OutcomeKind, why: Reason) -> Outcome:
    """Say how the case ended; of what went out by itself, a known share is drawn for the audit."""
    rate = case.rulebook.sample_rate if kind is OutcomeKind.RESOLVED else 0.0
    return Outcome(
        kind=kind,
        reason=why,
        at=workflow.now(),
        audit_sample=in_audit_sample(case.case_id, case.turn, rate),
        sample_rate=rate,
    )

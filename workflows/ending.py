"""Ending: every case ends with an outcome, and where Signalbox stops, a person goes on with all that was found."""

from temporalio import workflow

with workflow.unsafe.imports_passed_through():
    from cases.action import ActionStatus
    from cases.machine_mail import MachineMail, MachineMailKind
    from cases.outcome import Outcome, OutcomeKind
    from cases.reason import Reason, ReasonCode
    from routing.audit import in_audit_sample
    from routing.messages import reason

from workflows.case_file import CaseFile
from workflows.telling import give_to_a_person, leave_a_note


async def hand_over(case: CaseFile, why: Reason) -> Outcome:
    """Give the case to a person of the owning team; the customer is told so, where the helpdesk lets us."""
    if case.gone is not None and not case.deeds:
        return await step_aside(case)
    report = await give_to_a_person(case, why)
    return ended(case, OutcomeKind.HANDED_OVER, _undelivered(report.refused) if report.refused else why)


async def end_without_a_word(case: CaseFile, mail: MachineMail) -> Outcome:
    """End a case that a machine began. A bounce that fits no case of ours is told to a person, and to nobody else."""
    if mail.kind is not MachineMailKind.BOUNCE:
        why = reason(ReasonCode.MACHINE_MAIL, kind=mail.kind, why=mail.why)
        return ended(case, OutcomeKind.MACHINE_MAIL, why)
    return await hand_over_silently(case, reason(ReasonCode.BOUNCE_OF_UNKNOWN, why=mail.why))


async def hand_over_silently(case: CaseFile, why: Reason) -> Outcome:
    """Give the case to a person, and write nothing to whoever is on the other side."""
    await leave_a_note(case, why, "handoff", case.team)
    return ended(case, OutcomeKind.HANDED_OVER, why)


async def undeliverable(case: CaseFile, refused: str) -> Outcome:
    """Give the case to a person, because the helpdesk refused the text for the customer: only they can mend that."""
    why = _undelivered(refused)
    await leave_a_note(case, why, "undelivered", case.team)
    return ended(case, OutcomeKind.HANDED_OVER, why)


async def step_aside(case: CaseFile) -> Outcome:
    """Leave the case to whoever answered or solved it in the helpdesk, or can still reach the customer.

    A ticket that is no more is left without a word. What was done in it before is told to colleagues all the same, and
    what may have been done is theirs to find out.
    """
    if case.gone is not None:
        if not case.deeds:
            return ended(case, *case.gone)
        unsettled = next((deed.reason for deed in case.deeds if deed.status is ActionStatus.UNKNOWN), None)
        await leave_a_note(case, unsettled or case.gone.why, "stand-back", case.team if unsettled else None)
        return ended(case, OutcomeKind.HANDED_OVER, unsettled) if unsettled else ended(case, *case.gone)
    if case.answered_by is not None:
        why = reason(ReasonCode.COLLEAGUE_ANSWERED, author=case.answered_by)
        await leave_a_note(case, why, "stand-back")
        return ended(case, OutcomeKind.TAKEN_OVER, why)
    if case.undelivered is not None:
        return await undeliverable(case, case.undelivered)
    if case.cancelled_by_ops:
        return await hand_over(case, reason(ReasonCode.CANCELLED_BY_OPS))
    return ended(case, OutcomeKind.TAKEN_OVER, reason(ReasonCode.SOLVED_ELSEWHERE))


def _undelivered(refused: str) -> Reason:
    return reason(ReasonCode.TOOL_FAILED, tool="the helpdesk", what=refused)


def ended_unsaid(kind: OutcomeKind, why: Reason) -> Outcome:
    """Say how the case ended where nothing was written: there is nothing to audit."""
    return Outcome(kind=kind, reason=why, at=workflow.now())


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

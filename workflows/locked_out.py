"""Locked out: ops mend a helpdesk that no longer lets us in; what is to be written waits, and says for what."""

import asyncio
from contextlib import suppress

from temporalio import workflow
from temporalio.exceptions import ActivityError, ApplicationError

with workflow.unsafe.imports_passed_through():
    from activities.answer import Answering
    from activities.lockouts import Lockouts
    from cases.case import StepKind
    from cases.errors import ToolLocked
    from cases.lockout import LockedOut, way_out
    from cases.outcome import Stage
    from cases.reason import ReasonCode
    from cases.source_work import SourceName
    from cases.work import AnswerReport, AnswerRequest
    from routing.messages import reason

from workflows.case_file import CaseFile
from workflows.options import A_WORD_TO_OPS, deed
from workflows.showing import end_wait, enter, record, show_wait

LOCKED = ToolLocked.__name__


async def write_when_let_in(case: CaseFile, request: AnswerRequest, summary: str) -> AnswerReport:
    """Write in the helpdesk; where it no longer lets us in, tell ops, and write as soon as it does."""
    seconds = case.rulebook.tool_times.helpdesk_seconds
    try:
        return await workflow.execute_activity_method(
            Answering.answer, request, summary=summary, **deed(seconds, gives_up_on=(LOCKED,))
        )
    except ActivityError as error:
        refusal = error.cause
        if not isinstance(refusal, ApplicationError) or refusal.type != LOCKED:
            raise
        locked = LockedOut(tenant=request.tenant, source=request.source, why=refusal.message[:300])
    before = case.stage
    await _stand_still(case, locked)
    report, _ = await asyncio.gather(
        workflow.execute_activity_method(Answering.answer, request, summary=summary, **deed(seconds)),
        _tell_ops(locked),
    )
    await _go_on(case, locked, before)
    return report


async def _stand_still(case: CaseFile, locked: LockedOut) -> None:
    """Say what is waited for. A case that people are asked to decide stays with them: only a note of ours waits."""
    label = f"{locked.tenant}/{locked.source}"
    why = reason(ReasonCode.HELPDESK_LOCKED, source=label, what=locked.why)
    case.note(StepKind.REPLY, why)
    if case.review is None:
        show_wait(
            case,
            f"ops to give {label} a new token",
            f"**Waits for ops**: {label} no longer lets us write\n\nWhy: {locked.why}\n\n{way_out(locked)} "
            "What is to be written is kept, and goes out by itself within a minute.",
        )
        enter(case, Stage.WAITING_FOR_HELPDESK, why)
    await record(case)


async def _tell_ops(locked: LockedOut) -> None:
    with suppress(ActivityError):
        await workflow.execute_activity_method(Lockouts.tell_ops, locked, summary="alert ops", **A_WORD_TO_OPS)


async def _go_on(case: CaseFile, locked: LockedOut, before: Stage) -> None:
    case.note(StepKind.REPLY, f"{locked.tenant}/{locked.source} lets us write again")
    if case.stage is Stage.WAITING_FOR_HELPDESK:
        end_wait(case)
        enter(case, before)
    with suppress(ActivityError):
        await workflow.execute_activity_method(
            Lockouts.let_in,
            SourceName(tenant=locked.tenant, name=locked.source),
            summary="tell ops that it is over",
            **A_WORD_TO_OPS,
        )

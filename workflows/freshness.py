"""Freshness: the records are read again when somebody decides, and a decision about something else is void."""

from temporalio import workflow

with workflow.unsafe.imports_passed_through():
    from cases.reason import Reason, ReasonCode
    from routing.facts_changed import record_changes
    from routing.messages import reason
    from routing.review import unnamed_cases

from workflows.case_file import CaseFile
from workflows.finding import find_other_cases, read_records_again


async def what_has_changed(case: CaseFile) -> Reason | None:
    """What is no longer as the person who decided saw it, if anything is.

    Records that cannot be read now change nothing: they are read once more right before each action.
    """
    known = case.other_cases
    await find_other_cases(case)
    unnamed = unnamed_cases(case.other_cases, known, case.actions, case.facts)
    if unnamed:
        return unnamed[0]
    now = await read_records_again(case)
    changed = record_changes(case.facts, now) if now is not None else ()
    return reason(ReasonCode.FACTS_CHANGED, what="; ".join(changed)[:200]) if changed else None

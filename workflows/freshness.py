"""Freshness: the records are read again when somebody decides, and a decision about something else is void."""

from temporalio import workflow

with workflow.unsafe.imports_passed_through():
    from cases.other_case import records_at_stake
    from cases.reason import Reason, ReasonCode
    from routing.facts_changed import record_changes
    from routing.messages import reason

from workflows.case_file import CaseFile
from workflows.finding import find_other_cases, read_records_again


async def what_has_changed(case: CaseFile) -> Reason | None:
    """What is no longer as the person who decided saw it, if anything is.

    Records that cannot be read now change nothing: they are read once more right before each action.
    """
    known = {other.case_id for other in case.other_cases}
    await find_other_cases(case)
    new = [other for other in case.other_cases if other.case_id not in known and _meets(case, other.records)]
    if new:
        return reason(ReasonCode.OTHER_OPEN_CASE, record=_meets(case, new[0].records), case=new[0].case_id)
    now = await read_records_again(case)
    changed = record_changes(case.facts, now) if now is not None else ()
    return reason(ReasonCode.FACTS_CHANGED, what="; ".join(changed)[:200]) if changed else None


def _meets(case: CaseFile, records: tuple[str, ...]) -> str | None:
    return next((record for record in records_at_stake(case.actions, case.facts) if record in records), None)

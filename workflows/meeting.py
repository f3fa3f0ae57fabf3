"""Meeting: cases about one record know of each other before a person decides on either.

Each looks for others before it is held, and once more when its review stands in the ledger: of two that open at the
same moment, whoever is written down last sees the other, and tells it. A review that does not name the other case is
void then, and shown anew. It happens once for each other case: to whoever names one already, it is nothing new.
"""

from contextlib import suppress

from temporalio import workflow
from temporalio.exceptions import FailureError

with workflow.unsafe.imports_passed_through():
    from cases.other_case import OtherCase, records_at_stake
    from cases.outcome import Stage
    from cases.review import ReviewRequest
    from routing.review import reasons_of_other_cases

from workflows.case_file import CaseFile
from workflows.finding import other_cases_now
from workflows.hearing import hear_of_another_case


async def meet_other_cases(case: CaseFile, opened: ReviewRequest) -> None:
    """Look once more for other cases about the same records, now that this one can be found by them."""
    records = records_at_stake(case.actions, case.facts)
    if not records:
        return
    others = await other_cases_now(case)
    if case.review is None or case.review.id != opened.id:
        return
    met = [other for other in others if reasons_of_other_cases((other,), case.actions, case.facts)]
    own = _as_another_sees(case, records)
    for other in met:
        hear_of_another_case(case, other)
    for other in met:
        if other.stage is Stage.WAITING_FOR_REVIEW:
            await _tell(other, own)


def _as_another_sees(case: CaseFile, records: tuple[str, ...]) -> OtherCase:
    return OtherCase(
        case_id=case.case_id,
        stage=Stage.WAITING_FOR_REVIEW,
        intents=case.intents,
        proposed=tuple(action.summary for action in case.actions),
        records=records,
        opened_at=case.opened_at,
    )


async def _tell(other: OtherCase, own: OtherCase) -> None:
    # One that has ended since has nothing to show anew.
    with suppress(FailureError):
        await workflow.get_external_workflow_handle(other.case_id).signal("another_case", own)

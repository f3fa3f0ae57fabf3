"""`signalbox take-over CASE`."""

from cases.review import TakeOver
from starter.command_line.deciding import decide_on, tell_decided
from starter.command_line.options import CaseArgument, JsonOption, ReviewerOption


def command(case: CaseArgument, *, reviewer: ReviewerOption, as_json: JsonOption = False) -> None:
    """Answer the customer yourself, in the helpdesk. Signalbox writes nothing more for this ticket."""
    decided = decide_on(
        case, lambda held: TakeOver(request_id=held.id, case_version=held.case_version, reviewer=reviewer)
    )
    tell_decided(decided, as_json=as_json)

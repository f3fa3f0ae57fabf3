"""`signalbox approve CASE`."""

from cases.review import Approve
from starter.command_line.deciding import decide_on, tell_decided
from starter.command_line.options import CaseArgument, JsonOption, ReviewerOption


def command(case: CaseArgument, *, reviewer: ReviewerOption, as_json: JsonOption = False) -> None:
    """Send the reply and take the actions, as proposed."""
    decided = decide_on(
        case, lambda held: Approve(request_id=held.id, case_version=held.case_version, reviewer=reviewer)
    )
    tell_decided(decided, as_json=as_json)

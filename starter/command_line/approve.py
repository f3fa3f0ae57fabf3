"""`signalbox approve CASE`."""

from routing.approvals import approval_of
from starter.command_line.deciding import decide_on, tell_decided
from starter.command_line.options import CaseArgument, JsonOption, ReviewerOption


def command(case: CaseArgument, *, reviewer: ReviewerOption, as_json: JsonOption = False) -> None:
    """Send the reply and take the actions, as proposed, or as the first of two approvers edited them."""
    decided = decide_on(case, lambda held: approval_of(held, reviewer))
    tell_decided(decided, as_json=as_json)

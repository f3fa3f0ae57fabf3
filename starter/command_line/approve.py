"""`signalbox approve CASE`."""

from typing import Annotated

import typer

from routing.approvals import approval_of
from starter.command_line.deciding import decide_on, tell_decided
from starter.command_line.options import CaseArgument, JsonOption, ReviewerOption

BeyondLimits = Annotated[
    bool, typer.Option("--beyond-limits", help="As a lead, go on although a limit on moved money is reached.")
]


def command(
    case: CaseArgument, *, reviewer: ReviewerOption, beyond_limits: BeyondLimits = False, as_json: JsonOption = False
) -> None:
    """Send the reply and take the actions, as proposed, or as the first of two approvers edited them."""
    decided = decide_on(
        case, lambda held: approval_of(held, reviewer).model_copy(update={"beyond_limits": beyond_limits})
    )
    tell_decided(decided, as_json=as_json)

"""`signalbox reject CASE --reason REASON`."""

from typing import Annotated

import typer

from cases.review import Reject, RejectReason
from starter.command_line.deciding import decide_on, tell_decided
from starter.command_line.options import CaseArgument, JsonOption, ReviewerOption

ReasonOption = Annotated[RejectReason, typer.Option("--reason", help="Why the proposal is turned down.")]
CommentOption = Annotated[str, typer.Option("--comment", metavar="TEXT", help="More for the colleague who answers.")]


def command(
    case: CaseArgument,
    *,
    reason: ReasonOption,
    comment: CommentOption = "",
    reviewer: ReviewerOption,
    as_json: JsonOption = False,
) -> None:
    """Do none of it: a person of the owning team answers the customer."""
    decided = decide_on(
        case,
        lambda held: Reject(
            request_id=held.id, case_version=held.case_version, reviewer=reviewer, reason=reason, comment=comment
        ),
    )
    tell_decided(decided, as_json=as_json)

"""`signalbox ask-again CASE --order W10023`."""

from typing import Annotated

import typer

from cases.classification import Entities
from cases.errors import InvalidDecision
from cases.review import AskAgain
from starter.command_line.deciding import decide_on, tell_decided
from starter.command_line.options import CaseArgument, JsonOption, ReviewerOption

OrderOption = Annotated[list[str] | None, typer.Option("--order", metavar="ID", help="The order that is meant.")]
EmailOption = Annotated[list[str] | None, typer.Option("--email", metavar="ADDRESS", help="The address that is meant.")]
PlanOption = Annotated[str | None, typer.Option("--plan", metavar="NAME", help="The plan that is meant.")]
AddressOption = Annotated[
    str | None, typer.Option("--address", metavar="TEXT", help="The postal address that is meant.")
]


def command(
    case: CaseArgument,
    *,
    order: OrderOption = None,
    email: EmailOption = None,
    plan: PlanOption = None,
    address: AddressOption = None,
    reviewer: ReviewerOption,
    as_json: JsonOption = False,
) -> None:
    """Start a case over with details you know. Only the look-ups they unblock are made."""
    details = Entities(order_ids=tuple(order or ()), emails=tuple(email or ()), plan=plan, address=address)
    if details == Entities():
        raise InvalidDecision("details", "none are given.", "Give at least one: --order, --email, --plan or --address.")
    decided = decide_on(
        case,
        lambda held: AskAgain(request_id=held.id, case_version=held.case_version, reviewer=reviewer, details=details),
    )
    tell_decided(decided, as_json=as_json)

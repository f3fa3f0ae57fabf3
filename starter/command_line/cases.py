"""`signalbox cases`."""

import asyncio
from datetime import UTC, datetime
from typing import Annotated

import typer

from cases.classification import Team
from cases.errors import InvalidInput
from cases.outcome import Stage
from cases.reason import ReasonCode
from cases.route import RouteName
from ledger.case_list import WAITING_STAGES, CaseFilter, CaseOrder, CaseSummary
from starter.command_line.case_table import case_table, waiting_table
from starter.command_line.options import JsonOption
from starter.command_line.output import console, print_json
from starter.command_line.validating import naming_what_is_wrong
from starter.connections import open_connections
from starter.settings import load_settings

StageOption = Annotated[
    list[Stage] | None,
    typer.Option("--stage", metavar="STAGE", help="Only cases in this stage, such as waiting_for_review."),
]
RouteOption = Annotated[RouteName | None, typer.Option("--route", help="Only cases that go this way.")]
ReasonOption = Annotated[
    ReasonCode | None,
    typer.Option("--reason", metavar="CODE", help="Only cases with this reason, such as detail_missing."),
]
IntentOption = Annotated[str | None, typer.Option("--intent", metavar="NAME", help="Only cases with this intent.")]
TeamOption = Annotated[Team | None, typer.Option("--team", help="Only cases of this team.")]
TenantOption = Annotated[str | None, typer.Option("--tenant", metavar="NAME", help="Only cases of this tenant.")]
TextOption = Annotated[str, typer.Option("--text", metavar="TEXT", help="Only cases whose ticket has this in it.")]
WaitingOption = Annotated[
    bool, typer.Option("--waiting", help="Only cases that wait for a person or the customer, longest first.")
]
LimitOption = Annotated[int, typer.Option("--limit", min=1, max=1_000, help="At most so many.")]


def command(
    *,
    stage: StageOption = None,
    route: RouteOption = None,
    reason: ReasonOption = None,
    intent: IntentOption = None,
    team: TeamOption = None,
    tenant: TenantOption = None,
    text: TextOption = "",
    waiting: WaitingOption = False,
    limit: LimitOption = 50,
    as_json: JsonOption = False,
) -> None:
    """List cases, changed last first."""
    with naming_what_is_wrong(InvalidInput):
        wanted = CaseFilter(
            stages=tuple(stage or (WAITING_STAGES if waiting else ())),
            route=route,
            reason=reason,
            intent=intent,
            team=team,
            tenant=tenant,
            text=text,
            order=CaseOrder.WAITING_LONGEST if waiting else CaseOrder.NEWEST,
            limit=limit,
        )
    found = asyncio.run(_find(wanted))
    if as_json:
        print_json(found)
    elif found:
        screen = console()
        table = waiting_table if waiting else case_table
        screen.print(table(found, screen.width, datetime.now(UTC)))
    else:
        typer.echo("No such cases. Start some with `signalbox start FILE`.")


async def _find(wanted: CaseFilter) -> tuple[CaseSummary, ...]:
    async with open_connections(load_settings()) as (_, ledger, *_):
        return await ledger.cases(wanted)

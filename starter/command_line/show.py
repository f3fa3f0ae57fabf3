"""`signalbox show CASE`."""

import asyncio
from datetime import UTC, datetime
from typing import Annotated

import typer

from cases.case import CaseView
from starter.command_line.case_look import Depth, Look
from starter.command_line.case_screen import case_screen
from starter.command_line.finding_cases import find_case
from starter.command_line.options import CaseArgument, JsonOption
from starter.command_line.output import console, print_json
from starter.connections import open_connections
from starter.settings import load_settings

FullOption = Annotated[bool, typer.Option("--full", help="Every message and every text sent, to its last line.")]


def command(case: CaseArgument, *, full: FullOption = False, as_json: JsonOption = False) -> None:
    """Show one case: what, why, every rung tried, and what it waits for."""
    found = asyncio.run(_find(case))
    if as_json:
        print_json(found)
    else:
        depth = Depth.FULL if full else Depth.SHORTENED
        console().print(case_screen(found, Look(depth, datetime.now(UTC).date())))


async def _find(named: str) -> CaseView:
    async with open_connections(load_settings()) as (_, ledger, *_):
        return await find_case(ledger, named)

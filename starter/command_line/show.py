"""`signalbox show CASE`."""

import asyncio

from cases.work import CaseView
from starter.command_line.case_screen import case_screen
from starter.command_line.finding_cases import find_case
from starter.command_line.options import CaseArgument, JsonOption
from starter.command_line.output import console, print_json
from starter.connections import open_connections
from starter.settings import load_settings


def command(case: CaseArgument, *, as_json: JsonOption = False) -> None:
    """Show one case: what, why, every rung tried, and what it waits for."""
    found = asyncio.run(_find(case))
    if as_json:
        print_json(found)
    else:
        console().print(case_screen(found))


async def _find(named: str) -> CaseView:
    async with open_connections(load_settings()) as (_, ledger):
        return await find_case(ledger, named)

"""`signalbox audit`: whether what people decided still stands as it was written."""

import asyncio

import typer

from ledger.database import Database
from ledger.decision_log import ChainReport, DecisionLog
from starter.command_line.exits import with_exit_code
from starter.command_line.options import JsonOption
from starter.command_line.output import print_json
from starter.settings import Settings, load_settings

command = typer.Typer(no_args_is_help=True, rich_markup_mode=None)


@command.callback()
def about() -> None:
    """See that the decision log is whole."""


@command.command()
@with_exit_code
def verify(*, as_json: JsonOption = False) -> None:
    """Walk the chain of decisions, and name the first row that was changed, removed or put in."""
    report = asyncio.run(_verify(load_settings()))
    if as_json:
        print_json(report)
    else:
        typer.echo(f"{report.sentence}\nLast whole row: {report.rows}, {report.last_hash}")
    if report.broken_row is not None:
        raise typer.Exit(1)


async def _verify(settings: Settings) -> ChainReport:
    database = Database.at(settings.database_url, connections=1)
    try:
        return await DecisionLog(database).verify()
    finally:
        await database.close()

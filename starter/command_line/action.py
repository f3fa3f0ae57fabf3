"""`signalbox action`: what nobody knows the end of, and what a person has found out about it."""

import asyncio
import getpass
from datetime import UTC, datetime
from enum import StrEnum
from typing import Annotated

import typer

from cases.action import ActionResult, ActionStatus
from cases.reservation import UnknownAction
from ledger.actions import ActionLedger
from ledger.database import Database
from starter.command_line.exits import with_exit_code
from starter.command_line.options import JsonOption
from starter.command_line.output import print_json, printable
from starter.settings import Settings, load_settings


class Found(StrEnum):
    """What the shop shows."""

    DONE = "done"
    NOT_DONE = "not-done"


KeyArgument = Annotated[
    str, typer.Argument(metavar="KEY", help="The action's key, as `signalbox action list` shows it.")
]
FoundArgument = Annotated[Found, typer.Argument(metavar="FOUND", help="What the shop shows: done or not-done.")]
ByOption = Annotated[str | None, typer.Option("--by", metavar="NAME", help="Who has looked, if not you.")]

command = typer.Typer(no_args_is_help=True, rich_markup_mode=None)


@command.callback()
def action() -> None:
    """Settle what only a person can find out: until then nothing else is done to the same record."""


@command.command("list")
@with_exit_code
def list_unknown(*, as_json: JsonOption = False) -> None:
    """List the actions that may or may not have happened, oldest first."""
    unknown = asyncio.run(_unknown(load_settings()))
    if as_json:
        print_json(unknown)
    elif unknown:
        for one in unknown:
            value = f" · {one.value}" if one.value else ""
            since = f"{one.intended_at:%Y-%m-%d %H:%M} UTC"
            typer.echo(f"{one.kind.replace('_', ' ')} of {printable(one.target)}{value}, since {since}")
            typer.echo(f"  {printable(one.key)}")
    else:
        typer.echo("Of every action it is known how it ended.")


@command.command("settle")
@with_exit_code
def settle(key: KeyArgument, found: FoundArgument, by: ByOption = None, *, as_json: JsonOption = False) -> None:
    """Say what you have found in the shop. What is not done may be approved and done again."""
    result = asyncio.run(_settle(load_settings(), key, found, by or getpass.getuser()))
    if as_json:
        print_json(result)
    else:
        typer.echo(f"{printable(result.action_id)} is settled as {found.replace('-', ' ')}.")


async def _unknown(settings: Settings) -> tuple[UnknownAction, ...]:
    database = Database.at(settings.database_url, connections=1)
    try:
        return await ActionLedger(database).unknown_actions()
    finally:
        await database.close()


async def _settle(settings: Settings, key: str, found: Found, by: str) -> ActionResult:
    database = Database.at(settings.database_url, connections=1)
    book, now = ActionLedger(database), datetime.now(UTC)
    try:
        if found is Found.DONE:
            return await book.settle_by_hand(key, ActionStatus.EXECUTED, by, now)
        return await book.settle_by_hand(key, ActionStatus.NOT_DONE, by, now)
    finally:
        await database.close()

"""`signalbox switch`: turn one model, action, intent, route or tenant off within seconds, and on again."""

import asyncio
import getpass
from datetime import UTC, datetime
from typing import Annotated

import typer
from rich.table import Table

from cases.cache import CACHE
from cases.errors import InvalidInput
from cases.policy.document import PolicyDocument
from cases.policy.names import suggestion
from cases.route import RouteName
from cases.switch import Lever, Position, Switching, SwitchKind
from ledger.database import Database
from ledger.switches import SwitchLedger
from starter.command_line.exits import with_exit_code
from starter.command_line.options import JsonOption
from starter.command_line.output import console, print_json, printable
from starter.policy_files import read_policy
from starter.settings import Settings, load_settings

KindArgument = Annotated[SwitchKind, typer.Argument(metavar="KIND", help="model, action, intent, route or tenant.")]
NameArgument = Annotated[str, typer.Argument(metavar="NAME", help="Which one, as the policy calls it.")]
WhyOption = Annotated[str, typer.Option("--why", metavar="TEXT", help="The reason; whoever is held up by it reads it.")]
ByOption = Annotated[str | None, typer.Option("--by", metavar="NAME", help="Who does it, if not you.")]

command = typer.Typer(no_args_is_help=True, rich_markup_mode=None)


@command.callback()
def switch() -> None:
    """Turn one part off within seconds, without a deploy and without hurting the rest."""


@command.command("off")
@with_exit_code
def off(
    kind: KindArgument, name: NameArgument, why: WhyOption, by: ByOption = None, *, as_json: JsonOption = False
) -> None:
    """Stop using it, within a second: what needs it goes down the ladder or to a person."""
    _move(Lever(kind=kind, name=name), Position.OFF, why, by, as_json=as_json)


@command.command("on")
@with_exit_code
def on(
    kind: KindArgument, name: NameArgument, why: WhyOption, by: ByOption = None, *, as_json: JsonOption = False
) -> None:
    """Use it again."""
    _move(Lever(kind=kind, name=name), Position.ON, why, by, as_json=as_json)


@command.command("list")
@with_exit_code
def list_switches(*, as_json: JsonOption = False) -> None:
    """List what is off now, with who turned it off and why."""
    standing = asyncio.run(_turned_off(load_settings()))
    if as_json:
        print_json(standing)
    elif standing:
        table = Table("off", "why", "by", "since", box=None)
        for switching in standing:
            since = f"{switching.at:%Y-%m-%d %H:%M} UTC"
            table.add_row(str(switching.lever), printable(switching.why), printable(switching.by), since)
        console().print(table)
    else:
        typer.echo("Nothing is switched off.")


def _move(lever: Lever, position: Position, why: str, by: str | None, *, as_json: bool) -> None:
    settings = load_settings()
    check_lever(read_policy(settings.policy).document, lever)
    if len(why.strip()) < 3:
        raise InvalidInput("--why", "says nothing.", "Whoever is held up by it reads this: give the reason.")
    switching = Switching(lever=lever, position=position, why=why, by=by or getpass.getuser(), at=datetime.now(UTC))
    asyncio.run(_keep(settings, switching))
    if as_json:
        print_json(switching)
    else:
        typer.echo(f"{lever} is {position} for every worker within a second.")


def check_lever(policy: PolicyDocument, lever: Lever) -> None:
    """Raise InvalidInput for a name that the policy does not have: turning off what nobody uses would calm nobody."""
    known = {
        SwitchKind.MODEL: (*policy.models, *([CACHE] if policy.cache else [])),
        SwitchKind.ACTION: tuple(policy.actions),
        SwitchKind.INTENT: tuple(policy.intents),
        SwitchKind.ROUTE: tuple(RouteName),
        SwitchKind.TENANT: (lever.name,),
    }[lever.kind]
    if lever.name not in known:
        way_out = suggestion(lever.name, known, f"Write one of: {', '.join(known)}.")
        raise InvalidInput("NAME", f"{policy.version} has no {lever}.", way_out)


async def _keep(settings: Settings, switching: Switching) -> None:
    database = Database.at(settings.database_url, connections=1)
    try:
        await SwitchLedger(database).move(switching)
    finally:
        await database.close()


async def _turned_off(settings: Settings) -> tuple[Switching, ...]:
    database = Database.at(settings.database_url, connections=1)
    try:
        return tuple((await SwitchLedger(database).turned_off()).values())
    finally:
        await database.close()

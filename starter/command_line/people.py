"""`signalbox people`: who may use the desk."""

import asyncio
import sys
from collections.abc import Awaitable, Callable
from decimal import Decimal, InvalidOperation
from typing import Annotated, TypeVar

import typer
from rich.table import Table

from cases.errors import InvalidInput
from cases.person import Person, Role
from ledger.database import Database
from ledger.passwords import hash_password
from ledger.people import PeopleLedger, unknown_person
from starter.command_line.exits import with_exit_code
from starter.command_line.options import JsonOption
from starter.command_line.output import console, print_json, printable
from starter.command_line.validating import naming_what_is_wrong
from starter.settings import load_settings

NameArgument = Annotated[str, typer.Argument(metavar="NAME", help="What they sign in with, such as ada.")]
DisplayOption = Annotated[
    str, typer.Option("--display-name", metavar="TEXT", help="What others see; NAME if left out.")
]
RoleOption = Annotated[list[Role], typer.Option("--role", help="agent, reviewer, lead or ops; may be repeated.")]
LimitOption = Annotated[
    list[str],
    typer.Option("--limit", metavar="EUR=200", help="Up to how much they may approve; repeat it per currency."),
]

Answer = TypeVar("Answer")

command = typer.Typer(no_args_is_help=True, rich_markup_mode=None)


@command.callback()
def people() -> None:
    """Say who may use the desk. A password is asked for, or read from standard input; it is never an argument."""


@command.command("add")
@with_exit_code
def add(
    name: NameArgument,
    role: RoleOption,
    display_name: DisplayOption = "",
    limit: LimitOption = [],  # noqa: B006  # the library reads it as no value
    *,
    as_json: JsonOption = False,
) -> None:
    """Let somebody in, with a password that you give them."""
    with naming_what_is_wrong(InvalidInput):
        person = Person(
            name=name, display_name=display_name or name, roles=frozenset(role), approval_limits=parse_limits(limit)
        )
    password_hash = hash_password(_password_for(name))
    _with_people(lambda people: people.add(person, password_hash))
    _tell(person, f"{name} can sign in.", as_json=as_json)


@command.command("list")
@with_exit_code
def list_people(*, as_json: JsonOption = False) -> None:
    """List everybody who may use the desk."""
    everybody = _with_people(lambda people: people.people())
    if as_json:
        print_json(everybody)
    elif everybody:
        table = Table("name", "display name", "roles", "may approve up to", box=None)
        for person in everybody:
            limits = ", ".join(f"{amount} {currency}" for currency, amount in sorted(person.approval_limits.items()))
            table.add_row(person.name, printable(person.display_name), " ".join(sorted(person.roles)), limits)
        console().print(table)
    else:
        typer.echo("Nobody yet. Let the first one in with `signalbox people add NAME --role lead`.")


@command.command("change")
@with_exit_code
def change(
    name: NameArgument,
    role: RoleOption = [],  # noqa: B006
    display_name: DisplayOption = "",
    limit: LimitOption = [],  # noqa: B006
    *,
    as_json: JsonOption = False,
) -> None:
    """Give somebody other roles, limits or another display name. What is not named stays; it counts at once."""
    limits = parse_limits(limit)
    new_roles = frozenset(role)

    async def changed(people: PeopleLedger) -> Person:
        was = await _somebody(people, name)
        with naming_what_is_wrong(InvalidInput):
            person = Person(
                name=name,
                display_name=display_name or was.display_name,
                roles=new_roles or was.roles,
                approval_limits=limits or was.approval_limits,
            )
        await people.change(person)
        return person

    _tell(_with_people(changed), f"{name} is changed.", as_json=as_json)


@command.command("password")
@with_exit_code
def password(name: NameArgument, *, as_json: JsonOption = False) -> None:
    """Give somebody another password; wherever they are signed in, they are signed out."""
    password_hash = hash_password(_password_for(name))

    async def changed(people: PeopleLedger) -> Person:
        await people.set_password(name, password_hash)
        return await _somebody(people, name)

    _tell(_with_people(changed), f"{name} has a new password, and is signed out everywhere.", as_json=as_json)


@command.command("remove")
@with_exit_code
def remove(name: NameArgument, *, as_json: JsonOption = False) -> None:
    """Stop letting somebody in, from now on. What they decided keeps their name, and nobody else gets it."""

    async def removed(people: PeopleLedger) -> Person:
        person = await _somebody(people, name)
        await people.remove(name)
        return person

    _tell(_with_people(removed), f"{name} is signed out everywhere and cannot sign in again.", as_json=as_json)


def parse_limits(written: list[str]) -> dict[str, Decimal]:
    """Read `EUR=200` and its like. Raises InvalidInput."""
    return dict(_limit(one) for one in written)


def _limit(written: str) -> tuple[str, Decimal]:
    currency, _, amount = written.partition("=")
    try:
        value = Decimal(amount)
    except InvalidOperation:
        value = Decimal("NaN")
    if not value.is_finite() or value < 0:
        raise InvalidInput("--limit", f"{written!r} is not a currency and an amount.", "Write it as EUR=200.")
    return currency, value


def _password_for(name: str) -> str:
    """Ask at the terminal, twice; or take the first line of standard input."""
    if sys.stdin.isatty():
        return str(typer.prompt(f"Password for {name}", hide_input=True, confirmation_prompt=True, err=True))
    return sys.stdin.readline().rstrip("\r\n")


async def _somebody(people: PeopleLedger, name: str) -> Person:
    account = await people.account(name)
    if account is None:
        raise unknown_person(name)
    return account.person


def _with_people(work: Callable[[PeopleLedger], Awaitable[Answer]]) -> Answer:
    async def run() -> Answer:
        database = Database.at(load_settings().database_url, connections=1)
        try:
            return await work(PeopleLedger(database))
        finally:
            await database.close()

    return asyncio.run(run())


def _tell(person: Person, sentence: str, *, as_json: bool) -> None:
    if as_json:
        print_json(person)
    else:
        typer.echo(sentence)

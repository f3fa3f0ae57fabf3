"""`signalbox source`: where tickets come from, and how they are answered there."""

import asyncio
import sys
from contextlib import AsyncExitStack
from typing import Annotated

import typer
from pydantic import SecretStr
from rich.table import Table

from cases.classification import Team
from cases.errors import InvalidInput
from cases.source import ARE_POLLED, Source, SourceKind, SourceSecrets
from ledger.database import Database
from ledger.sources import SourceLedger
from starter.command_line.exits import with_exit_code
from starter.command_line.options import JsonOption
from starter.command_line.output import console, print_json, printable
from starter.command_line.source_health import last_asked, listed_sources, to_look_at
from starter.command_line.source_token import give_token, lockout_of, refuse_without_token
from starter.command_line.validating import naming_what_is_wrong
from starter.connections import open_connections
from starter.settings import Settings, load_settings
from starter.sources.helpdesks import SourceHelpdesks
from starter.sources.receiving import registered_source
from starter.sources.registering import GIVEN_BY_THE_SENDER, Registered, register, rotate
from starter.sources.secrets import SECRETS_FILE, missing_secrets, needed_secrets, secrets_of, variable
from starter.sources.trial import Trial, made_up_ticket, newest_ticket, try_source

HELPDESK_SECONDS = 10.0
"""How long a helpdesk may take to list what changed, for somebody who waits at a terminal."""

LabelArgument = Annotated[str, typer.Argument(metavar="TENANT/NAME", help="Which source, such as acme/shop.")]
KindOption = Annotated[SourceKind, typer.Option("--kind", help="What speaks at the other end.")]
UrlOption = Annotated[str | None, typer.Option("--url", help="Where the helpdesk is: https://acme.zendesk.com.")]
AccountOption = Annotated[str | None, typer.Option("--account", help="Chatwoot's account; WhatsApp's phone number id.")]
UserOption = Annotated[str | None, typer.Option("--user", help="Whom the API token belongs to.")]
TeamOption = Annotated[
    list[str], typer.Option("--team", metavar="TEAM=ID", help="What the helpdesk calls one of our teams.")
]
GroupOption = Annotated[
    list[str], typer.Option("--group", metavar="GROUP", help="A Zammad group to read; if left out, all its token sees.")
]
TemplateOption = Annotated[str | None, typer.Option("--template", help="WhatsApp's approved text for late replies.")]
LanguageOption = Annotated[
    list[str],
    typer.Option("--template-language", metavar="CODE", help="A language WhatsApp has it in, such as de or pt_BR."),
]
PollOption = Annotated[int, typer.Option("--poll", metavar="MINUTES", help="How often it is asked what changed.")]
TicketOption = Annotated[
    str | None, typer.Option("--ticket", help="Which ticket; if left out, the one that changed last.")
]

command = typer.Typer(no_args_is_help=True, rich_markup_mode=None)


@command.callback()
def source() -> None:
    """Say where tickets come from. Secrets are asked for, or read from standard input; they are never arguments."""


@command.command("add")
@with_exit_code
def add(
    label: LabelArgument,
    kind: KindOption,
    url: UrlOption = None,
    account: AccountOption = None,
    user: UserOption = None,
    team: TeamOption = [],  # noqa: B006  # the library reads it as no value
    group: GroupOption = [],  # noqa: B006  # the library reads it as no value
    template: TemplateOption = None,
    template_language: LanguageOption = [],  # noqa: B006  # the library reads it as no value
    poll: PollOption = 5,
    *,
    as_json: JsonOption = False,
) -> None:
    """Register a source, or change one. Prints the address and the secret to paste into it."""
    tenant, name = split_label(label)
    with naming_what_is_wrong(InvalidInput):
        wanted = Source.model_validate(
            {
                "tenant": tenant,
                "name": name,
                "kind": kind,
                "url": url,
                "account": account,
                "user": user,
                "teams": parse_teams(team),
                "groups": group,
                "template": template,
                "poll_minutes": poll,
                **({"template_languages": template_language} if template_language else {}),
            }
        )
    settings = load_settings()
    given = _ask_for_secrets(wanted, settings)

    async def added() -> Registered:
        async with open_connections(settings) as connections:
            return await register(wanted, given, settings, connections.sources, connections.engine)

    _tell(asyncio.run(added()), settings, as_json=as_json)


@command.command("rotate")
@with_exit_code
def rotate_secret(label: LabelArgument, *, as_json: JsonOption = False) -> None:
    """Begin to use another signing secret. What is signed with the last one is taken until the next rotation."""
    settings = load_settings()
    wanted = asyncio.run(_find(label, settings))
    given = _ask(f"New signing secret of {wanted.label}") if wanted.kind in GIVEN_BY_THE_SENDER else None
    _tell(rotate(wanted, settings, given), settings, as_json=as_json)


@command.command("token")
@with_exit_code
def token(label: LabelArgument, *, as_json: JsonOption = False) -> None:
    """Give another API token, where the helpdesk no longer lets us in. What waits for it goes out by itself."""
    settings = load_settings()
    wanted = asyncio.run(_find(label, settings))
    refuse_without_token(wanted)
    given = asyncio.run(give_token(wanted, _ask(f"API token for {wanted.url or wanted.kind}"), settings))
    if as_json:
        print_json(given)
        return
    typer.echo(f"{wanted.label} has another token. Try it: signalbox source test {wanted.label}")
    if given.in_the_way is not None:
        typer.echo(given.in_the_way)


@command.command("test")
@with_exit_code
def test(label: LabelArgument, ticket: TicketOption = None, *, as_json: JsonOption = False) -> None:
    """Send a signed delivery through the HTTP door, as the source would, and say what became of it."""
    settings = load_settings()
    trial = asyncio.run(_try(label, ticket, settings))
    if as_json:
        print_json(trial)
        return
    typer.echo(f"The door answered {trial.status}: {printable(trial.receipt.sentence)}")
    for sentence in trial.told:
        typer.echo(f"Ticket {trial.ticket_id}: {printable(sentence)}")
    if trial.locked is not None:
        typer.echo(f"{label} {printable(trial.locked)}")
    if trial.reads is not None:
        typer.echo(f"{label} reads {trial.reads}")
    typer.echo(f"See its case: signalbox show {trial.case_id}")


@command.command("list")
@with_exit_code
def list_sources(*, as_json: JsonOption = False) -> None:
    """List the sources: how far each is read, and what is wrong with it."""
    listed = asyncio.run(listed_sources(load_settings()))
    if as_json:
        print_json(listed)
    elif listed:
        table = Table("source", "kind", "reads", "last asked", "to look at", box=None)
        for one in listed:
            reads = ", ".join(one.source.groups) or "all"
            looks = str(len(to_look_at(one)) or "nothing")
            table.add_row(one.source.label, one.source.kind, reads, last_asked(one), looks)
        console().print(table)
        for one in listed:
            for problem in to_look_at(one):
                typer.echo(f"{one.source.label}: {problem}")
    else:
        typer.echo("No source yet. Register the first one with `signalbox source add TENANT/NAME --kind …`.")


def split_label(label: str) -> tuple[str, str]:
    """Read `acme/shop`. Raises InvalidInput."""
    tenant, slash, name = label.partition("/")
    if not (tenant and slash and name) or "/" in name:
        raise InvalidInput("TENANT/NAME", f"{label!r} is not a tenant and a name.", "Write it as acme/shop.")
    return tenant, name


def parse_teams(written: list[str]) -> dict[Team, str]:
    """Read `billing_support=42` and its like. Raises InvalidInput."""
    teams: dict[Team, str] = {}
    for one in written:
        team, equals, theirs = one.partition("=")
        if not (equals and theirs) or team not in set(Team):
            known = ", ".join(Team)
            raise InvalidInput(
                "--team", f"{one!r} names none of our teams.", f"Write TEAM=ID, the team one of: {known}."
            )
        teams[Team(team)] = theirs
    return teams


def _ask_for_secrets(wanted: Source, settings: Settings) -> SourceSecrets:
    """Ask for what is not set yet and only its sender knows."""
    parts = missing_secrets(wanted, secrets_of(wanted, settings.data))
    signing = _ask(f"Signing secret that {wanted.kind} shows") if "SIGNING" in parts else None
    token = _ask(f"API token for {wanted.url or wanted.kind}") if "TOKEN" in parts else None
    return SourceSecrets(signing=(signing,) if signing else (), token=token or SecretStr(""))


def _ask(for_what: str) -> SecretStr | None:
    """At a terminal, or the next line of standard input; nothing where there is none."""
    if sys.stdin.isatty():
        answer = str(typer.prompt(f"{for_what} (empty: set it later)", hide_input=True, default="", show_default=False))
    else:
        answer = sys.stdin.readline()
    return SecretStr(answer.strip()) if answer.strip() else None


async def _find(label: str, settings: Settings) -> Source:
    database = Database.at(settings.database_url, connections=1)
    try:
        return await registered_source(SourceLedger(database), *split_label(label))
    finally:
        await database.close()


async def _try(label: str, ticket: str | None, settings: Settings) -> Trial:
    async with open_connections(settings) as connections:
        wanted = await registered_source(connections.sources, *split_label(label))
        chosen = ticket or await _ticket_to_try(wanted, settings)
        trial = await try_source(wanted, chosen, settings, connections)
        locked = await lockout_of(wanted, connections.lockouts)
        return trial.model_copy(update={"locked": locked.sentence if locked else None})


async def _ticket_to_try(wanted: Source, settings: Settings) -> str:
    if wanted.kind not in ARE_POLLED:
        return made_up_ticket(wanted)
    async with AsyncExitStack() as opened:
        helpdesks = SourceHelpdesks(settings.data, HELPDESK_SECONDS, opened)
        return await newest_ticket(wanted, await helpdesks.readable(wanted))


def _tell(registered: Registered, settings: Settings, *, as_json: bool) -> None:
    if as_json:
        print_json(registered)
        return
    wanted = registered.source
    typer.echo(f"{wanted.label} is registered. Enter this in {registered.enter_at}:\n")
    typer.echo(f"  address       {registered.address}")
    if registered.signing:
        typer.echo(f"  secret        {registered.signing}")
    if registered.handshake:
        typer.echo(f"  verify token  {registered.handshake}")
    missing = missing_secrets(wanted, secrets_of(wanted, settings.data))
    typer.echo(f"\nIts secrets stand in {settings.data / SECRETS_FILE}. In production, set them in the environment:")
    for part in needed_secrets(wanted):
        typer.echo(f"  {variable(wanted, part)}{'   (not set yet)' if part in missing else ''}")
    typer.echo(f"\nThen try it: signalbox source test {wanted.label}")

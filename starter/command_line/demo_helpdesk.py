"""`make demo-helpdesk`: the embedded stack, and django-helpdesk beside it as a source of tickets.

A module to run and no subcommand: django-helpdesk is among what testing needs, and not among what running needs.
"""

import asyncio
from collections.abc import Awaitable, Callable, Generator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated, NamedTuple

import typer
from pydantic import SecretStr
from rich.console import Console

from cases.errors import StackUnavailable
from cases.source import Source, SourceKind, SourceSecrets
from demo.django_helpdesk.people import ADMINISTRATOR, API_USER, kept_passwords
from demo.django_helpdesk.place import Place
from demo.django_helpdesk.process import django_helpdesk
from demo.django_helpdesk.visitor import FORM
from demo.embedded.addresses import StackPorts, loopback_url
from demo.embedded.help_centre import TENANT
from demo.embedded.parts import Part
from demo.embedded.people import how_to_sign_in
from demo.embedded.ports import is_free
from demo.embedded.servers import Service
from demo.embedded.stack import DevStack
from starter.command_line.demo import STOPPED_EARLY, DataOption, PortOption
from starter.command_line.demo_helpdesk_count import HelpdeskCount
from starter.command_line.demo_helpdesk_play import HelpdeskPlay
from starter.command_line.demo_hints import getting_there
from starter.command_line.demo_stack import running_stack, stay
from starter.command_line.exits import ExitCode, with_exit_code
from starter.command_line.options import JsonOption
from starter.command_line.output import print_json
from starter.connections import open_connections
from starter.settings import DEFAULT_DATA, Settings
from starter.sources.registering import register

SOURCE = "django-helpdesk"
"""What its tickets give as their source, and the directory of its data."""

PORT = 8093
"""Beside the usual ports of the stack; with a base, the one after the stack's own."""

OnceOption = Annotated[
    bool, typer.Option("--once", help="Stop the helpdesk and our door on the way, count, and leave nothing running.")
]


class Beside(NamedTuple):
    """django-helpdesk, running beside a stack and registered as a source of it."""

    source: Source
    place: Place
    process: Service
    webhook: str
    """The address it tells of what happens, with its secret."""


Act = Callable[[HelpdeskPlay, DevStack, Beside], Awaitable[object]]


def command(
    *,
    once: OnceOption = False,
    port_base: PortOption = None,
    data: DataOption = DEFAULT_DATA,
    as_json: JsonOption = False,
) -> None:
    """Bring everything up with django-helpdesk as a source, let three customers write there, until Ctrl-C."""
    screen = Console(stderr=as_json, markup=False, highlight=False, emoji=False, soft_wrap=True)
    ports = StackPorts() if port_base is None else StackPorts.from_base(port_base)
    port = PORT if port_base is None else port_base + len(StackPorts.model_fields)
    screen.print("Starting Signalbox, and django-helpdesk beside it.")
    try:
        with running_stack(data, ports, screen) as stack, helpdesk_beside(stack, port) as beside:
            screen.print("  django-helpdesk ready; three customers write to it.")
            count = asyncio.run(_play(stack, beside, _through_outages if once else _until_people_decide, screen))
            screen.print(_totals(count))
            if as_json:
                print_json(count)
            if not once:
                screen.print(_where(stack, beside, data))
                stay(stack)
    except KeyboardInterrupt:
        screen.print(f"Stopped before the end; the data stays in {data}.")
        raise typer.Exit(STOPPED_EARLY) from None
    if not once:
        screen.print(f"Stopped; the data stays in {data}.")
    elif not count.all_answered:
        raise typer.Exit(ExitCode.REFUSED)


@contextmanager
def helpdesk_beside(stack: DevStack, port: int) -> Generator[Beside]:
    """Register django-helpdesk as a source of a stack, as `signalbox source add` does, and run it for the block.

    Raises StackUnavailable where its port is taken or it does not start.
    """
    if not is_free(port):
        raise StackUnavailable(
            f"Port {port}, for django-helpdesk, is taken. Stop what listens there, or move all ports."
        )
    place = Place(data=stack.data / SOURCE)
    place.data.mkdir(parents=True, exist_ok=True)
    source = Source(
        tenant=TENANT,
        name=SOURCE,
        kind=SourceKind.DJANGO_HELPDESK,
        url=loopback_url(port),
        user=API_USER,
        poll_minutes=1,
    )
    password = SecretStr(kept_passwords(place)[API_USER])
    webhook = asyncio.run(_registered(stack, source, password))
    process = django_helpdesk(place.data, port, webhook)
    try:
        process.start()
    except RuntimeError as error:
        raise StackUnavailable(str(error)) from error
    try:
        yield Beside(source, place, process, webhook)
    finally:
        process.stop()


def settings_of(stack: DevStack) -> Settings:
    """The settings that lead to a stack."""
    return Settings.model_validate({"data": stack.data, **stack.addresses.model_dump()})


async def _registered(stack: DevStack, source: Source, password: SecretStr) -> str:
    """The address for its webhooks, once the source is registered."""
    settings = settings_of(stack)
    async with open_connections(settings) as connections:
        given = SourceSecrets(token=password)
        return (await register(source, given, settings, connections.sources, connections.engine)).address


async def _play(stack: DevStack, beside: Beside, act: Act, screen: Console) -> HelpdeskCount:
    async with open_connections(settings_of(stack)) as connections:
        play = HelpdeskPlay(connections, beside.source, beside.place, screen.print)
        await act(play, stack, beside)
        return await play.count()


async def _until_people_decide(play: HelpdeskPlay, _: DevStack, __: Beside) -> None:
    await play.open_three()


async def _through_outages(play: HelpdeskPlay, stack: DevStack, beside: Beside) -> None:
    await play.open_three()
    await play.go_through_outages(beside.process, stack.server(Part.API))


def _totals(count: HelpdeskCount) -> str:
    return (
        f"{count.tickets} tickets, {count.cases} cases, {count.replies} replies and {count.notes} notes in "
        f"django-helpdesk; {count.waiting} waiting, {count.lost} lost, {count.doubled} doubled; {count.seconds} s."
    )


def _where(stack: DevStack, beside: Beside, data: Path) -> str:
    password = kept_passwords(beside.place)[ADMINISTRATOR]
    lines = (
        "",
        f"  as a customer  {beside.source.url}{FORM}",
        f"  as its staff   {beside.source.url}/tickets/",
        f"                 sign in as {ADMINISTRATOR} / {password}",
        f"  desk           {stack.addresses.desk_url}",
        f"                 {how_to_sign_in(data)}",
        f"  Temporal UI    {stack.addresses.temporal_ui}",
        "",
        "To look at: the tickets, with our replies and private notes; the refund waits for a person. Answer one as",
        "the staff, and its case stands back. `make demo-helpdesk ONCE=1` stops parts on the way, and counts.",
        "",
        "To try, in another terminal, in this folder:",
        "",
        *(f"  {command}" for command in getting_there(data)),
        "  signalbox cases --waiting",
        "  signalbox source list",
        "",
        "Ctrl-C stops it; the data stays.",
    )
    return "\n".join(lines)


if __name__ == "__main__":
    typer.run(with_exit_code(command))

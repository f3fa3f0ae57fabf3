"""`signalbox demo`."""

import asyncio
import time
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from cases.case import CaseView
from demo.embedded.addresses import Addresses, StackPorts
from demo.tickets.load import load_tickets
from demo.tickets.story import DemoTicket
from ledger.case_list import WAITING_STAGES
from ledger.cases import CaseLedger
from starter.command_line.demo_count import DemoCount, count_demo
from starter.command_line.demo_hints import what_to_try
from starter.command_line.demo_player import Cases, DemoPlayer
from starter.command_line.demo_progress import DemoProgress
from starter.command_line.demo_reviewer import Reviewer, leave_to_the_person, scripted
from starter.command_line.demo_services import DemoServices, demo_services
from starter.command_line.demo_stack import running_stack, stay
from starter.command_line.demo_summary import outcome_table, totals, where
from starter.command_line.exits import ExitCode
from starter.command_line.options import JsonOption
from starter.command_line.output import print_json
from starter.connections import open_connections
from starter.settings import DATA_VARIABLE, DEFAULT_DATA, Settings

SETTLES_WITHIN_SECONDS = 300.0
"""What has not settled by then counts as lost. On two slow cores the demo takes about a minute."""

STOPPED_EARLY = 130
"""The exit code of what Ctrl-C ended before its end, as shells know it."""

OnceOption = Annotated[
    bool, typer.Option("--once", help="Let a scripted reviewer decide, sum up, and leave nothing running.")
]
PortOption = Annotated[
    int | None, typer.Option("--port-base", metavar="N", help="The first of nine ports, instead of the usual ones.")
]
DataOption = Annotated[
    Path, typer.Option("--data", metavar="DIR", envvar=DATA_VARIABLE, help="Where the servers keep their data.")
]


def command(
    *,
    once: OnceOption = False,
    port_base: PortOption = None,
    data: DataOption = DEFAULT_DATA,
    as_json: JsonOption = False,
) -> None:
    """Bring everything up on this machine and play the demo's tickets, until Ctrl-C."""
    screen = Console(stderr=as_json, markup=False, highlight=False, emoji=False)
    ports = StackPorts() if port_base is None else StackPorts.from_base(port_base)
    screen.print("Starting Signalbox.")
    try:
        with running_stack(data, ports, screen) as stack:
            stories = load_tickets(datetime.now(UTC))
            played = asyncio.run(_play(stack.addresses, stories, scripted if once else leave_to_the_person, screen))
            screen.print(outcome_table(stories, played.cases, screen.width))
            screen.print(f"\n{totals(played.count, screen.width)}\n")
            if as_json:
                print_json(played.count)
            if not once:
                _show_around(screen, stack.addresses, played.waiting, data)
                stay(stack)
    except KeyboardInterrupt:
        screen.print(f"Stopped before the end; the data stays in {data}.", soft_wrap=True)
        raise typer.Exit(STOPPED_EARLY) from None
    if not once:
        screen.print(f"Stopped; the data stays in {data}.", soft_wrap=True)
    if not played.count.flawless:
        raise typer.Exit(ExitCode.REFUSED)


@dataclass(frozen=True)
class _Played:
    """How a demo went: what really happened, how each case stands, and what waits for somebody, oldest ticket first."""

    count: DemoCount
    cases: Cases
    waiting: tuple[CaseView, ...]


def _show_around(screen: Console, addresses: Addresses, waiting: Sequence[CaseView], data: Path) -> None:
    screen.print(where(addresses, data), soft_wrap=True)
    screen.print(f"\nTo try, in another terminal, in this folder:\n\n{what_to_try(waiting, data)}\n", soft_wrap=True)
    screen.print("Ctrl-C stops it; the data stays.")


async def _play(addresses: Addresses, stories: Sequence[DemoTicket], reviewer: Reviewer, screen: Console) -> _Played:
    began = time.monotonic()
    settings = Settings.model_validate({"data": DEFAULT_DATA, **addresses.model_dump()})
    async with (
        open_connections(settings) as connections,
        demo_services(addresses.helpdesk_url, addresses.shop_url) as services,
    ):
        with DemoProgress(screen, len(stories)) as progress:
            player = DemoPlayer(connections, services, stories, reviewer, progress.show)
            cases = await player.play(SETTLES_WITHIN_SECONDS)
        count = await _count(services, stories, cases, time.monotonic() - began)
        return _Played(count, cases, await _waiting(connections.ledger, stories, cases))


async def _waiting(ledger: CaseLedger, stories: Sequence[DemoTicket], cases: Cases) -> tuple[CaseView, ...]:
    ids = (story.ticket.case_id for story in stories)
    views = [await ledger.case(name) for name in ids if name in cases and cases[name].stage in WAITING_STAGES]
    return tuple(view for view in views if view is not None)


async def _count(services: DemoServices, stories: Sequence[DemoTicket], cases: Cases, seconds: float) -> DemoCount:
    return count_demo(
        case_ids=[story.ticket.case_id for story in stories],
        cases=cases,
        effects=await services.effects(),
        messages={story.ticket.case_id: await services.messages(story.ticket.id) for story in stories},
        seconds=seconds,
    )

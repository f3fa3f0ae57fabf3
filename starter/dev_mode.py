"""`worker.py --dev`: everything on this machine, from one command until Ctrl-C."""

from contextlib import suppress
from pathlib import Path

from rich.console import Console

from demo.embedded.addresses import Addresses, StackPorts
from demo.embedded.people import how_to_sign_in
from starter.command_line.demo_hints import the_command
from starter.command_line.demo_stack import running_stack, stay
from starter.settings import DATA_VARIABLE, DEFAULT_DATA


def run_dev(data: Path, ports: StackPorts) -> None:
    """Start the stack, say where it is, and keep it until Ctrl-C or SIGTERM; nothing of it runs afterwards.

    Raises StackUnavailable where it cannot start, or where a part of it has ended by itself.
    """
    screen = Console(markup=False, highlight=False, emoji=False, soft_wrap=True)
    screen.print("Starting Signalbox.")
    with suppress(KeyboardInterrupt), running_stack(data, ports, screen) as stack:
        screen.print(_where(stack.addresses, data))
        stay(stack)
    screen.print(f"Stopped. The data stays in {data}.")


def _where(addresses: Addresses, data: Path) -> str:
    here = "" if data == DEFAULT_DATA else f"{DATA_VARIABLE}={data} "
    lines = (
        "",
        "Signalbox runs. Ctrl-C stops it; its data stays.",
        "",
        f"  desk           {addresses.desk_url}",
        f"                 {how_to_sign_in(data)}",
        f"  Temporal UI    {addresses.temporal_ui}",
        f"  HTTP door      {addresses.api_url}/docs",
        f"  demo shop      {addresses.shop_url}",
        f"  demo helpdesk  {addresses.helpdesk_url}",
        f"  database       {addresses.database_url}",
        f"  data and logs  {data.absolute()}",
        "",
        "To try, in another terminal, in this folder:",
        "",
        *(f"  {command}" for command in the_command()),
        f"  {here}signalbox start TICKETS.jsonl",
        f"  {here}signalbox cases",
        f"  {here}signalbox show CASE",
        "",
    )
    return "\n".join(lines)

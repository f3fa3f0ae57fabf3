"""The `signalbox` command.

Exit codes: 0 all of it was done; 1 something was invalid or refused; 2 the command was written wrong; 3 a part of
Signalbox is away.
"""

import sys
from collections.abc import Sequence
from typing import NoReturn

import typer

from starter.command_line.commands import COMMANDS
from starter.command_line.usage import SignalboxGroup
from starter.leave import leave

ABOUT = """Signalbox: support tickets as durable cases, with a person at every risky signal.

Exit codes: 0 done · 1 invalid or refused · 2 wrong usage · 3 a part of Signalbox is away."""


def signalbox(words: Sequence[str]) -> typer.Typer:
    """Put the command together: the subcommand that the words ask for, and the names of the others."""
    app = typer.Typer(
        name="signalbox",
        cls=SignalboxGroup,
        context_settings={"obj": tuple(words)},
        help=ABOUT,
        no_args_is_help=True,
        add_completion=False,
        pretty_exceptions_enable=False,
        rich_markup_mode=None,
    )
    app.callback()(_nothing_before_the_subcommand)
    asked_for = next((word for word in words if not word.startswith("-")), None)
    for command in COMMANDS:
        if command.name == asked_for:
            command.add_to(app)
        else:
            command.describe_in(app)
    return app


def main() -> NoReturn:
    """Run the command and leave."""
    leave(_run(sys.argv[1:]))


def _run(words: Sequence[str]) -> int:
    try:
        signalbox(words)(words, prog_name="signalbox")
    except SystemExit as ended:
        return ended.code if isinstance(ended.code, int) else 1
    return 0


def _nothing_before_the_subcommand() -> None:
    pass


if __name__ == "__main__":
    main()

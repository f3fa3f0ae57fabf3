"""How the `signalbox` command ends."""

from collections.abc import Callable
from enum import IntEnum
from functools import wraps
from typing import ParamSpec

import typer

from cases.errors import SignalboxError, Unavailable
from starter.command_line.error_report import reported
from starter.command_line.output import complain, complain_as_json

Parameters = ParamSpec("Parameters")


class ExitCode(IntEnum):
    """The exit codes, the same for every subcommand."""

    DONE = 0
    """All of it was done."""
    REFUSED = 1
    """Something was invalid or refused; the rest was done. Correct it, then run it again."""
    USAGE = 2
    """The command itself was written wrong; nothing was done."""
    UNAVAILABLE = 3
    """A part of Signalbox is away. Run the same again later."""


def with_exit_code(command: Callable[Parameters, None]) -> Callable[Parameters, None]:
    """Let a command that an error of ours stops end with the error's sentence and an exit code, and no traceback."""

    @wraps(command)
    def ending_well(*arguments: Parameters.args, **options: Parameters.kwargs) -> None:
        try:
            command(*arguments, **options)
        except SignalboxError as error:
            report = reported(error)
            if options.get("as_json"):
                complain_as_json(report)
            else:
                complain(report.sentence)
            raise typer.Exit(exit_code(error)) from error

    return ending_well


def exit_code(error: SignalboxError) -> ExitCode:
    """The exit code of a command that an error ended."""
    return ExitCode.UNAVAILABLE if isinstance(error, Unavailable) else ExitCode.REFUSED

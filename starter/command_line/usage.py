"""How the command says that it was written wrong: in words of ours, and as JSON to those who asked for JSON."""

from typing import Any

import typer
from typer.core import TyperGroup
from typer.exceptions import TyperException

from starter.command_line.error_report import WRONG_USAGE, ErrorReport
from starter.command_line.output import complain_as_json

PYDANTICS_PREFIX = "Value error, "
"""What the library puts before the sentence about a word that is not one of those it knows."""


class SignalboxGroup(TyperGroup):
    """The command with its subcommands. Its context's `obj` is the words it was called with."""

    def invoke(self, ctx: Any) -> Any:  # the library keeps the type of a context to itself
        """Run what was asked for. Raises what the library tells people, and Exit once programs have been told."""
        try:
            return super().invoke(ctx)
        except TyperException as error:
            error.message = error.message.removeprefix(PYDANTICS_PREFIX)
            if "--json" not in ctx.obj:
                raise
            complain_as_json(ErrorReport(kind=WRONG_USAGE, sentence=error.format_message()))
            raise typer.Exit(error.exit_code) from error

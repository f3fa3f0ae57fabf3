"""Arguments and options that several subcommands share."""

import os
from typing import Annotated

import typer

CaseArgument = Annotated[
    str, typer.Argument(metavar="CASE", help="The case's id, or its ticket's id where only one case has that.")
]

JsonOption = Annotated[bool, typer.Option("--json", help="Print JSON for programs.")]

ReviewerOption = Annotated[
    str,
    typer.Option(
        "--as",
        metavar="NAME",
        help="Who decides.",
        default_factory=lambda: os.environ.get("USER", "command-line"),
        show_default="$USER",
    ),
]

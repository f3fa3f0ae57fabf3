"""What the command prints: for people at the width of their terminal, for programs as JSON."""

import json
import re
from collections.abc import Sequence

import typer
from pydantic import BaseModel, TypeAdapter
from rich.console import Console

UNPRINTABLE = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")
"""Control characters, but for tab and line end, and those that turn the direction of writing around."""


def console() -> Console:
    """Standard output. What is printed is text, never markup: tickets may hold anything."""
    return Console(markup=False, highlight=False, emoji=False)


def printable(text: str) -> str:
    """The text without what could drive a terminal: a customer wrote it."""
    return UNPRINTABLE.sub("\ufffd", text.replace("\r\n", "\n"))


def print_json(result: BaseModel | Sequence[BaseModel]) -> None:
    """Print one document, or a list of them, for programs. Fields are added in time, never taken away."""
    typer.echo(TypeAdapter(type(result)).dump_json(result, indent=2))


def complain(sentence: str) -> None:
    """Say on standard error what is wrong, and what to do."""
    typer.echo(f"Error: {sentence}", err=True)


def complain_as_json(error: BaseModel) -> None:
    """Say the same for programs, as one document: standard output keeps to what was asked for."""
    typer.echo(json.dumps({"error": error.model_dump(mode="json")}, indent=2, ensure_ascii=False), err=True)

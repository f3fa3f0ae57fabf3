"""Tickets in files: one JSON document, a list of them, or one a line."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import typer
from pydantic import JsonValue

STANDARD_INPUT = Path("-")


class WrittenTicket(NamedTuple):
    """A ticket as it stands in a file; `place` is `FILE:LINE`, or `FILE[INDEX]` in a list."""

    place: str
    text: bytes


def written_tickets(file: Path) -> Iterator[WrittenTicket]:
    """Every ticket of a file, still unread, so that a bad one does not keep back the others. `-` is standard input.

    An empty file has none.
    """
    content = typer.get_binary_stream("stdin").read() if file == STANDARD_INPUT else file.read_bytes()
    name = "stdin" if file == STANDARD_INPUT else str(file)
    if not content.strip():
        return
    try:
        document: JsonValue = json.loads(content)
    except (ValueError, RecursionError):
        yield from _lines(name, content)
        return
    if isinstance(document, list):
        for index, item in enumerate(document):
            yield WrittenTicket(f"{name}[{index}]", json.dumps(item).encode())
    else:
        yield WrittenTicket(f"{name}:1", content)


def _lines(name: str, content: bytes) -> Iterator[WrittenTicket]:
    lines = content.splitlines()
    if not any(line.startswith(b"{") and line.rstrip().endswith(b"}") for line in lines):
        # One broken document over many lines: one problem, not one a line.
        yield WrittenTicket(f"{name}:1", content)
        return
    for number, line in enumerate(lines, start=1):
        if line.strip():
            yield WrittenTicket(f"{name}:{number}", line)

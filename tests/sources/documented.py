"""The examples of `docs/standard-webhooks.md`, so that the page and the code cannot part."""

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from pydantic import JsonValue

PAGE = Path(__file__).parents[2] / "docs" / "standard-webhooks.md"


class Example(NamedTuple):
    """One body of the page."""

    type: str
    body: bytes
    data: dict[str, JsonValue]


def examples() -> Iterator[Example]:
    """All of them, in order."""
    for block in re.findall(r"```json\n(.*?)```", PAGE.read_text(), re.DOTALL):
        value = json.loads(block)
        yield Example(value["type"], block.encode(), value["data"])


def example(kind: str) -> Example:
    """The first of a type."""
    return next(one for one in examples() if one.type == kind)

"""Durations as people write them in a policy: `90s`, `15m`, `4h`, `7d`."""

import re
from datetime import timedelta
from typing import Annotated

from pydantic import BeforeValidator, WithJsonSchema

_UNITS = {"s": "seconds", "m": "minutes", "h": "hours", "d": "days"}
_WRITTEN = re.compile(r"^(\d+(?:\.\d+)?)(s|m|h|d)$")


def parse_duration(value: object) -> object:
    """A written duration as a timedelta; anything else is left for Pydantic to judge.

    Raises ValueError for text that is neither `90s`, `15m`, `4h`, `7d` nor ISO 8601.
    """
    if not isinstance(value, str) or value.startswith(("P", "-P")):
        return value
    written = _WRITTEN.match(value)
    if written is None:
        raise ValueError(f"{value!r} is not a duration; write 90s, 15m, 4h or 7d")
    return timedelta(**{_UNITS[written[2]]: float(written[1])})


def written_duration(time: timedelta) -> str:
    """A length of time as a policy writes it, in the largest unit that divides it: `4h`, and not `240m`."""
    seconds = time.total_seconds()
    lengths = {"d": 86_400, "h": 3_600, "m": 60, "s": 1}
    unit = next((unit for unit, length in lengths.items() if seconds and seconds % length == 0), "s")
    count = f"{seconds / lengths[unit]:f}".rstrip("0").rstrip(".")
    return f"{count}{unit}"


Duration = Annotated[
    timedelta,
    BeforeValidator(parse_duration),
    WithJsonSchema({"type": "string", "pattern": r"^(\d+(\.\d+)?(s|m|h|d)|P.+)$"}),
]
"""A length of time, written `90s`, `15m`, `4h` or `7d`."""

"""How a case is looked at: how much of each text is shown, and which day it is."""

from datetime import UTC, date, datetime
from enum import StrEnum
from typing import NamedTuple


class Depth(StrEnum):
    """How much of each text is shown."""

    SHORTENED = "shortened"
    """The newest message whole; of earlier ones, and of what was sent, the beginning."""
    FULL = "full"
    """Everything, to its last line."""


class Look(NamedTuple):
    """One look at a case; `today` is in UTC, as all times on the screen are."""

    depth: Depth
    today: date

    def moment(self, at: datetime) -> str:
        """A time of today as `09:30:00`, any other with its day."""
        at = at.astimezone(UTC)
        return f"{at:%H:%M:%S}" if at.date() == self.today else f"{at:%Y-%m-%d %H:%M}"

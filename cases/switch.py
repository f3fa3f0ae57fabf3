"""The kill switch: one model, action, intent, route or tenant turned off within seconds, without a deploy."""

from enum import StrEnum
from typing import Annotated

from pydantic import AwareDatetime, StringConstraints

from cases.record import Record


class SwitchKind(StrEnum):
    """What can be turned off by itself, without hurting the rest."""

    MODEL = "model"
    ACTION = "action"
    INTENT = "intent"
    ROUTE = "route"
    TENANT = "tenant"


class Position(StrEnum):
    """How a switch stands. One that nobody ever touched is on."""

    ON = "on"
    OFF = "off"


class Lever(Record):
    """One thing that can be turned off: `model gpt-6-luna`."""

    kind: SwitchKind
    name: str

    def __str__(self) -> str:
        return f"{self.kind} {self.name}"


class Switching(Record):
    """Somebody moved a switch. Kept for ever: the newest one counts, the others tell how it came to be so."""

    lever: Lever
    position: Position
    why: Annotated[str, StringConstraints(min_length=3, max_length=200, strip_whitespace=True)]
    by: Annotated[str, StringConstraints(min_length=1, max_length=100, strip_whitespace=True)]
    at: AwareDatetime

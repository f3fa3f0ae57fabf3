"""The parts of a stack: what each is called, what it needs, and how far it is."""

from collections.abc import Callable
from enum import StrEnum

from cases.record import Record


class Part(StrEnum):
    """A part of the stack. Each stands after those it needs."""

    POSTGRES = "PostgreSQL"
    TEMPORAL = "Temporal"
    LEDGER = "ledger"
    """The tables, brought up to date by the migrations."""
    SHOP = "demo shop"
    HELPDESK = "demo helpdesk"
    HELP_CENTRE = "help centre"
    """The demo's articles, indexed for search."""
    WORKER = "worker"
    API = "HTTP door"
    PEOPLE = "demo people"
    """Somebody in each role, who can sign in at the desk."""
    DESK = "desk"


NEEDS: dict[Part, tuple[Part, ...]] = {
    Part.POSTGRES: (),
    Part.TEMPORAL: (),
    Part.LEDGER: (Part.POSTGRES,),
    Part.SHOP: (Part.POSTGRES,),
    Part.HELPDESK: (Part.POSTGRES,),
    Part.HELP_CENTRE: (Part.LEDGER,),
    Part.WORKER: (Part.TEMPORAL, Part.LEDGER),
    Part.API: (Part.TEMPORAL, Part.LEDGER),
    Part.PEOPLE: (Part.LEDGER,),
    Part.DESK: (Part.TEMPORAL, Part.LEDGER),
}
"""What must be ready before a part starts; what is not named here starts beside it."""

STOP_ORDER = (
    (Part.API, Part.DESK, Part.WORKER),
    (Part.SHOP, Part.HELPDESK),
    (Part.TEMPORAL, Part.POSTGRES),
)
"""Who stops first: the ones that use the others. Those of one group stop together."""


class PartState(StrEnum):
    """How far a part is."""

    STARTING = "starting"
    READY = "ready"
    FAILED = "failed"


class Progress(Record):
    """A part that has come further, and the seconds since it began to start."""

    part: Part
    state: PartState
    seconds: float


Report = Callable[[Progress], None]
"""Told of each progress, one at a time, from threads of the stack. It must not block and must not raise."""


def unreported(progress: Progress) -> None:
    """Tell nobody."""

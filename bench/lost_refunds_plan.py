"""What happens in a run against a shop without keys, drawn from its seed."""

import random
from enum import StrEnum
from typing import NamedTuple

from cases.action import ActionKind

SERVER_SECONDS = 0.5
"""The shop's own timeout. Short, so that many runs can wait for its end."""

OUR_SECONDS = 0.2
"""How long we wait for an answer."""

KINDS = (ActionKind.REFUND, ActionKind.REFUND, ActionKind.CHANGE_ADDRESS, ActionKind.CANCEL_ORDER)


class Trouble(StrEnum):
    """What a request that does something meets."""

    NONE = "answered"
    LOST_REQUEST = "cut before anything happened"
    LOST_ANSWER = "carried out, the answer lost"
    LATE_ANSWER = "carried out, answered after we gave up"
    LATE = "carried out after we gave up"
    ILL = "500 before anything happened"
    AWAY = "503 before anything happened"


class Death(StrEnum):
    """Where the worker dies in a try."""

    NOWHERE = "lives"
    BEFORE = "dies before the request is sent"
    DURING = "dies while it waits for the answer"
    AFTER = "dies with the answer in its hands"


class LostPlan(NamedTuple):
    """One run."""

    seed: int
    kind: ActionKind
    troubles: tuple[Trouble, ...]
    """What the first requests meet; later ones are answered."""
    deaths: tuple[Death, ...]
    """How the first workers end; later ones live."""
    workers_at_once: int
    """How many workers try at the same time: a heartbeat that got lost starts a second."""
    approvals: int
    """How often a reviewer clears it, one after the other, as long as nobody knows how it ended."""
    late_by: float
    """Seconds after which the shop carries out what is late."""


def plan_lost(seed: int) -> LostPlan:
    """The run of a seed. Most first requests meet trouble, or nothing would be shown."""
    draw = random.Random(seed)  # noqa: S311
    troubles = [draw.choice(tuple(Trouble)) for _ in range(draw.randint(1, 3))]
    if draw.random() < 0.8:
        troubles[0] = draw.choice([trouble for trouble in Trouble if trouble is not Trouble.NONE])
    return LostPlan(
        seed=seed,
        kind=draw.choice(KINDS),
        troubles=tuple(troubles),
        deaths=tuple(draw.choice(tuple(Death)) for _ in range(draw.randint(0, 2))),
        workers_at_once=draw.choice((1, 1, 1, 2, 3)),
        approvals=draw.choice((1, 2)),
        late_by=round(draw.uniform(OUR_SECONDS, SERVER_SECONDS * 0.9), 2),
    )

"""What happens in a run of chaos, drawn from its seed: a ticket, what it may cost, what each model does each time."""

import random
from decimal import Decimal
from typing import NamedTuple

from cases.policy.models import WireFormat
from cases.ticket import Channel
from tests.integrations.hosted_gate import Fault, Turn

VENDORS = (WireFormat.OPENAI, WireFormat.ANTHROPIC, WireFormat.OPENAI)
"""The formats of a ladder's three models, in order."""

CEILINGS = (Decimal("0.0015"), Decimal("0.003"), Decimal("0.005"), Decimal("0.08"))
"""US dollars: too little for one answer, enough for one or two, for some, for all."""

DELAYS = (None, 0.0, 0.3, 3.0, 20.0, 600.0)
"""Seconds that a provider may ask for; None where it names none."""

TEMPORARY = frozenset({Fault.BUSY, Fault.ILL, Fault.AWAY, Fault.OVERLOADED, Fault.RESET})
PERMANENT = frozenset({Fault.BAD_REQUEST, Fault.WRONG_KEY, Fault.UNKNOWN_MODEL})
STATUSES = TEMPORARY - {Fault.RESET}
"""What can come with a delay."""

SHARE_OF_GOOD_ANSWERS = (0.0, 0.1, 0.3, 0.6)
"""One for each model, drawn: some are never well."""

WEIGHTS = {Fault.HANG: 1}
USUAL_WEIGHT = 3
"""A silence is really waited for, and so is drawn less often."""


class ChaosPlan(NamedTuple):
    """The ticket of a run."""

    seed: int
    channel: Channel
    cost_ceiling: Decimal

    @property
    def case(self) -> str:
        """The ticket's id, and the beginning of its models' names."""
        return f"c{self.seed}"


def plan_chaos(seed: int) -> ChaosPlan:
    """The run of a seed: always the same."""
    draw = random.Random(seed)  # noqa: S311
    return ChaosPlan(seed=seed, channel=draw.choice(tuple(Channel)), cost_ceiling=draw.choice(CEILINGS))


def turn(model: str, before: int) -> Turn:
    """What a model does with a request that had so many before it: drawn from its name, which has the seed."""
    share = random.Random(model).choice(SHARE_OF_GOOD_ANSWERS)  # noqa: S311
    draw = random.Random(f"{model} {before}")  # noqa: S311
    if draw.random() < share:
        return Turn(Fault.NONE)
    faults = [fault for fault in Fault if fault is not Fault.NONE]
    fault = draw.choices(faults, weights=[WEIGHTS.get(fault, USUAL_WEIGHT) for fault in faults])[0]
    return Turn(fault, draw.choice(DELAYS) if fault in STATUSES else None)

"""What the shop can be told to do wrong, and to which requests."""

import re
from enum import StrEnum
from typing import Annotated, Self
from urllib.parse import unquote

from pydantic import StringConstraints, model_validator
from starlette.datastructures import Headers
from starlette.types import Scope

from demo.faults import Fault, FaultKind

KEY_HEADER = "Idempotency-Key"

STRUCK = re.compile(r"/(actions|changes|customers|orders|payments|subscriptions)(/.*)?")
"""What a fault may strike. Health, effects, reset and the faults themselves always work."""

DELAYS = (FaultKind.SLOW, FaultKind.LATE_ANSWER)


class FaultPath(StrEnum):
    """Which requests a fault waits for."""

    ACTIONS = "actions"
    """Those that do something."""
    READS = "reads"
    """Those that look at a record or at what was done under a key."""
    ALL = "all"


class ShopFault(Fault):
    """A fault for the next requests of one sort, or for those about one thing.

    `key_contains` must stand in the idempotency key of an action, or in the path of a read.
    """

    path: FaultPath
    key_contains: Annotated[str, StringConstraints(min_length=1)] | None = None

    @model_validator(mode="after")
    def _delay_has_length(self) -> Self:
        if self.kind in DELAYS and not self.seconds:
            raise ValueError(f"{self.kind} needs seconds, the length of the delay")
        return self

    def strikes(self, scope: Scope) -> bool:
        """Whether a request is of that sort and about that thing."""
        acts = scope["method"] == "POST"
        sort = FaultPath.ACTIONS if acts else FaultPath.READS
        subject = Headers(scope=scope).get(KEY_HEADER, "") if acts else unquote(scope["path"])
        return self.path in (sort, FaultPath.ALL) and (self.key_contains or "") in subject


def may_be_struck(path: str) -> bool:
    """Whether requests for a path may go wrong at all."""
    return STRUCK.fullmatch(path) is not None

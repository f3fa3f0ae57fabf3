"""The circuit breaker: a model that fails again and again cools down for all tickets of this worker."""

import time
from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass

from cases.ladder import AttemptOutcome
from cases.policy.rulebook import CoolDown

NOT_THE_MODELS_FAULT = (AttemptOutcome.SUCCEEDED, AttemptOutcome.CONTENT_FAILURE)
"""An answer, even a useless one, shows that the model is there."""


@dataclass
class _Record:
    failures: int = 0
    cool_until: float = 0.0


class ModelHealth:
    """What a worker remembers of its models: failures in a row, and until when each is left alone."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._records: defaultdict[str, _Record] = defaultdict(_Record)

    def cooling_seconds(self, model: str) -> float:
        """How long a model is still left alone; 0 for one that may be asked."""
        return max(0.0, self._records[model].cool_until - self._clock())

    def learn(self, model: str, outcome: AttemptOutcome, rules: CoolDown) -> None:
        """Remember how a call ended. After the cool-down, one more failure is enough to cool down again."""
        record = self._records[model]
        if outcome in NOT_THE_MODELS_FAULT:
            record.failures = 0
            return
        record.failures += 1
        if record.failures >= rules.failures:
            record.cool_until = self._clock() + rules.rest.total_seconds()

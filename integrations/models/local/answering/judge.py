"""How sure it is that a unit answers a question, from the figures of its fit.

    share = logistic(bias + Σ weight · (figure - mean) / scale)

`answerability.json` beside this file has the numbers. `python -m bench.teach_answerability` learnt them from one half
of the questions of `bench/data/answerability.*.yaml`; `python -m bench.answerability` measures them on the other.
"""

import math
from functools import lru_cache
from pathlib import Path
from typing import Self

from pydantic import model_validator

from cases.record import Record
from integrations.models.local.answering.fit import FIGURES

FILE = Path(__file__).with_name("answerability.json")


class Weight(Record):
    """What one figure counts."""

    figure: str
    mean: float
    scale: float
    weight: float


class Judge(Record):
    """The numbers, in the order of the figures."""

    bias: float
    weights: tuple[Weight, ...]

    @model_validator(mode="after")
    def _of_these_figures(self) -> Self:
        if tuple(each.figure for each in self.weights) != FIGURES:
            raise ValueError(
                f"the weights are not those of {', '.join(FIGURES)}; run python -m bench.teach_answerability"
            )
        return self

    def share(self, figures: tuple[float, ...]) -> float:
        """How sure it is, 0 to 1."""
        terms = zip(self.weights, figures, strict=True)
        total = self.bias + sum(each.weight * (figure - each.mean) / each.scale for each, figure in terms)
        return 1 / (1 + math.exp(-total))


@lru_cache(maxsize=1)
def learnt_judge() -> Judge:
    """The one that ships."""
    return Judge.model_validate_json(FILE.read_bytes())

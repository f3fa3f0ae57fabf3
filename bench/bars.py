"""What the local models are held to: figures, and the bars written down for them before they were measured."""

from collections.abc import Callable, Sequence
from enum import StrEnum

from cases.record import Record
from starter.evaluation import scores
from starter.evaluation.calibration import calibration_error, calibration_error_by_chance
from starter.evaluation.report import scored_of
from starter.evaluation.run import Answered
from starter.evaluation.scores import OutOfScope, Scored

CALIBRATION_POINTS = 2.0
THRESHOLDS = tuple(step / 100 for step in range(5, 100))


class Sense(StrEnum):
    """On which side of its bar a figure should be."""

    AT_LEAST = "≥"
    AT_MOST = "≤"


class Figure(Record):
    """One figure and its bar, both in per cent or in points."""

    what: str
    value: float
    sense: Sense
    bar: float
    chance: float | None = None
    """What an ideal reader would measure by chance one time in twenty, where chance has a part."""

    @property
    def met(self) -> bool:
        """Whether the figure is on the right side."""
        return self.short_by <= 0

    @property
    def short_by(self) -> float:
        """How far it is on the wrong side; what is negative or zero is to spare."""
        return self.bar - self.value if self.sense is Sense.AT_LEAST else self.value - self.bar

    @property
    def verdict(self) -> str:
        """Met or missed, and whether so few texts could tell."""
        if self.met:
            return "met"
        untold = self.chance is not None and self.value <= self.chance
        return f"missed by {self.short_by:.2f}" + (", as an ideal reader may" if untold else "")


Figures = Callable[[Sequence[Answered]], tuple[Figure, ...]]
"""Takes the figures of a set that was read."""


def accuracy_figures(at_least: float) -> Figures:
    """Accuracy and calibration, for a set whose texts are all in scope. `at_least` is a share."""

    def figures(read: Sequence[Answered]) -> tuple[Figure, ...]:
        scored = scored_of(read)
        return (_at_least("accuracy", scores.accuracy(scored), at_least), calibration_figure(scored))

    return figures


def out_of_scope_figures(in_scope: float, recall: float) -> Figures:
    """Both sides of one threshold, and calibration. The bars are shares.

    The threshold is chosen on one half of the texts, as the lowest that reaches the recall, and used on the other half,
    both ways round: no text is judged by a threshold it helped to choose.
    """

    def figures(read: Sequence[Answered]) -> tuple[Figure, ...]:
        scored = scored_of(read)
        # Every other one: the file has its intents one after another.
        halves = scored[::2], scored[1::2]
        judged = [
            sides
            for chosen_on, used_on in (halves, halves[::-1])
            if (sides := scores.out_of_scope(used_on, _threshold(chosen_on, recall))) is not None
        ]
        return (
            _at_least(
                "in-scope accuracy at that recall", _mean([sides.in_scope_right or 0.0 for sides in judged]), in_scope
            ),
            _at_least("out-of-scope recall", _mean([sides.held_back for sides in judged]), recall),
            calibration_figure(scored),
        )

    return figures


def calibration_figure(scored: Sequence[Scored]) -> Figure:
    """How far these answers are from being right as often as they are sure."""
    return Figure(
        what="calibration error, points",
        value=calibration_error(scored),
        sense=Sense.AT_MOST,
        bar=CALIBRATION_POINTS,
        chance=calibration_error_by_chance(scored).one_in_twenty,
    )


def _threshold(scored: Sequence[Scored], recall: float) -> float:
    return next((threshold for threshold in THRESHOLDS if _recall(scored, threshold) >= recall), 1.0)


def _recall(scored: Sequence[Scored], threshold: float) -> float:
    sides: OutOfScope | None = scores.out_of_scope(scored, threshold)
    return sides.held_back if sides is not None else 1.0


def _mean(shares: Sequence[float]) -> float:
    return sum(shares) / len(shares) if shares else 0.0


def _at_least(what: str, share: float, bar: float) -> Figure:
    return Figure(what=f"{what}, %", value=100 * share, sense=Sense.AT_LEAST, bar=100 * bar)

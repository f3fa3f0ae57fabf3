"""Doubts: why what a model read is not enough to go on, for whoever walks down the ladder of readers."""

from cases.classification import Classification
from cases.policy.rulebook import Thresholds
from cases.reason import Reason, ReasonCode
from cases.words import in_words
from routing.messages import reason


def doubt(thresholds: Thresholds, read: Classification) -> Reason | None:
    """What speaks against going on with a reading: it is of a text like none that was taught, or it is not sure."""
    if read.unfamiliar:
        return reason(ReasonCode.UNFAMILIAR, intent=in_words(read.intents[0].name))
    if read.confidence < thresholds.confidence:
        measured, threshold = f"{read.confidence:.2f}", f"{thresholds.confidence:.2f}"
        return reason(ReasonCode.LOW_CONFIDENCE, measured=measured, threshold=threshold)
    return None

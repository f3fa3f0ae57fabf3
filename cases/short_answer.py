"""What a customer says to a question that yes or no answers."""

from enum import StrEnum


class ShortAnswer(StrEnum):
    """A plain answer, or none."""

    YES = "yes"
    NO = "no"
    NEITHER = "neither"
    """Nothing plain: it is read like any other message."""

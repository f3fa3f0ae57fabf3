"""What a message is that asks for nothing."""

from enum import StrEnum


class Courtesy(StrEnum):
    """A message of courtesy and nothing else."""

    GREETING = "greeting"
    """It opens a conversation: what is wanted comes next, or is asked for."""
    THANKS = "thanks"
    """It ends one: nobody has to answer."""

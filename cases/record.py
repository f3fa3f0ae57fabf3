"""The two bases of every shared type: what we write for ourselves, and what others write for us."""

from pydantic import BaseModel, ConfigDict


class Record(BaseModel):
    """A value passed between rooms.

    Unknown fields are ignored, so that a history written by a newer or an older worker still decodes.
    """

    model_config = ConfigDict(frozen=True, extra="ignore")


class Document(BaseModel):
    """A value written outside Signalbox: a ticket, a policy, a decision.

    Unknown fields are refused, so that a misspelt one is an error and not a silence.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

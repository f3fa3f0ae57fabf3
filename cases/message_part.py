"""The parts of a message: what the customer writes now, and what only stands around it."""

from enum import StrEnum
from typing import Annotated, Self

from pydantic import Field, model_validator

from cases.record import Document


class PartKind(StrEnum):
    """What a stretch of a message's text is."""

    NEW = "new"
    """What its writer says now. Nothing else is read as theirs."""
    QUOTED = "quoted"
    """Earlier mail, quoted under or between the new words."""
    SIGNATURE = "signature"
    FOOTER = "footer"
    """Legal text, advertising, "sent from my phone": said under every mail."""
    FORWARDED = "forwarded"
    """Mail of somebody else, passed on, with its headers."""


class MessagePart(Document):
    """A stretch of a message's text, by its place in it."""

    kind: PartKind
    start: Annotated[int, Field(ge=0)]
    end: Annotated[int, Field(ge=0)]
    """The place after its last character."""

    @model_validator(mode="after")
    def _has_a_length(self) -> Self:
        if self.end <= self.start:
            raise ValueError(f"a part must end after it begins, and this one goes from {self.start} to {self.end}")
        return self

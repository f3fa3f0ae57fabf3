"""What became of a delivery, in words for whoever looks why a ticket did or did not become a case."""

from enum import StrEnum

from cases.record import Record


class DeliveryOutcome(StrEnum):
    """What was done with it."""

    TAKEN = "taken"
    IGNORED = "ignored"
    """Understood, and no business of ours."""
    UNREADABLE = "unreadable"
    """Signed, but not to be understood: somebody has to look."""


class Receipt(Record):
    """What was done with a delivery, and why."""

    outcome: DeliveryOutcome
    sentence: str
    repeated: bool = False
    """It was taken before, and nothing was done now."""


class LostReply(Record):
    """A reply of ours that a bounce is about."""

    case_id: str
    reference: str
    """Our own name of it."""
    told_before: bool = False
    """Whether its case knows already."""

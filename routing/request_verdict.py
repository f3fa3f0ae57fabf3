"""What can be said of a message and an action: it is asked for, it is not, or that cannot be told."""

from enum import StrEnum

from cases.action import ActionKind
from cases.record import Record


class Subject(Record):
    """What is looked for: an action, and the one record it would be done to, where that is known."""

    kind: ActionKind
    reference: str | None = None
    """The number of that record. What is said of another number is set apart."""
    references: tuple[str, ...] = ()
    """All numbers that the message names, each as it is written there."""


class WhyNot(StrEnum):
    """What says that an action is not asked for."""

    NEGATED = "negated"
    WITHDRAWN = "withdrawn"
    CONDITIONAL = "conditional"
    SOMEBODY_ELSE = "somebody_else"
    QUESTION = "question"
    PAST = "past"
    NOT_VERBATIM = "not_verbatim"
    """A claimed quotation does not stand in the message."""


class WhyUnsure(StrEnum):
    """Why it cannot be told whether an action is asked for."""

    NO_REQUEST = "no_request"
    """The action is spoken of, or not even that, in no form that asks for it."""
    ELSEWHERE = "elsewhere"
    """The claimed quotation is not where the request stands."""
    WHAT = "what"
    """It does not say what it is to be done to, or names something else too."""
    REPORTED = "reported"
    """It is told as something that was said."""
    ALTERNATIVE = "alternative"
    """It is one of two things offered."""
    UNDECIDED = "undecided"
    CONDITION_BESIDE = "condition_beside"
    """Another sentence makes something depend on something."""
    PERSON_BESIDE = "person_beside"
    """Another sentence speaks of somebody else, who may be meant."""
    TOO_LONG = "too_long"
    """A sentence goes on and on: nobody can tell what its words belong to."""
    ASKED_AFTERWARDS = "asked_afterwards"
    """A question or a report of the same action stands behind it."""


class Requested(Record):
    """The customer asks for exactly this, in these words of theirs."""

    quote: str


class NotRequested(Record):
    """They say that they do not, in these words."""

    why: WhyNot
    quote: str


class Unsure(Record):
    """They may."""

    why: WhyUnsure
    quote: str = ""


Verdict = Requested | NotRequested | Unsure

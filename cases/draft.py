"""What Signalbox would say: to the customer, and to colleagues. Two types, so that they cannot be swapped."""

from enum import StrEnum

from cases.action import ActionKind
from cases.record import Record
from cases.ticket import Locale


class CustomerText(Record):
    """Text a customer may read."""

    text: str


class InternalNote(Record):
    """Text only colleagues read: what was done, what is blocked, what to do next."""

    text: str


class SourceKind(StrEnum):
    """Where a quoted text stands."""

    ARTICLE = "article"
    ACCOUNT = "account"
    ORDER = "order"
    PAYMENT = "payment"
    SUBSCRIPTION = "subscription"
    ACTION = "action"


class Source(Record):
    """A text that a claim may quote: a passage, or a record written out as one line."""

    id: str
    kind: SourceKind
    title: str
    text: str
    revision: int | None = None


class Claim(Record):
    """A statement of the draft, and the words of a source that prove it."""

    statement: str
    source_id: str
    quote: str


class Unanswered(Record):
    """Why what a draft quotes does not answer the question, as its drafter sees it. One of three is given."""

    missing: tuple[str, ...] = ()
    """What the question names and the articles found do not."""
    languages: tuple[Locale, ...] = ()
    """The only languages in which an article was found; none of them is the customer's."""
    measured: float | None = None
    """How sure it is that the quotation answers, 0 to 1; below `threshold`."""
    threshold: float | None = None


class Draft(Record):
    """A reply that has not been sent."""

    reply: CustomerText
    claims: tuple[Claim, ...] = ()
    locale: Locale
    promises_a_colleague: bool = False
    """Whether it says that a person will see to it: then one must be told."""
    written_by: str = ""
    """The model, as the policy calls it."""
    unanswered: Unanswered | None = None
    """Why its quotation is no answer: then a person gives one."""
    suggested_action: ActionKind | None = None
    """What its model would do. Nothing is done for it: it is held against what another model suggests."""

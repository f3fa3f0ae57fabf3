"""What happens in a run of a misbehaving helpdesk, drawn from its seed: whose it is, and what each request meets."""

import random
from enum import StrEnum
from typing import NamedTuple

from cases.source import SourceKind

KINDS = (SourceKind.ZENDESK, SourceKind.CHATWOOT, SourceKind.ZAMMAD)
"""The helpdesks whose requests are spoiled, one after the other."""

TROUBLED_REQUESTS = 30
"""Then all is well: a helpdesk that never gets well again shows nothing but patience."""

SHARE_OF_TROUBLE = (0.15, 0.4, 0.7)
"""Of a run's requests, drawn: some helpdesks are hardly ever well."""

RETRY_AFTER_SECONDS = (1, 7, 30, 90)
LATE_BY_SECONDS = (21, 50)
"""Beyond our time limit of 20 s, and within the minute for which a request is taken to be under way."""
BOUND_LATE_BY_SECONDS = (21, 600)
"""The same where a write is bound to the state of its ticket: it may take as long as it likes."""


class Trouble(StrEnum):
    """What a request meets."""

    NONE = "answered"
    LOST_REQUEST = "cut before anything happened"
    LOST_ANSWER = "carried out, the answer lost"
    ANSWERED_TWICE = "answered twice"
    DONE_TWICE = "carried out twice"
    GARBLED = "carried out, answered with a page of HTML"
    CONFLICT = "409"
    BUSY = "429"
    ILL_BEFORE = "500 before anything happened"
    ILL_AFTER = "500 after it was carried out"
    AWAY = "503"
    LATE = "carried out long after we gave up"
    KILLED_BEFORE = "our worker dies before anything happened"
    KILLED_AFTER = "our worker dies once it is carried out"


class BookTrouble(StrEnum):
    """What writing an id down meets."""

    NONE = "kept"
    KILLED_BEFORE = "our worker dies with the id in its hands"
    KILLED_AFTER = "our worker dies once the id is kept"
    AWAY = "the ledger is away"


class HelpdeskTurn(NamedTuple):
    """What one request meets; `seconds` of Retry-After, or of lateness."""

    trouble: Trouble
    seconds: int = 0
    colleague: bool = False
    """Whether a colleague answers in the ticket just before."""
    echoes: int = 0
    """How often a webhook has the ticket read before our answer comes."""


class HelpdeskPlan(NamedTuple):
    """One run: its ticket is answered so many times, in the same words each time."""

    seed: int
    kind: SourceKind
    answers: int
    share: float

    @property
    def ticket_id(self) -> str:
        """Its ticket, by its number."""
        return str(self.seed)


def plan_helpdesk(seed: int) -> HelpdeskPlan:
    """The run of a seed: always the same."""
    draw = random.Random(seed)  # noqa: S311
    answers = draw.choice((1, 1, 2))
    return HelpdeskPlan(seed, KINDS[seed % len(KINDS)], answers, draw.choice(SHARE_OF_TROUBLE))


def helpdesk_turn(plan: HelpdeskPlan, before: int) -> HelpdeskTurn:
    """What a request meets that had so many before it."""
    draw = random.Random(f"{plan.seed} {before}")  # noqa: S311
    colleague, echoes = draw.random() < 0.05, draw.choice((0, 0, 1, 2))
    if before >= TROUBLED_REQUESTS or draw.random() >= plan.share:
        return HelpdeskTurn(Trouble.NONE, colleague=colleague and before < TROUBLED_REQUESTS, echoes=echoes)
    trouble = draw.choice(_troubles(plan.kind))
    return HelpdeskTurn(trouble, _seconds(plan.kind, trouble, draw), colleague, echoes)


def book_turn(plan: HelpdeskPlan, before: int) -> BookTrouble:
    """What the keeping of an id meets that had so many before it."""
    draw = random.Random(f"{plan.seed} book {before}")  # noqa: S311
    troubled = before < TROUBLED_REQUESTS and draw.random() < plan.share
    return (
        draw.choice([trouble for trouble in BookTrouble if trouble is not BookTrouble.NONE])
        if troubled
        else (BookTrouble.NONE)
    )


def _troubles(kind: SourceKind) -> list[Trouble]:
    """Carried out twice only where a helpdesk can refuse the second: elsewhere nobody but itself could prevent it."""
    never = {Trouble.NONE} if kind is SourceKind.ZENDESK else {Trouble.NONE, Trouble.DONE_TWICE}
    return [trouble for trouble in Trouble if trouble not in never]


def _seconds(kind: SourceKind, trouble: Trouble, draw: random.Random) -> int:
    match trouble:
        case Trouble.BUSY:
            return draw.choice(RETRY_AFTER_SECONDS)
        case Trouble.LATE:
            return draw.randint(*(BOUND_LATE_BY_SECONDS if kind is SourceKind.ZENDESK else LATE_BY_SECONDS))
        case _:
            return 0

"""What one run of the soak does, drawn from its seed alone: who writes what, who decides what, and what breaks when."""

import random
from enum import StrEnum

from cases.record import Record
from demo.embedded.parts import Part
from demo.faults import Fault, FaultKind
from demo.shop.faults import FaultPath, ShopFault

TICKETS_A_RUN = 4
ARRIVAL_SECONDS = 8.0
"""All tickets of a run arrive within it."""

STRIKING_SECONDS = (-0.5, 2.0)
"""When something breaks, after the arrival of the ticket it is aimed at: an undisturbed case takes a second or two."""

LONGEST_SILENCE_SECONDS = 15.0
"""How long a customer who writes again may wait: some do so while their case is worked on, some when it is closed."""

FAULT_SECONDS = (1.0, 6.0)
"""Delays on both sides of what `soak_ground` lets a call take, 2 seconds."""


class Wish(StrEnum):
    """What a ticket asks for."""

    SMALL_REFUND = "small_refund"
    """Goes out by itself."""
    LARGE_REFUND = "large_refund"
    """Waits for a person."""
    TWO_WISHES = "two_wishes"
    """A small refund and a question."""
    ORDER_STATUS = "order_status"
    NO_ORDER_NUMBER = "no_order_number"
    """Cannot be answered before the customer has said more."""
    QUESTION = "question"
    """The help centre answers it."""
    THREAT = "threat"
    """Goes to a person before any model sees it."""


MONEY = (Wish.SMALL_REFUND, Wish.LARGE_REFUND, Wish.TWO_WISHES)


class Verdict(StrEnum):
    """What the reviewer of a ticket decides, every time that it is held."""

    APPROVE = "approve"
    EDIT = "edit"
    REJECT = "reject"
    TAKE_OVER = "take_over"


class TicketPlan(Record):
    """One ticket and its people. Times are seconds after the run began, or after what they answer to."""

    wish: Wish
    at: float
    delivered_twice: bool
    verdict: Verdict
    decides_after: float
    decided_twice: bool
    answers: bool
    """Whether the customer answers when asked."""
    writes_again_after: float | None
    written_twice: bool
    """Whether what the customer writes later is brought in a second time."""


class ServerBlow(Record):
    """A server that goes down, and comes up again after a while."""

    part: Part
    at: float
    crashes: bool
    """It is killed; else it is asked to stop."""
    down_seconds: float


class ServiceFault(Record):
    """The shop or the helpdesk doing wrong what it is asked next."""

    at: float
    fault: ShopFault | Fault


class RunPlan(Record):
    """One run: its tickets, and all that goes wrong beside them."""

    seed: int
    tickets: tuple[TicketPlan, ...]
    blows: tuple[ServerBlow, ...]
    faults: tuple[ServiceFault, ...]


def plan_run(seed: int) -> RunPlan:
    """Draw a run. The same seed is always the same run."""
    draw = random.Random(seed)  # noqa: S311 -- nothing here is secret, and it must be repeatable
    # At least one ticket of every run moves money.
    wishes = (draw.choice(MONEY), *draw.choices(tuple(Wish), k=TICKETS_A_RUN - 1))
    tickets = tuple(_ticket(draw, wish) for wish in wishes)
    return RunPlan(
        seed=seed,
        tickets=tickets,
        blows=tuple(_blow(draw, tickets) for _ in range(draw.choice((1, 1, 2)))),
        faults=tuple(_fault(draw, tickets, seed) for _ in range(draw.randint(1, 5))),
    )


def _ticket(draw: random.Random, wish: Wish) -> TicketPlan:
    return TicketPlan(
        wish=wish,
        at=draw.uniform(0, ARRIVAL_SECONDS),
        delivered_twice=_chance(draw, 0.3),
        verdict=draw.choices(tuple(Verdict), weights=(60, 10, 20, 10))[0],
        # Beyond the reminder and the escalation, now and then.
        decides_after=draw.choice((0.0, draw.uniform(0, 2), draw.uniform(2, 8))),
        decided_twice=_chance(draw, 0.4),
        answers=_chance(draw, 0.85),
        writes_again_after=draw.uniform(0, LONGEST_SILENCE_SECONDS) if _chance(draw, 0.4) else None,
        written_twice=_chance(draw, 0.5),
    )


def _blow(draw: random.Random, tickets: tuple[TicketPlan, ...]) -> ServerBlow:
    part = draw.choices((Part.WORKER, Part.TEMPORAL, Part.POSTGRES), weights=(50, 25, 25))[0]
    return ServerBlow(
        part=part,
        at=_moment(draw, tickets),
        crashes=part is Part.TEMPORAL or _chance(draw, 0.7),
        down_seconds=draw.uniform(0, 3),
    )


def _fault(draw: random.Random, tickets: tuple[TicketPlan, ...], seed: int) -> ServiceFault:
    kind = draw.choice(tuple(FaultKind))
    faulty: dict[str, object] = {"kind": kind, "times": draw.randint(1, 4), "status": draw.choice((500, 502, 503))}
    if kind in (FaultKind.SLOW, FaultKind.LATE_ANSWER):
        faulty["seconds"] = draw.uniform(*FAULT_SECONDS)
    at = _moment(draw, tickets)
    if _chance(draw, 0.4):
        return ServiceFault(at=at, fault=Fault.model_validate(faulty))
    if _chance(draw, 0.7):
        # An action's key names its case, and so the run it belongs to.
        of_this_run = {"path": FaultPath.ACTIONS, "key_contains": f":s{seed}-"}
        return ServiceFault(at=at, fault=ShopFault.model_validate({**faulty, **of_this_run}))
    return ServiceFault(at=at, fault=ShopFault.model_validate({**faulty, "path": FaultPath.READS}))


def _moment(draw: random.Random, tickets: tuple[TicketPlan, ...]) -> float:
    """A moment when one of the tickets is likely to be worked on."""
    return max(0.0, draw.choice(tickets).at + draw.uniform(*STRIKING_SECONDS))


def _chance(draw: random.Random, probability: float) -> bool:
    return draw.random() < probability

"""Deciding from the command line: the decision is about what the case is held for now, as the ledger has it."""

import asyncio
from collections.abc import Callable

import typer

from cases.case import CaseView
from cases.errors import DecisionRefused
from cases.outcome import Stage
from cases.record import Record
from cases.review import Decision, ReviewRequest
from starter.command_line.finding_cases import find_case
from starter.command_line.output import print_json
from starter.connections import open_connections
from starter.intake import decide
from starter.settings import load_settings

Decide = Callable[[ReviewRequest], Decision]
"""Makes the decision about a request: its id and version go into it, so that a stale one is refused."""


class Decided(Record):
    """A decision that counts."""

    case_id: str
    request_id: str
    already_taken: bool
    sentence: str


def decide_on(named: str, make: Decide) -> Decided:
    """Bring a decision to the case somebody means.

    Raises what `find_case` and `decide` raise, and DecisionRefused for a case that is held for nobody.
    """
    return asyncio.run(_decide_on(named, make))


def tell_decided(decided: Decided, *, as_json: bool) -> None:
    """Print that a decision counts."""
    if as_json:
        print_json(decided)
    else:
        typer.echo(f"{decided.sentence}\nSee what comes of it: signalbox show {decided.case_id}")


async def _decide_on(named: str, make: Decide) -> Decided:
    async with open_connections(load_settings()) as (engine, ledger, *_):
        case = await find_case(ledger, named)
        if case.review is None:
            raise DecisionRefused(why_not(case))
        receipt = await decide(engine, case.case_id, make(case.review))
    return Decided(case_id=case.case_id, **receipt.model_dump())


def why_not(case: CaseView) -> str:
    """Why nothing can be decided about a case that is held for nobody, and what can be done with it instead."""
    if case.stage is Stage.WAITING_FOR_CUSTOMER:
        return (
            f"{case.case_id} waits for its customer, not for a review: for {case.waiting_for}. If you know what the "
            f"customer would say, write it with `signalbox reply {case.case_id} TEXT`, and the case goes on. Or answer "
            "the customer yourself, in the helpdesk: the case ends by itself when no answer comes."
        )
    look = f"Look at it with `signalbox show {case.case_id}`."
    if case.decisions:
        last = case.decisions[-1]
        return (
            f"{case.case_id} was already decided ({last.decision.decision.replace('_', ' ')}) by "
            f"{last.decision.reviewer} at {last.at:%Y-%m-%d %H:%M} UTC. Nothing was changed. {look}"
        )
    waits = f"It waits for {case.waiting_for}." if case.waiting_for else "It waits for nobody."
    return f"{case.case_id} is not held for a review. {waits} {look}"

"""Playing runs: a few seeds side by side on one ground, each with its own tickets, people and blows."""

import asyncio
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import suppress

from temporalio.client import Client

from bench.soak_blows import Breaker
from bench.soak_checks import violations
from bench.soak_evidence import Evidence, gather_evidence
from bench.soak_people import People
from bench.soak_plan import RunPlan, plan_run
from bench.soak_tickets import SoakTicket
from cases.record import Record
from demo.embedded.parts import Part
from starter.engine import connect_at_first_use
from starter.settings import Settings
from tests.crash.ground import Ground

WATCH_EVERY_SECONDS = 1.0


class CheckedCase(Record):
    """One case, and which rules it broke."""

    evidence: Evidence
    broken: tuple[str, ...]


class CheckedRun(Record):
    """One run: its cases, and the seeds that were played beside it."""

    plan: RunPlan
    company: tuple[int, ...]
    cases: tuple[CheckedCase, ...]
    ended_by_themselves: tuple[Part, ...]
    """Servers that ended in this round though nobody struck them."""

    @property
    def broken(self) -> bool:
        """Whether any rule was broken."""
        return any(case.broken for case in self.cases)


async def play(ground: Ground, seeds: Sequence[int], side_by_side: int) -> AsyncIterator[tuple[CheckedRun, ...]]:
    """Play the runs of these seeds, so many at once; yields each round as it ends."""
    addresses = ground.stack.addresses
    settings = Settings(data=ground.directory, temporal_address=addresses.temporal_address)
    client = await connect_at_first_use(settings)
    for first in range(0, len(seeds), side_by_side):
        together = tuple(seeds[first : first + side_by_side])
        try:
            yield await _play_round(ground, client, together)
        except Exception as error:
            again = f"python -m bench.soak --from-seed {together[0]} --runs {len(together)}"
            error.add_note(f"The soak itself stopped in these runs; again: {again}")
            raise


async def _play_round(ground: Ground, client: Client, seeds: tuple[int, ...]) -> tuple[CheckedRun, ...]:
    await ground.mend()
    plans = [plan_run(seed) for seed in seeds]
    contacts = [contact for plan in plans for contact in _contacts(plan)]
    people = [People(ground, client, contact) for contact in contacts]
    for group in people:
        await group.prepare()
    breaker = Breaker(ground)
    ended: list[Part] = []
    blows = [asyncio.create_task(breaker.break_things(plan)) for plan in plans]
    watch = asyncio.create_task(_watch(breaker, ended))
    settled = asyncio.create_task(_mend_after(ground, blows))
    views = await asyncio.gather(*(group.see_it_through() for group in people))
    await settled
    watch.cancel()
    with suppress(asyncio.CancelledError):
        await watch
    evidence = [
        await gather_evidence(ground, client, contact, group.sent, view)
        for contact, group, view in zip(contacts, people, views, strict=True)
    ]
    return tuple(_checked(plan, seeds, evidence, tuple(ended)) for plan in plans)


def _contacts(plan: RunPlan) -> Iterator[SoakTicket]:
    for place, ticket in enumerate(plan.tickets):
        yield SoakTicket(seed=plan.seed, place=place, plan=ticket)


async def _mend_after(ground: Ground, blows: Sequence[asyncio.Task[None]]) -> None:
    """Once everything has happened, let everything work, so that whatever is stuck then is stuck by our own fault."""
    await asyncio.gather(*blows)
    await ground.mend()


async def _watch(breaker: Breaker, ended: list[Part]) -> None:
    while True:
        ended.extend(await breaker.restart_what_ended())
        await asyncio.sleep(WATCH_EVERY_SECONDS)


def _checked(plan: RunPlan, seeds: tuple[int, ...], found: Sequence[Evidence], ended: tuple[Part, ...]) -> CheckedRun:
    own = [evidence for evidence in found if evidence.contact.seed == plan.seed]
    cases = tuple(CheckedCase(evidence=evidence, broken=violations(evidence)) for evidence in own)
    return CheckedRun(plan=plan, company=seeds, cases=cases, ended_by_themselves=ended)

"""A case that waits for a person, and what becomes of it."""

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from typing import NamedTuple

from temporalio.client import Client

from cases.case import CaseView
from cases.outcome import Stage
from cases.review import ReviewRequest
from ledger.cases import CaseLedger
from starter.intake import start_case
from tests.starter.doors import WrittenWorld, a_held_world, another_ticket
from tests.workflows.workers import working

TEXT = "I want my money back for W10001.\nIt came broken."


class Held(NamedTuple):
    """A case as it came to its review, and the world it lives in."""

    world: WrittenWorld
    case: CaseView

    @property
    def id(self) -> str:
        return self.case.case_id

    @property
    def review(self) -> ReviewRequest:
        """The request that stands."""
        assert self.case.review is not None
        return self.case.review

    @property
    def actions(self) -> list[str]:
        """What was done for this case."""
        return self.world.actions_for(self.id)

    async def reached(self, stage: Stage, times: int = 1) -> CaseView:
        """Wait until it was recorded in this stage so many times; the newest record of it."""
        return await self.world.case_reached(self.id, stage, times)


class HeldCases:
    """Cases that are brought to their review, each for a test of its own."""

    def __init__(self, client: Client, ledger: CaseLedger) -> None:
        self._client, self._ledger = client, ledger

    @asynccontextmanager
    async def worked_on(self, number: str, source: str = "test") -> AsyncGenerator[Held]:
        """One whose workers are there while the block lasts."""
        world = a_held_world(self._ledger)
        ticket = another_ticket(number, TEXT).model_copy(update={"source": source})
        async with working(self._client, world):
            await start_case(self._client, self._ledger, ticket)
            yield Held(world, await world.case_reached(ticket.case_id, Stage.WAITING_FOR_REVIEW))

    async def left(self, number: str, source: str = "test") -> Held:
        """One whose workers are gone again."""
        async with self.worked_on(number, source) as held:
            return held

"""What happens in the demo with django-helpdesk: customers write there, a person decides, and parts are stopped."""

import asyncio
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress

import httpx

from cases.case import CaseView
from cases.outcome import Stage
from cases.source import Source
from cases.ticket import case_id
from demo.django_helpdesk.place import Place
from demo.django_helpdesk.standing import standing_followups, standing_tickets
from demo.django_helpdesk.tickets import AT_ONCE, LATE, Written
from demo.django_helpdesk.visitor import Visitor
from demo.embedded.servers import Server
from routing.approvals import approval_of
from starter.command_line.demo_helpdesk_count import HelpdeskCount, count_helpdesk
from starter.command_line.demo_player import AT_REST, LOOK_EVERY_SECONDS
from starter.command_line.demo_reviewer import REVIEWER
from starter.connections import Connections
from starter.intake import decide

SETTLES_WITHIN_SECONDS = 300.0
"""What has not settled by then counts as lost. A poll comes once a minute."""

Say = Callable[[str], None]


class HelpdeskPlay:
    """One play: its tickets, and what becomes of them."""

    def __init__(self, connections: Connections, source: Source, place: Place, say: Say) -> None:
        self._engine, self._ledger = connections.engine, connections.ledger
        self._source = source
        self._place = place
        self._say = say
        self._began = time.monotonic()
        self._before = frozenset(standing_tickets(place))

    @property
    def tickets(self) -> tuple[str, ...]:
        """Those that were written since it began, oldest first."""
        return tuple(ticket for ticket in standing_tickets(self._place) if ticket not in self._before)

    async def open_three(self) -> Mapping[str, CaseView]:
        """Let three customers write, and wait until nothing comes of it without a person; the cases by ticket."""
        await asyncio.to_thread(self._write, AT_ONCE)
        return await self._settled(AT_REST)

    async def go_through_outages(self, helpdesk: Server, door: Server) -> None:
        """Stop the helpdesk while an answer is due, our door while a ticket comes in; wait until all are answered."""
        self._say("django-helpdesk is stopped; what waits for a person is approved meanwhile.")
        await asyncio.to_thread(helpdesk.stop)
        await self._approve()
        self._say("Our door is stopped; django-helpdesk runs again, and takes a ticket that it can tell nobody of.")
        await asyncio.to_thread(door.stop)
        await asyncio.to_thread(helpdesk.start)
        with suppress(httpx.HTTPStatusError):
            # It answers 500 where nobody takes its webhook. The ticket stands there all the same.
            await asyncio.to_thread(self._write, (LATE,))
        self._say("Our door is open again. The next poll finds that ticket, within a minute.")
        await asyncio.to_thread(door.start)
        await self._settled((Stage.FOLLOW_UP, Stage.CLOSED))

    async def count(self) -> HelpdeskCount:
        """What came of it, by what stands in the helpdesk."""
        standing = standing_followups(self._place)
        return count_helpdesk(self.tickets, await self._cases(), standing, time.monotonic() - self._began)

    def _write(self, tickets: Sequence[Written]) -> None:
        with Visitor(self._source.url or "") as visitor:
            for ticket in tickets:
                visitor.write(ticket.subject, ticket.text, ticket.email)

    async def _approve(self) -> None:
        """Approve what waits for a person. The ledger hears of it only once the answer stands in the helpdesk."""
        for case in (await self._cases()).values():
            if case.review is not None:
                await decide(self._engine, case.case_id, approval_of(case.review, REVIEWER))

    async def _settled(self, stages: Sequence[Stage]) -> Mapping[str, CaseView]:
        deadline = time.monotonic() + SETTLES_WITHIN_SECONDS
        while True:
            cases = await self._cases()
            rest = [case for case in cases.values() if case.stage in stages]
            if len(rest) == len(self.tickets) or time.monotonic() > deadline:
                return cases
            await asyncio.sleep(LOOK_EVERY_SECONDS)

    async def _cases(self) -> dict[str, CaseView]:
        found = {ticket: await self._ledger.case(self._name(ticket)) for ticket in self.tickets}
        return {ticket: case for ticket, case in found.items() if case is not None}

    def _name(self, ticket: str) -> str:
        return case_id(self._source.tenant, self._source.name, ticket)

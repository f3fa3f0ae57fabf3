"""Playing tickets for the benchmarks: brought in through the real door, followed in the ledger."""

import asyncio
import statistics
import time
from collections.abc import Awaitable, Callable, Sequence
from datetime import UTC, datetime

import httpx
import psycopg
from temporalio.client import Client

from cases.review import Approve
from cases.ticket import Customer, Message, Ticket
from ledger.cases import CaseLedger
from starter.intake import decide, start_case
from tests.crash.buyers import LARGE, Buyer

IN_FLIGHT = 20
"""How many tickets are on their way at once: a closed loop, so that no queue grows."""

LOOK_EVERY_SECONDS = 0.02
PATIENCE_SECONDS = 120
"""How long one stage may take before the bench gives up and says so."""

FIRST_BUYER = 30_000


class Bench:
    """The doors and the ledger of one field."""

    def __init__(self, client: Client, ledger: CaseLedger, database_url: str, helpdesk: httpx.AsyncClient) -> None:
        self._client = client
        self._ledger = ledger
        self._database_url = database_url
        self._helpdesk = helpdesk
        self._next = FIRST_BUYER

    async def questions(self, count: int) -> list[Ticket]:
        """Tickets that go the whole automatic path: a question the help centre answers."""
        tickets = [self._question() for _ in range(count)]
        await self._put(tickets)
        return tickets

    async def refunds(self, count: int) -> list[Ticket]:
        """Tickets that wait for a person: refunds over the limit."""
        buyers = [Buyer(self._number(), LARGE) for _ in range(count)]
        for buyer in buyers:
            buyer.enter(self._database_url)
        tickets = [buyer.ticket for buyer in buyers]
        await self._put(tickets)
        return tickets

    async def play(self, tickets: Sequence[Ticket], *, approve: bool) -> tuple[float, list[float]]:
        """Bring tickets in, so many at once, until each is answered: tickets a second, and seconds of each."""
        began = time.monotonic()
        gate = asyncio.Semaphore(IN_FLIGHT)
        async with Watch(self._database_url) as watch:

            async def one(ticket: Ticket) -> None:
                async with gate:
                    await start_case(self._client, self._ledger, ticket)
                    if approve:
                        await watch.until(ticket.case_id, "waiting_for_review")
                        await self.approve(ticket)
                    await watch.until(ticket.case_id, "follow_up")

            await asyncio.gather(*(one(ticket) for ticket in tickets))
        rate = len(tickets) / (time.monotonic() - began)
        return rate, [await self._answered_after(ticket, since_decision=approve) for ticket in tickets]

    async def open(self, tickets: Sequence[Ticket]) -> None:
        """Bring tickets in and leave them waiting for a person."""
        gate = asyncio.Semaphore(IN_FLIGHT)
        async with Watch(self._database_url) as watch:

            async def one(ticket: Ticket) -> None:
                async with gate:
                    await start_case(self._client, self._ledger, ticket)
                    await watch.until(ticket.case_id, "waiting_for_review")

            await asyncio.gather(*(one(ticket) for ticket in tickets))

    async def clear(self, ticket: Ticket) -> float:
        """Approve one waiting case: seconds until the customer is answered."""
        began = time.monotonic()
        async with Watch(self._database_url) as watch:
            await self.approve(ticket)
            await watch.until(ticket.case_id, "follow_up")
        return time.monotonic() - began

    async def approve(self, ticket: Ticket) -> None:
        """Let a person approve what is proposed."""
        decision = Approve(request_id="review-1", case_version=0, reviewer="bench")
        await decide(self._client, ticket.case_id, decision)

    async def history(self, ticket: Ticket) -> tuple[int, int]:
        """Events and bytes of a case's history so far."""
        described = await self._client.get_workflow_handle(ticket.case_id).describe()
        return described.history_length, described.raw_description.workflow_execution_info.history_size_bytes

    async def _answered_after(self, ticket: Ticket, *, since_decision: bool) -> float:
        view = await self._ledger.case(ticket.case_id)
        if view is None:
            raise RuntimeError(f"{ticket.case_id} is not in the ledger")
        began = view.decisions[0].at if since_decision else view.opened_at
        return (view.replies[0].at - began).total_seconds()

    async def _put(self, tickets: Sequence[Ticket]) -> None:
        for ticket in tickets:
            body = ticket.model_dump(mode="json")
            (await self._helpdesk.put(f"/tickets/{ticket.id}", json=body)).raise_for_status()

    def _question(self) -> Ticket:
        number = self._number()
        text = "I would like to know something: how many days do I have to send a tent back?"
        return Ticket(
            tenant="acme",
            source="crash",
            id=f"q{number}",
            locale="en",
            customer=Customer(name="Ada", email=f"ada{number}@example.com"),
            messages=(Message(id="m1", text=text, sent_at=datetime.now(UTC)),),
        )

    def _number(self) -> int:
        self._next += 1
        return self._next


class Watch:
    """Tells when cases reach a stage, by one look at the ledger for all of them."""

    def __init__(self, database_url: str) -> None:
        self._database_url = database_url
        self._waiting: dict[tuple[str, str], asyncio.Event] = {}
        self._seen: dict[str, str] = {}

    async def __aenter__(self) -> "Watch":
        self._connection = await psycopg.AsyncConnection.connect(self._database_url, autocommit=True)
        self._looking = asyncio.create_task(self._look())
        return self

    async def __aexit__(self, *_: object) -> None:
        self._looking.cancel()
        await asyncio.wait([self._looking])
        await self._connection.close()

    async def until(self, case_id: str, stage: str) -> None:
        """Wait until a case is in a stage."""
        event = self._waiting.setdefault((case_id, stage), asyncio.Event())
        try:
            await asyncio.wait_for(event.wait(), PATIENCE_SECONDS)
        except TimeoutError as error:
            seen = self._seen.get(case_id, "not in the ledger")
            raise RuntimeError(f"after {PATIENCE_SECONDS} s {case_id} is {seen}, and not {stage}") from error
        finally:
            del self._waiting[case_id, stage]

    async def _look(self) -> None:
        while True:
            wanted = list({case_id for case_id, _ in self._waiting})
            if wanted:
                found = await self._connection.execute(
                    "SELECT case_id, stage FROM cases WHERE case_id = ANY(%s)", (wanted,)
                )
                for case_id, stage in await found.fetchall():
                    self._seen[case_id] = stage
                    event = self._waiting.get((case_id, stage))
                    if event is not None:
                        event.set()
            await asyncio.sleep(LOOK_EVERY_SECONDS)


async def loop_plain(run: Callable[[int], Awaitable[object]], count: int) -> float:
    """Run plain workflows, so many at once: workflows a second."""
    began = time.monotonic()
    gate = asyncio.Semaphore(IN_FLIGHT)

    async def one(number: int) -> None:
        async with gate:
            await run(number)

    await asyncio.gather(*(one(number) for number in range(count)))
    return count / (time.monotonic() - began)


def percentile(values: Sequence[float], share: float) -> float:
    """The value below which this share of the values lies."""
    return statistics.quantiles(values, n=100, method="inclusive")[round(share * 100) - 1]

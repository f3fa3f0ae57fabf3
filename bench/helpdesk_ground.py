"""Where helpdesks misbehave: the real adapters and the real answering, over a spoiled wire, with a real ledger.

In Temporal's place stands a loop that tries again as Temporal would, by the product's own retry policy, and waits in
the wire's time.
"""

import asyncio
import tempfile
from collections.abc import AsyncGenerator, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import httpx
from temporalio.exceptions import ApplicationError
from temporalio.testing import ActivityEnvironment

from activities.answer import Answering
from activities.policies import PolicyShelf
from bench.helpdesk_checks import Echo, HelpdeskEvidence
from bench.helpdesk_plan import BookTrouble, HelpdeskPlan, HelpdeskTurn, book_turn, helpdesk_turn, plan_helpdesk
from bench.helpdesk_wire import OUR_LIMIT, VirtualClock, Wire, wire_to
from cases.draft import CustomerText, InternalNote
from cases.errors import LedgerUnavailable
from cases.helpdesk_write import RecordedIntent, WriteIntent
from cases.policy.document import Policy
from cases.source import Source, SourceKind
from cases.source_event import HelpdeskTicket
from cases.ticket import Customer, case_id
from cases.work import AnswerReport, AnswerRequest, SayDraft
from demo.embedded.ports import free_ports
from demo.embedded.postgres import EmbeddedPostgres
from integrations.helpdesks.calls import HelpdeskCalls
from integrations.helpdesks.protocol import Helpdesk, ReadableHelpdesk
from ledger.database import Database
from ledger.helpdesk_writes import HelpdeskWrites
from ledger.migrate import migrate
from routing.news import is_ours
from starter.policy_files import read_policy
from starter.settings import DEFAULT_POLICY
from starter.sources.helpdesks import HEADERS, KEEP_TICKETS, SourceHelpdesks
from starter.sources.secrets import keep_secrets
from tests.handed_in import NoArchive
from tests.helpdesks.desks import TEAM, ChatwootDesk, Desk, ZammadDesk, ZendeskDesk
from workflows.options import LONGEST_SILENCE_SECONDS, deed

PATIENCE_SECONDS = 0.4
"""Real time that stands for our limit: only what is held back takes that long."""

MOST_TRIES = 200
TEXT = CustomerText(text="Dear Ada,\n\nit's “on its way” & comes <tomorrow>.\n\nYours")
NOTE = InternalNote(text="Wants: order_status (0.93).\nDone: told the date.")
TAGS = ("signalbox", "order-status")


class _Desks:
    """A `HelpdeskDirectory` of registered sources."""

    def __init__(self, helpdesks: SourceHelpdesks, sources: Mapping[str, Source]) -> None:
        self._helpdesks = helpdesks
        self._sources = sources

    async def helpdesk_of(self, tenant: str, source: str) -> Helpdesk:
        """The source's helpdesk."""
        return await self._helpdesks.helpdesk(self._sources[source])


class _Place:
    """One helpdesk as a run finds it: the wire to it, and a way around the wire."""

    def __init__(self, desk: Desk, wire: Wire, source: Source, around: ReadableHelpdesk) -> None:
        self.desk = desk
        self.wire = wire
        self.source = source
        self.around = around


class HelpdeskGround:
    """All that runs need; a run is played by its seed."""

    def __init__(
        self, places: Mapping[SourceKind, _Place], directory: _Desks, writes: HelpdeskWrites, policy: Policy
    ) -> None:
        self._places = places
        self._directory = directory
        self._writes = writes
        self._policy = policy

    async def play(self, seed: int) -> HelpdeskEvidence:
        """Play the run of a seed to its end."""
        plan = plan_helpdesk(seed)
        place = self._places[plan.kind]
        place.desk.open(seed)
        run = _Run(plan, place, self._directory, self._writes, self._policy)
        place.wire.begin(run)
        reports = [await run.answered(number) for number in range(plan.answers)]
        await place.wire.settle()
        await run.echo()
        return HelpdeskEvidence(
            plan=plan,
            text=TEXT.text,
            note=NOTE.text,
            wanted_tags=TAGS,
            reports=tuple(reports),
            tries=run.tries,
            failures=tuple(run.failures),
            standing=tuple(place.desk.standing(seed)),
            tags=tuple(place.desk.tags(seed)),
            group=place.desk.group(seed),
            ours=await self._writes.ours(place.source.tenant, place.source.name, plan.ticket_id),
            echoes=tuple(run.echoes),
            came=tuple(place.wire.came),
        )


class _Run:
    """One ticket being answered: a `Sender`, and a `WriteBook` over the real one."""

    def __init__(
        self, plan: HelpdeskPlan, place: _Place, directory: _Desks, writes: HelpdeskWrites, policy: Policy
    ) -> None:
        self.tries = 0
        self.echoes: list[Echo] = []
        self.failures: list[str] = []
        self._plan = plan
        self._place = place
        self._writes = writes
        self._policy = policy
        self._kept = 0
        self._worker: asyncio.Task[AnswerReport] | None = None
        self._answering = Answering(directory, self, PolicyShelf(policy, NoArchive()), place.wire.clock)

    async def answered(self, number: int) -> AnswerReport | None:
        """Try as Temporal does until the answer stands; none where it never does."""
        request = self._request(number)
        for retries in range(MOST_TRIES):
            self.tries += 1
            worker = _worker(self._place.wire.clock())
            self._worker = asyncio.create_task(worker.run(self._answering.answer, request))
            await asyncio.wait([self._worker])
            if self._worker.cancelled():
                await self._place.wire.wait(timedelta(seconds=LONGEST_SILENCE_SECONDS))
                pause = None
            else:
                failure = self._worker.exception()
                if failure is None:
                    return self._worker.result()
                if not isinstance(failure, (ApplicationError, LedgerUnavailable)):
                    raise failure
                self.failures.append(str(failure))
                pause = failure.next_retry_delay if isinstance(failure, ApplicationError) else None
            await self._place.wire.wait(_backoff(retries) if pause is None else pause)
        return None

    def meets(self) -> HelpdeskTurn:
        """What the next request meets; a colleague may be quicker."""
        turn = helpdesk_turn(self._plan, len(self._place.wire.came))
        if turn.colleague:
            self._place.desk.colleague(self._plan.seed)
        return turn

    def die(self) -> None:
        """A worker is gone in the middle of its work."""
        assert self._worker is not None
        self._worker.cancel()

    async def echo(self) -> None:
        """Do what a webhook leads to: the ticket is read, and whose each reply in it is decided."""
        found = await self._place.around.read(self._plan.ticket_id)
        assert isinstance(found, HelpdeskTicket)
        ours = await self._writes.ours(self._place.source.tenant, self._place.source.name, self._plan.ticket_id)
        self.echoes += [Echo(reply.text, is_ours(reply, ours)) for reply in found.replies]

    async def intend(self, intent: WriteIntent) -> RecordedIntent:
        """As the ledger does."""
        return await self._writes.intend(intent)

    async def sent(self, reference: str, at: datetime | None) -> None:
        """As the ledger does."""
        await self._writes.sent(reference, at)

    async def confirm(self, reference: str, message_id: str, now: datetime) -> None:
        """As the ledger does, unless it is away or the worker dies over it."""
        trouble = book_turn(self._plan, self._kept)
        self._kept += 1
        if trouble is BookTrouble.AWAY:
            raise LedgerUnavailable("The ledger is away.")
        if trouble is not BookTrouble.KILLED_BEFORE:
            await self._writes.confirm(reference, message_id, now)
        if trouble is not BookTrouble.NONE:
            self.die()
            await asyncio.Event().wait()

    def _request(self, number: int) -> AnswerRequest:
        source = self._place.source
        case = case_id(source.tenant, source.name, self._plan.ticket_id)
        return AnswerRequest(
            case_id=case,
            tenant=source.tenant,
            source=source.name,
            ticket_id=self._plan.ticket_id,
            reference=f"{case}/reply-{number}",
            policy_version=self._policy.version,
            locale="en",
            customer=Customer(email="ada@example.com"),
            say=SayDraft(text=TEXT),
            note=NOTE,
            assign_to=TEAM,
            tags=TAGS,
        )


def _worker(now: datetime) -> ActivityEnvironment:
    """Where one try runs. Each is told that it was scheduled just now: no run waits for tags to be given up."""
    worker = ActivityEnvironment()
    worker.info = replace(worker.info, scheduled_time=now)
    return worker


def _backoff(retries: int) -> timedelta:
    """Temporal's own pause before another try, by the policy an answer is run with."""
    policy = deed(OUR_LIMIT.total_seconds())["retry_policy"]
    assert policy.maximum_interval is not None
    return min(policy.initial_interval * policy.backoff_coefficient ** min(retries, 20), policy.maximum_interval)


@asynccontextmanager
async def helpdesk_ground(database_url: str) -> AsyncGenerator[HelpdeskGround]:
    """All that runs need, for the block; the ledger is in this empty database."""
    migrate(database_url)
    clock = VirtualClock()
    database = Database.at(database_url, connections=5)
    async with AsyncExitStack() as opened:
        opened.push_async_callback(database.close)
        data = Path(opened.enter_context(tempfile.TemporaryDirectory(prefix="signalbox-helpdesks-")))
        places = {
            desk.kind: await _place(desk, clock, data, opened) for desk in (ZendeskDesk(), ChatwootDesk(), ZammadDesk())
        }
        helpdesks = SourceHelpdesks(data, PATIENCE_SECONDS, opened)
        directory = _Desks(helpdesks, {place.source.name: place.source for place in places.values()})
        yield HelpdeskGround(places, directory, HelpdeskWrites(database), read_policy(DEFAULT_POLICY))


async def _place(desk: Desk, clock: VirtualClock, data: Path, opened: AsyncExitStack) -> _Place:
    desk.server.clock = clock
    app = desk.server.app()
    wire = await opened.enter_async_context(wire_to(app, clock))
    source = desk.source(wire.address)
    keep_secrets(source, desk.secrets, data)
    around = httpx.AsyncClient(
        transport=httpx.ASGITransport(app), base_url=wire.address, headers=HEADERS[desk.kind](source, desk.secrets)
    )
    await opened.enter_async_context(around)
    return _Place(desk, wire, source, KEEP_TICKETS[desk.kind](HelpdeskCalls(around), source))


@asynccontextmanager
async def own_database() -> AsyncGenerator[str]:
    """An empty database on a server of its own, for the block."""
    with tempfile.TemporaryDirectory(prefix="signalbox-postgres-") as directory:
        server = EmbeddedPostgres(Path(directory), free_ports(1)[0])
        server.start()
        try:
            yield server.url()
        finally:
            server.stop()

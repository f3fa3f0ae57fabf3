"""Reading sources: a ticket as it stands is brought to its case, and what no webhook told us is found."""

from datetime import UTC, datetime, timedelta
from typing import Protocol

from temporalio import activity
from temporalio.exceptions import ApplicationError

from activities.heartbeat import beating
from cases.case import CaseView
from cases.delivery import Receipt
from cases.errors import ToolFailure, ToolUnavailable, UnknownSource
from cases.helpdesk_write import CLOCKS_APART, OurWriting
from cases.outcome import Stage
from cases.source import Source
from cases.source_event import ChangedTickets, HelpdeskTicket, SourceEvent, TicketChanged, TicketGone
from cases.source_work import BroughtIn, ChangesToFind, ReadUntil, SourceName, TicketsToRead, TicketToRead
from cases.ticket import TicketId, case_id
from integrations.helpdesks.protocol import ReadableHelpdesk
from ledger.sources import RegisteredSource
from routing.news import news, news_of_gone, news_of_silence

OVERLAP = timedelta(minutes=2)
"""How much of what was read before is read again: a change may be listed late, and clocks differ."""

DELIVERIES_KEPT = timedelta(days=90)
"""No sender repeats a delivery after so long; WhatsApp gives up after a week."""


class SourceBook(Protocol):
    """What reading needs of the ledger's sources."""

    async def source(self, tenant: str, name: str) -> RegisteredSource | None:
        """A registered source."""
        ...

    async def read_until(self, tenant: str, name: str, moment: datetime) -> None:
        """Write down how far it was read."""
        ...


class KnownCases(Protocol):
    """What reading needs of the ledger's cases."""

    async def case(self, case_id: str) -> CaseView | None:
        """The case as it was last written down."""
        ...


class WriteBook(Protocol):
    """What reading needs of what we wrote."""

    async def ours(self, tenant: str, source: str, ticket_id: str) -> tuple[OurWriting, ...]:
        """All that we have written into a ticket."""
        ...


class DeliveryMemory(Protocol):
    """What reading does to the memory of deliveries: it keeps it small."""

    async def forget_before(self, moment: datetime) -> int:
        """Forget what is older."""
        ...


class Door(Protocol):
    """The way to the cases."""

    async def bring(self, source: Source, event: SourceEvent) -> Receipt:
        """Bring one event to its case."""
        ...


class ReadableHelpdesks(Protocol):
    """The helpdesks whose tickets can be read."""

    async def readable(self, source: Source) -> ReadableHelpdesk:
        """The helpdesk of a source. Raises ToolUnavailable where its secrets are missing."""
        ...


class SourceReading:
    """Reads tickets, and lists those that changed."""

    def __init__(
        self,
        sources: SourceBook,
        helpdesks: ReadableHelpdesks,
        cases: KnownCases,
        book: WriteBook,
        deliveries: DeliveryMemory,
        door: Door,
    ) -> None:
        self._sources = sources
        self._helpdesks = helpdesks
        self._cases = cases
        self._book = book
        self._deliveries = deliveries
        self._door = door

    @activity.defn
    async def bring_in(self, wanted: TicketToRead) -> BroughtIn:
        """Read a ticket and tell its case what is new. Safe to repeat.

        Raises a retryable ApplicationError while the helpdesk, the ledger or the engine is away.
        """
        registered = await self._registered(wanted.source)
        try:
            async with beating():
                return await self._brought_in(registered, wanted.ticket_id)
        except ToolFailure as failure:
            raise _later(failure) from failure

    @activity.defn
    async def bring_in_all(self, wanted: TicketsToRead) -> None:
        """Read some tickets. One that cannot be read is left to a reading of its own, which holds up no other."""
        registered = await self._registered(wanted.source)
        async with beating():
            for ticket_id in wanted.ticket_ids:
                try:
                    await self._brought_in(registered, ticket_id)
                except ToolFailure:
                    await self._door.bring(registered.source, TicketChanged(ticket_id=ticket_id))

    async def _brought_in(self, registered: RegisteredSource, ticket_id: TicketId) -> BroughtIn:
        source = registered.source
        # What the case knows is asked before the ticket is read, and what we wrote after it: what happens meanwhile is
        # then told once more, and never taken back.
        known = await self._cases.case(case_id(source.tenant, source.name, ticket_id))
        found = await (await self._helpdesks.readable(source)).read(ticket_id)
        if isinstance(found, TicketGone) and known is not None:
            return await self._told(source, (news_of_gone(found, known),))
        if found is None and known is not None and (silence := news_of_silence(known, datetime.now(UTC))):
            return await self._told(source, silence)
        if not isinstance(found, HelpdeskTicket):
            return BroughtIn(told=(f"There is no ticket {ticket_id} in {source.label} that a customer wrote.",))
        if found.elsewhere is not None and not _is_open(known):
            why = f"Ticket {ticket_id} is in the group {found.elsewhere}, which {source.label} does not read."
            return BroughtIn(told=(why,))
        ours = await self._book.ours(source.tenant, source.name, ticket_id)
        told = news(found, known, ours, registered.added_at - CLOCKS_APART)
        return await self._told(source, told)

    async def _told(self, source: Source, told: tuple[SourceEvent, ...]) -> BroughtIn:
        receipts = [await self._door.bring(source, event) for event in told]
        return BroughtIn(told=tuple(receipt.sentence for receipt in receipts))

    @activity.defn
    async def read_from(self, name: SourceName) -> datetime:
        """The moment from which changes are to be found. Forgets old deliveries on the way."""
        await self._deliveries.forget_before(datetime.now(UTC) - DELIVERIES_KEPT)
        return (await self._registered(name)).read_until - OVERLAP

    @activity.defn
    async def changed(self, wanted: ChangesToFind) -> ChangedTickets:
        """One page of the tickets that changed since a moment, oldest first.

        Of those in groups that the source does not read, the ones whose case is open: it began where it was read.
        """
        source = (await self._registered(wanted.source)).source
        try:
            async with beating():
                listed = await (await self._helpdesks.readable(source)).changed_since(wanted.since, wanted.page)
                return listed.model_copy(update={"ticket_ids": await self._of_ours(source, listed), "elsewhere": {}})
        except ToolFailure as failure:
            raise _later(failure) from failure

    async def _of_ours(self, source: Source, listed: ChangedTickets) -> tuple[TicketId, ...]:
        known = {one: await self._cases.case(case_id(source.tenant, source.name, one)) for one in listed.elsewhere}
        return tuple(one for one in listed.ticket_ids if one not in known or _is_open(known[one]))

    @activity.defn
    async def keep_read_until(self, read: ReadUntil) -> None:
        """Write down how far a source was read."""
        await self._sources.read_until(read.source.tenant, read.source.name, read.moment)

    async def _registered(self, name: SourceName) -> RegisteredSource:
        registered = await self._sources.source(name.tenant, name.name)
        if registered is None:
            unknown = UnknownSource(f"{name.tenant}/{name.name}")
            raise ApplicationError(str(unknown), type="UnknownSource")
        return registered


def _is_open(known: CaseView | None) -> bool:
    return known is not None and known.stage is not Stage.CLOSED


def _later(failure: ToolFailure) -> ApplicationError:
    pause = failure.retry_after_seconds if isinstance(failure, ToolUnavailable) else None
    return ApplicationError(
        str(failure),
        type=type(failure).__name__,
        next_retry_delay=None if pause is None else timedelta(seconds=pause),
    )

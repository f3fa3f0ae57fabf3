"""What arrives from a source reaches its case, whichever way it came: by a delivery, or by reading the ticket.

Everything here may happen twice and in any order: a case hears each message once.
"""

from typing import Protocol

from temporalio.client import Client

from cases.delivery import DeliveryOutcome, Receipt
from cases.errors import CaseClosed, UnknownCase
from cases.helpdesk_write import OurWriting
from cases.outcome import Reopening
from cases.source import Source
from cases.source_event import (
    AgentWrote,
    CustomerRated,
    CustomerWrote,
    MessageDeleted,
    MessageEdited,
    Nothing,
    ReplyDelivered,
    ReplyUndelivered,
    RequesterChanged,
    SourceEvent,
    TicketChanged,
    TicketMerged,
    TicketRemoved,
    TicketReopened,
    TicketSolved,
    Unreadable,
)
from cases.ticket import case_id
from routing.news import is_ours
from starter import intake
from starter.sources.hints import read_soon


class WriteBook(Protocol):
    """What arrivals need to know of what we wrote."""

    async def ours(self, tenant: str, source: str, ticket_id: str) -> tuple[OurWriting, ...]:
        """All that we have written into a ticket."""
        ...

    async def delivered(self, tenant: str, source: str, reference: str, message_id: str) -> None:
        """A text of ours has reached the customer."""
        ...

    async def undelivered(
        self, tenant: str, source: str, message_id: str, reference: str | None, why: str
    ) -> str | None:
        """A text of ours never will; gives its ticket."""
        ...


_ToldToOpenCases = (
    AgentWrote
    | TicketSolved
    | TicketReopened
    | CustomerRated
    | RequesterChanged
    | TicketMerged
    | TicketRemoved
    | MessageEdited
    | MessageDeleted
)


class Arrivals:
    """Brings events to cases."""

    def __init__(self, engine: Client, ledger: intake.KnownCases, book: WriteBook) -> None:
        self._engine = engine
        self._ledger = ledger
        self._book = book

    async def bring(self, source: Source, event: SourceEvent) -> Receipt:
        """Bring one event to its case, and say what became of it. Raises EngineUnavailable and LedgerUnavailable."""
        match event:
            case Nothing(why=why):
                return _ignored(why)
            case TicketChanged(ticket_id=ticket_id):
                await read_soon(self._engine, source, ticket_id)
                return _taken(f"Ticket {ticket_id} is being read.")
            case CustomerWrote(ticket=ticket, message=message):
                ignored = await intake.bring_message(self._engine, self._ledger, ticket, message)
                return _ignored(ignored) if ignored else _taken(f"{ticket.case_id} has the message {message.id}.")
            case ReplyDelivered(reference=reference, message_id=message_id):
                return await self._delivered(source, reference, message_id)
            case ReplyUndelivered():
                return await self._undelivered(source, event)
            case Unreadable(why=why):
                return Receipt(outcome=DeliveryOutcome.UNREADABLE, sentence=why)
            case _:
                return await self._tell(source, event)

    async def _delivered(self, source: Source, reference: str | None, message_id: str) -> Receipt:
        if reference is None:
            return _ignored("A message that is not ours was delivered.")
        await self._book.delivered(source.tenant, source.name, reference, message_id)
        return _taken(f"The reply {message_id} was delivered.")

    async def _undelivered(self, source: Source, event: ReplyUndelivered) -> Receipt:
        ticket_id = await self._book.undelivered(
            source.tenant, source.name, event.message_id, event.reference, event.why
        )
        if ticket_id is None:
            return _ignored("A message that is not ours was not delivered.")
        told = case_id(source.tenant, source.name, ticket_id)
        try:
            await intake.undelivered(self._engine, told, event)
        except (UnknownCase, CaseClosed) as nobody:
            return Receipt(outcome=DeliveryOutcome.UNREADABLE, sentence=f"A reply was lost: {event.why} {nobody}")
        return _taken(f"{told} was told that its reply did not reach the customer: {event.why}")

    async def _tell(self, source: Source, event: _ToldToOpenCases) -> Receipt:
        """Tell a case that is open; one that is not there, or has ended, has nothing to do with it any more."""
        told = case_id(source.tenant, source.name, event.ticket_id)
        try:
            match event:
                case AgentWrote(reply=reply):
                    if is_ours(reply, await self._book.ours(source.tenant, source.name, event.ticket_id)):
                        return _ignored("It is our own reply.")
                    await intake.agent_reply(self._engine, told, reply)
                case TicketSolved():
                    await intake.solved(self._engine, told, event)
                case TicketReopened(at=at):
                    await intake.reopened(self._engine, told, Reopening(at=at))
                case CustomerRated(satisfaction=satisfaction):
                    await intake.customer_mark(self._engine, told, satisfaction)
                case MessageEdited():
                    await intake.bring_edited(self._engine, self._ledger, told, event)
                case _:
                    await intake.changed(self._engine, told, event)
        except (UnknownCase, CaseClosed) as nobody:
            return _ignored(str(nobody))
        return _taken(f"{told} was told.")


def _taken(sentence: str) -> Receipt:
    return Receipt(outcome=DeliveryOutcome.TAKEN, sentence=sentence)


def _ignored(sentence: str) -> Receipt:
    return Receipt(outcome=DeliveryOutcome.IGNORED, sentence=sentence)

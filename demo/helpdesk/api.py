"""What programs ask of the helpdesk: JSON over HTTP."""

from typing import Annotated

from fastapi import APIRouter, Depends, Query, Request, Response, status

from cases.errors import InvalidTicket
from cases.ticket import Ticket, TicketId
from demo.faults import Fault, FaultPlan
from demo.helpdesk.conversation import (
    Assignment,
    Conversation,
    NewMessage,
    Reference,
    StoredMessage,
    StoredTicket,
    Tags,
    Visibility,
)
from demo.helpdesk.store import TicketStore

router = APIRouter()


def store_of(request: Request) -> TicketStore:
    """The tickets of the service that was asked."""
    store: TicketStore = request.app.state.store
    return store


def faults_of(request: Request) -> FaultPlan:
    """The faults of the service that was asked."""
    faults: FaultPlan = request.app.state.faults
    return faults


Store = Annotated[TicketStore, Depends(store_of)]
Faults = Annotated[FaultPlan, Depends(faults_of)]


@router.get("/health")
async def health(store: Store) -> None:
    """Whether the service and its database answer."""
    await store.newest(limit=1)


@router.put("/tickets/{ticket_id}")
async def put_ticket(ticket_id: str, ticket: Ticket, store: Store, response: Response) -> Conversation:
    """Keep a ticket, or the messages of it that are new. The same ticket again changes nothing."""
    if ticket.id != ticket_id:
        raise InvalidTicket("id", f"it is {ticket.id} in the body and {ticket_id} in the address.", "Send one id.")
    created = await store.put(ticket)
    response.status_code = status.HTTP_201_CREATED if created else status.HTTP_200_OK
    return await store.conversation(ticket_id)


@router.get("/tickets")
async def tickets(store: Store, limit: Annotated[int, Query(ge=1, le=1_000)] = 100) -> tuple[StoredTicket, ...]:
    """The newest tickets, newest first."""
    return await store.newest(limit)


@router.get("/tickets/{ticket_id}")
async def ticket(ticket_id: str, store: Store) -> Conversation:
    """A ticket, what its customer reads, and what colleagues read."""
    return await store.conversation(ticket_id)


@router.get("/tickets/{ticket_id}/messages")
async def messages(
    ticket_id: str, store: Store, reference: Annotated[Reference | None, Query()] = None
) -> tuple[StoredMessage, ...]:
    """A ticket's messages and notes, oldest first; with a reference, the one that bears it."""
    return await store.messages(ticket_id, reference)


@router.post("/tickets/{ticket_id}/replies", status_code=status.HTTP_201_CREATED)
async def reply(ticket_id: TicketId, new: NewMessage, store: Store, response: Response) -> StoredMessage:
    """Write to the customer; 200 and the message that stands, where it was written before."""
    return await _write(ticket_id, new, Visibility.PUBLIC, store, response)


@router.post("/tickets/{ticket_id}/notes", status_code=status.HTTP_201_CREATED)
async def note(ticket_id: TicketId, new: NewMessage, store: Store, response: Response) -> StoredMessage:
    """Write for colleagues; 200 and the note that stands, where it was written before."""
    return await _write(ticket_id, new, Visibility.INTERNAL, store, response)


@router.put("/tickets/{ticket_id}/assignment")
async def assign(ticket_id: TicketId, assignment: Assignment, store: Store) -> StoredTicket:
    """Give a ticket to a team."""
    return await store.assign(ticket_id, assignment.team)


@router.put("/tickets/{ticket_id}/tags")
async def tag(ticket_id: TicketId, added: Tags, store: Store) -> StoredTicket:
    """Add tags to a ticket; those it has stay."""
    return await store.tag(ticket_id, added.tags)


@router.get("/faults")
async def waiting_faults(faults: Faults) -> tuple[Fault, ...]:
    """The faults that have not struck yet."""
    return faults.waiting


@router.delete("/faults", status_code=status.HTTP_204_NO_CONTENT)
async def clear_faults(faults: Faults) -> None:
    """Let everything work again."""
    faults.clear()


@router.post("/faults", status_code=status.HTTP_201_CREATED)
async def add_fault(fault: Fault, faults: Faults) -> None:
    """Let a fault strike the next requests about tickets."""
    faults.add(fault)


@router.post("/reset", status_code=status.HTTP_204_NO_CONTENT)
async def reset(store: Store, faults: Faults) -> None:
    """Forget every ticket and every fault."""
    faults.clear()
    await store.clear()


async def _write(
    ticket_id: str, new: NewMessage, visibility: Visibility, store: TicketStore, response: Response
) -> StoredMessage:
    written = await store.write(ticket_id, new, visibility)
    if not written.created:
        response.status_code = status.HTTP_200_OK
    return written.message

"""What anything sends that can sign by the Standard Webhooks specification: bodies of ours, each in the docs."""

import json
from datetime import datetime

from pydantic import TypeAdapter

from cases.errors import InvalidDelivery
from cases.source import Source, SourceSecrets
from cases.source_event import (
    AgentReply,
    AgentWrote,
    CustomerRated,
    CustomerWrote,
    MessageDeleted,
    MessageEdited,
    Nothing,
    Removal,
    RequesterChanged,
    SourceEvent,
    TicketMerged,
    TicketRemoved,
    TicketReopened,
    TicketSolved,
)
from cases.ticket import Author, Message
from integrations.sources.protocol import Acknowledgement, Delivery
from integrations.sources.reading import read_body
from integrations.sources.standard_shapes import (
    AgentReplied,
    Envelope,
    MessageCreated,
    MessageIsAnother,
    MessageIsGone,
    RequesterIsAnother,
    TicketCreated,
    TicketMoved,
    TicketRated,
    TicketWasMerged,
)
from integrations.sources.standard_signature import signed, verified

MEND = "docs/standard-webhooks.md shows a whole example."

_ENVELOPE = TypeAdapter(Envelope)
_TICKET = TypeAdapter(TicketCreated)
_MESSAGE = TypeAdapter(MessageCreated)
_REPLY = TypeAdapter(AgentReplied)
_MOVED = TypeAdapter(TicketMoved)
_REQUESTER = TypeAdapter(RequesterIsAnother)
_MERGED = TypeAdapter(TicketWasMerged)
_EDITED = TypeAdapter(MessageIsAnother)
_GONE = TypeAdapter(MessageIsGone)
_RATED = TypeAdapter(TicketRated)


class StandardWebhooksSource:
    """A sender of bodies of ours. The specification's senders try again until they get a 2xx."""

    acknowledgement = Acknowledgement()

    def verify(self, delivery: Delivery, secrets: SourceSecrets) -> str:
        """As `SourceAdapter` says: the `webhook-id`, which is signed."""
        return verified(delivery, secrets)

    def parse(self, delivery: Delivery, source: Source) -> tuple[SourceEvent, ...]:
        """As `SourceAdapter` says."""
        return _events(delivery.body, source)

    def account(self, body: bytes) -> str | None:
        """None: a body names no account; the address it is sent to does."""
        return None

    def test_delivery(self, source: Source, secrets: SourceSecrets, ticket_id: str, at: datetime) -> Delivery:
        """As `SourceAdapter` says."""
        message = {
            "id": f"{ticket_id}-1",
            "text": "This is a test: does a signed webhook become a case?",
            "sent_at": at.isoformat(),
        }
        data = {"id": ticket_id, "subject": "A test", "messages": [message]}
        body = json.dumps({"type": "ticket.created", "timestamp": at.isoformat(), "data": data}).encode()
        headers = {"content-type": "application/json", **signed(body, f"test_{ticket_id}", at, secrets)}
        return Delivery(headers=headers, body=body, at=at)


def _events(body: bytes, source: Source) -> tuple[SourceEvent, ...]:
    kind = read_body(_ENVELOPE, body, MEND).type
    if kind == "ticket.created":
        return _created(read_body(_TICKET, body, MEND), source)
    return (_event(kind, body, source),)


def _event(kind: str, body: bytes, source: Source) -> SourceEvent:
    match kind:
        case "message.created":
            return _written(read_body(_MESSAGE, body, MEND), source)
        case "agent.replied":
            reply = read_body(_REPLY, body, MEND).data
            return AgentWrote(ticket_id=reply.ticket_id, reply=reply.reply.as_ours())
        case "ticket.solved":
            solved = read_body(_MOVED, body, MEND)
            return TicketSolved(ticket_id=solved.data.ticket_id, at=solved.timestamp)
        case "ticket.reopened":
            reopened = read_body(_MOVED, body, MEND)
            return TicketReopened(ticket_id=reopened.data.ticket_id, at=reopened.timestamp)
        case "ticket.rated":
            rated = read_body(_RATED, body, MEND)
            satisfaction = rated.data.as_satisfaction(rated.timestamp)
            return CustomerRated(ticket_id=rated.data.ticket_id, satisfaction=satisfaction)
        case _:
            return _change(kind, body)


def _change(kind: str, body: bytes) -> SourceEvent:
    """What voids whatever rests on the ticket as it was."""
    match kind:
        case "ticket.requester_changed":
            changed = read_body(_REQUESTER, body, MEND)
            customer = changed.data.customer.as_ours()
            return RequesterChanged(ticket_id=changed.data.ticket_id, customer=customer, at=changed.timestamp)
        case "ticket.merged":
            merged = read_body(_MERGED, body, MEND)
            return TicketMerged(ticket_id=merged.data.ticket_id, into=merged.data.into, at=merged.timestamp)
        case "ticket.deleted" | "ticket.spam":
            removed = read_body(_MOVED, body, MEND)
            how = Removal.SPAM if kind == "ticket.spam" else Removal.DELETED
            return TicketRemoved(ticket_id=removed.data.ticket_id, how=how, at=removed.timestamp)
        case "message.edited":
            edited = read_body(_EDITED, body, MEND)
            message = edited.data.message.as_ours()
            return MessageEdited(ticket_id=edited.data.ticket_id, message=message, at=edited.timestamp)
        case "message.deleted":
            gone = read_body(_GONE, body, MEND)
            return MessageDeleted(ticket_id=gone.data.ticket_id, message_id=gone.data.message_id, at=gone.timestamp)
        case _:
            return Nothing(why=f"The type {kind[:60]!r} is none that is read; docs/standard-webhooks.md names them.")


def _created(created: TicketCreated, source: Source) -> tuple[SourceEvent, ...]:
    """Each message of the customer: a later one may have come before the ticket."""
    messages = tuple(message.as_ours() for message in created.data.messages)
    ticket = created.data.as_ticket(source, created.data.id, messages)
    theirs = tuple(message for message in ticket.messages if message.author is Author.CUSTOMER)
    if not theirs:
        raise InvalidDelivery("data.messages", "has no message of the customer.", MEND)
    return tuple(CustomerWrote(ticket=ticket, message=message) for message in theirs)


def _written(written: MessageCreated, source: Source) -> SourceEvent:
    data = written.data
    message = data.message.as_ours()
    if message.author is not Author.CUSTOMER:
        return AgentWrote(ticket_id=data.ticket_id, reply=_reply(message))
    # The case may have begun with another customer: then whoever is named here wrote in their ticket.
    told = message.model_copy(update={"written_by": message.written_by or data.customer.writer})
    return CustomerWrote(ticket=data.as_ticket(source, data.ticket_id, (told,)), message=told)


def _reply(message: Message) -> AgentReply:
    return AgentReply(id=message.id, author="an agent", text=message.text, at=message.sent_at)

"""What is news in a ticket that was read from its helpdesk, given what its case knows and what we wrote ourselves.

The same reading twice is no news the second time, so that webhooks, repeats of them and polls may all bring the same.
"""

from collections.abc import Iterable
from datetime import datetime

from cases.case import CaseView
from cases.helpdesk_write import CLOCKS_APART, NAMED_BY_US, OurWriting, WriteKind, digest_of
from cases.outcome import OutcomeKind, Satisfaction, Stage
from cases.source_event import (
    AgentReply,
    AgentWrote,
    CustomerRated,
    CustomerWrote,
    HelpdeskTicket,
    MessageDeleted,
    MessageEdited,
    Nothing,
    RequesterChanged,
    SourceEvent,
    TicketGone,
    TicketReopened,
    TicketSolved,
)
from cases.ticket import MAXIMUM_MESSAGE_CHARACTERS, Author, Message, Ticket, same_words
from routing.writers import is_another


def is_ours(reply: AgentReply, ours: Iterable[OurWriting]) -> bool:
    """Whether a public reply is one we wrote: by its id, or, where its id was lost on the way, by its words."""
    return any(
        writing.kind is WriteKind.REPLY
        and (
            writing.message_id == reply.id
            or (
                (writing.message_id is None or writing.message_id.startswith(NAMED_BY_US))
                and writing.digest == digest_of(reply.text)
                and reply.at >= writing.intended_at - CLOCKS_APART
            )
        )
        for writing in ours
    )


def answer_of(reply: AgentReply) -> Message:
    """A colleague's reply as a message of the conversation."""
    text = reply.text[:MAXIMUM_MESSAGE_CHARACTERS].strip() or "(nothing but a file)"
    return Message(id=reply.id, author=Author.AGENT, text=text, sent_at=reply.at)


def news(
    found: HelpdeskTicket, known: CaseView | None, ours: tuple[OurWriting, ...], since: datetime
) -> tuple[SourceEvent, ...]:
    """What to tell the case, in this order; never nothing at all: where there is no news, why.

    `since`: when the source was registered. What nobody has written to since then begins no case.
    """
    if known is None and _last_written(found) < since:
        return (Nothing(why="The customer wrote before this source was registered."),)
    colleague = _newest_of_a_colleague(found, ours)
    changed = _changed(found, known)
    told = (*changed, *_answers(known, colleague), *_messages(found, known, colleague), *_state(found, known))
    return told or (Nothing(why=_why_nothing(found, known, colleague)),)


def news_of_gone(gone: TicketGone, known: CaseView | None) -> SourceEvent:
    """What to tell the case of a ticket that is no more."""
    if known is None or known.stage is Stage.CLOSED:
        return Nothing(why="The ticket is no more, and no case waits for it.")
    return gone.gone


def news_of_silence(known: CaseView, at: datetime) -> tuple[SourceEvent, ...]:
    """What to tell the case of a ticket in which no words of a customer stand any more."""
    if known.stage is Stage.CLOSED:
        return ()
    theirs = (message for message in known.ticket.messages if message.author is Author.CUSTOMER)
    return tuple(MessageDeleted(ticket_id=known.ticket.id, message_id=one.id, at=at) for one in theirs)


def _changed(found: HelpdeskTicket, known: CaseView | None) -> list[SourceEvent]:
    """Whose the ticket is now, and what somebody had said and says otherwise or no more."""
    if known is None or known.stage is Stage.CLOSED:
        return []
    told: list[SourceEvent] = []
    if is_another(known.ticket.customer, found.ticket.customer):
        to = found.ticket.customer
        told.append(RequesterChanged(ticket_id=known.ticket.id, customer=to, at=found.changed_at))
    missing = (one.id for one in known.ticket.messages if one.author is Author.CUSTOMER and _is_missing(one.id, found))
    deleted = [MessageDeleted(ticket_id=known.ticket.id, message_id=one, at=found.changed_at) for one in missing]
    return [*told, *deleted, *_edited(found, known)]


def _is_missing(message_id: str, found: HelpdeskTicket) -> bool:
    if message_id in found.deleted:
        return True
    return found.message_ids is not None and message_id not in found.message_ids


def _edited(found: HelpdeskTicket, known: CaseView) -> list[SourceEvent]:
    """Messages of the customer that say something else now, or stand there again after they were deleted."""
    if known.outcome is not None:
        # An answered message is not answered again because it was read another way: edits of those come as deliveries.
        return []
    edited = [
        message
        for message in found.ticket.messages
        if message.author is Author.CUSTOMER and _says_other_words(message, known.ticket)
    ]
    return [MessageEdited(ticket_id=known.ticket.id, message=one, at=found.changed_at) for one in edited]


def _says_other_words(message: Message, known: Ticket) -> bool:
    before = known.message(message.id)
    if before is not None:
        return not same_words(before, message)
    return any(gone.id == message.id and gone.message is not None for gone in known.deleted)


def _newest_of_a_colleague(found: HelpdeskTicket, ours: tuple[OurWriting, ...]) -> AgentReply | None:
    return next((reply for reply in reversed(found.replies) if not is_ours(reply, ours)), None)


def _answers(known: CaseView | None, colleague: AgentReply | None) -> list[SourceEvent]:
    if known is None or colleague is None or known.stage is Stage.CLOSED or _has(known, colleague.id):
        return []
    if known.ticket.customer_wrote_at is not None and colleague.at < known.ticket.customer_wrote_at:
        # What the case is about was written after that answer, and is still to be answered.
        return []
    return [AgentWrote(ticket_id=known.ticket.id, reply=colleague)]


def _messages(found: HelpdeskTicket, known: CaseView | None, colleague: AgentReply | None) -> list[SourceEvent]:
    """What the customer wrote and nobody has answered: what a colleague has answered is no work for a case."""
    unknown = [
        message
        for message in found.ticket.messages
        if message.author is Author.CUSTOMER
        and not (known and _has(known, message.id))
        and (colleague is None or message.sent_at > colleague.at)
    ]
    if known is None:
        # The whole conversation starts the case: one message is enough to bring it.
        unknown = [] if found.solved else unknown[-1:]
    return [CustomerWrote(ticket=found.ticket, message=message) for message in unknown]


def _state(found: HelpdeskTicket, known: CaseView | None) -> list[SourceEvent]:
    if known is None or known.stage is Stage.CLOSED:
        return []
    told: list[SourceEvent] = []
    if found.solved and not known.solved:
        told.append(TicketSolved(ticket_id=known.ticket.id, at=found.changed_at))
    if known.solved and not found.solved and known.outcome and known.outcome.kind is not OutcomeKind.TAKEN_OVER:
        told.append(TicketReopened(ticket_id=known.ticket.id, at=found.changed_at))
    if found.satisfaction is not None and not _same_mark(found.satisfaction, known.satisfaction):
        told.append(CustomerRated(ticket_id=known.ticket.id, satisfaction=found.satisfaction))
    return told


def _same_mark(found: Satisfaction, known: Satisfaction | None) -> bool:
    """By what the customer said; some helpdesks give a mark no time of its own."""
    return known is not None and (found.score, found.comment) == (known.score, known.comment)


def _last_written(found: HelpdeskTicket) -> datetime:
    return found.ticket.customer_wrote_at or found.changed_at


def _has(known: CaseView, message_id: str) -> bool:
    return any(message.id == message_id for message in (*known.ticket.messages, *known.ticket.deleted))


def _why_nothing(found: HelpdeskTicket, known: CaseView | None, colleague: AgentReply | None) -> str:
    if known is None and found.solved:
        return "The ticket was solved before we heard of it."
    if known is None and colleague is not None:
        return f"{colleague.author} has answered it already."
    return "Nothing is new."

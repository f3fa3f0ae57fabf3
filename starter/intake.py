"""The one way in, for every door: a ticket starts its case, and what people say later reaches that case."""

from typing import Protocol

from temporalio.client import Client

from cases.case import CaseStart, CaseView
from cases.errors import CaseClosed, InvalidInput
from cases.outcome import Reopening, Satisfaction
from cases.record import Record
from cases.review import (
    Claim,
    ClaimRequest,
    Decision,
    DecisionReceipt,
    Reassign,
    ReleaseRequest,
    ReviewReceipt,
    UndoRequest,
)
from cases.source_event import AgentReply, HelpdeskChange, MessageEdited, ReplyUndelivered, TicketSolved
from cases.ticket import Author, Message, Ticket
from routing.writers import is_another
from starter.case_calls import ask, signal, start_new, start_or_signal
from starter.case_names import (
    AGENT_REPLY_SIGNAL,
    CHANGED_SIGNAL,
    CLAIM_UPDATE,
    DECIDE_UPDATE,
    MESSAGE_SIGNAL,
    REASSIGN_UPDATE,
    RELEASE_UPDATE,
    REOPENED_SIGNAL,
    SATISFACTION_SIGNAL,
    SOLVED_SIGNAL,
    UNDELIVERED_SIGNAL,
    UNDO_UPDATE,
)


class KnownCases(Protocol):
    """What intake needs of the ledger."""

    async def case(self, case_id: str) -> CaseView | None:
        """The case as it was last written down. Raises LedgerUnavailable."""
        ...


class StartedCase(Record):
    """The case of a ticket: started now, or known before."""

    case_id: str
    already_known: bool


async def start_case(client: Client, ledger: KnownCases, ticket: Ticket) -> StartedCase:
    """Start the case of a ticket; the same ticket again, at once or a year later, is the same case.

    A known case is told what its customer wrote since. Raises EngineUnavailable and LedgerUnavailable: then nothing
    is half-started, and the same ticket can be sent again.
    """
    # Temporal forgets a closed case after its retention period; the ledger does not.
    known = await ledger.case(ticket.case_id)
    if known is None and await start_new(client, ticket):
        return StartedCase(case_id=ticket.case_id, already_known=False)
    for message in ticket.messages:
        if message.author is Author.CUSTOMER:
            await customer_message(client, ledger, ticket.case_id, message)
    return StartedCase(case_id=ticket.case_id, already_known=True)


async def customer_message(client: Client, ledger: KnownCases, case_id: str, message: Message) -> None:
    """Bring a customer's message to the case: to the open one, or to a new run that knows it is a repeat contact.

    Which of the two is Temporal's to decide, in one step: no message falls between. The same message again changes
    nothing. Raises InvalidInput for another author, UnknownCase, EngineUnavailable and LedgerUnavailable.
    """
    if message.author is not Author.CUSTOMER:
        raise InvalidInput("author", f"is {message.author}, not customer.", "Send only what the customer wrote.")
    known = await ledger.case(case_id)
    if known is None:
        await signal(client, case_id, MESSAGE_SIGNAL, message)
        return
    ticket = known.ticket.with_message(message)
    if ticket is known.ticket:
        return
    await start_or_signal(client, _repeat_contact(known, ticket), message)


async def bring_message(client: Client, ledger: KnownCases, ticket: Ticket, message: Message) -> None:
    """Bring a customer's message with its ticket: to the open case, to a new run of a closed one, or to a new case.

    One call to Temporal, whichever of the three it is: nobody can come between. The same again changes nothing.
    Raises EngineUnavailable and LedgerUnavailable.
    """
    known = await ledger.case(ticket.case_id)
    if known is None:
        await start_or_signal(client, CaseStart(ticket=ticket.with_message(message)), message)
        return
    heard = known.ticket.with_message(message)
    if heard is known.ticket:
        return
    # Where the helpdesk numbers its contacts, it says by that whose the ticket is, and it may be another's by now.
    if ticket.customer.contact_id is not None and is_another(known.ticket.customer, ticket.customer):
        heard = heard.of_another(ticket.customer)
    await start_or_signal(client, _repeat_contact(known, heard), message)


async def agent_reply(client: Client, case_id: str, reply: AgentReply) -> None:
    """Let the case stand back before a colleague. Raises UnknownCase, CaseClosed and EngineUnavailable."""
    await signal(client, case_id, AGENT_REPLY_SIGNAL, reply)


async def undelivered(client: Client, case_id: str, event: ReplyUndelivered) -> None:
    """Tell the case that a reply never reached its customer. Raises UnknownCase, CaseClosed and EngineUnavailable."""
    await signal(client, case_id, UNDELIVERED_SIGNAL, event)


async def solved(client: Client, case_id: str, event: TicketSolved) -> None:
    """Tell the case that its ticket is solved. Raises UnknownCase, CaseClosed and EngineUnavailable."""
    await signal(client, case_id, SOLVED_SIGNAL, event)


async def changed(client: Client, case_id: str, change: HelpdeskChange) -> None:
    """Tell the case what became of its ticket in the helpdesk. Raises UnknownCase, CaseClosed, EngineUnavailable."""
    await signal(client, case_id, CHANGED_SIGNAL, change)


async def bring_edited(client: Client, ledger: KnownCases, case_id: str, edit: MessageEdited) -> None:
    """Bring an edited message to its case; where that has ended, what it says now is a new message.

    Raises UnknownCase, EngineUnavailable and LedgerUnavailable.
    """
    try:
        await changed(client, case_id, edit)
    except CaseClosed:
        known = await ledger.case(case_id)
        message = edit.message.model_copy(update={"sent_at": edit.at})
        ticket = known.ticket.with_edited(message, edit.at) if known else None
        if known is not None and ticket is not None and ticket is not known.ticket:
            await start_or_signal(client, _repeat_contact(known, ticket), message)


async def reopened(client: Client, case_id: str, reopening: Reopening) -> None:
    """Tell the case that its ticket was opened again. Raises UnknownCase, CaseClosed and EngineUnavailable."""
    await signal(client, case_id, REOPENED_SIGNAL, reopening)


async def customer_mark(client: Client, case_id: str, satisfaction: Satisfaction) -> None:
    """Bring the customer's own mark to the case. Raises UnknownCase, CaseClosed and EngineUnavailable."""
    await signal(client, case_id, SATISFACTION_SIGNAL, satisfaction)


async def decide(client: Client, case_id: str, decision: Decision) -> DecisionReceipt:
    """Bring a reviewer's decision to the case and wait until it counts.

    Raises DecisionRefused with the case's own sentence, UnknownCase, CaseClosed, DecisionUnconfirmed when nobody
    answered in time and CaseStuck (the same decision can be sent again: it counts once), and EngineUnavailable.
    """
    return await ask(client, case_id, DECIDE_UPDATE, decision, DecisionReceipt)


async def claim(client: Client, case_id: str, request: ClaimRequest) -> Claim:
    """Let a reviewer be the only one who decides, until the moment that is answered. Claiming again renews it.

    Raises what `decide` raises.
    """
    return await ask(client, case_id, CLAIM_UPDATE, request, Claim)


async def release(client: Client, case_id: str, request: ReleaseRequest) -> ReviewReceipt:
    """Give a reviewer's claim back; one that has ended already is no error. Raises what `decide` raises."""
    return await ask(client, case_id, RELEASE_UPDATE, request, ReviewReceipt)


async def undo(client: Client, case_id: str, request: UndoRequest) -> ReviewReceipt:
    """Take a reviewer's own decision back, while nothing of it has been done. Raises what `decide` raises."""
    return await ask(client, case_id, UNDO_UPDATE, request, ReviewReceipt)


async def reassign(client: Client, case_id: str, request: Reassign) -> ReviewReceipt:
    """Move what a case is held for to another team's queue. Raises what `decide` raises."""
    return await ask(client, case_id, REASSIGN_UPDATE, request, ReviewReceipt)


def _repeat_contact(known: CaseView, ticket: Ticket) -> CaseStart:
    """Begin again where the ledger's case ended. The turn numbers replies: it must be one never used before.

    A run raises its version for every new turn, so the turn of a case is at most its version + 1.
    """
    return CaseStart(
        ticket=ticket,
        repeat_contact=True,
        case_version=known.case_version + 1,
        turn=known.case_version + 1,
        answered=known.answered,
        question=known.question,
    )

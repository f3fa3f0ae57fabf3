"""The one way in, for every door: a ticket starts its case, and what people say later reaches that case."""

from collections.abc import Sequence
from typing import Protocol

from temporalio.client import Client

from cases.case import CaseStart, CaseView
from cases.delivery import LostReply
from cases.errors import CaseClosed, InvalidInput, UnknownCase
from cases.machine_mail import MachineMail, MachineMailKind
from cases.outcome import Reopening, Satisfaction
from cases.policy.packs.machine_mail import MachineMailWords
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
from cases.ticket import Author, Customer, Message, Ticket
from cases.words import in_words
from routing.bounces import failed_recipients, mails_named, what_failed
from routing.machine_mail import machine_mail, nothing_to_answer, sorted_out
from routing.writers import is_another
from starter.case_calls import ask, signal, start_new, start_or_signal, start_or_tell
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
    """What intake needs of the ledger. Every method raises LedgerUnavailable."""

    async def case(self, case_id: str) -> CaseView | None:
        """The case as it was last written down."""
        ...

    async def machine_mail_words(self) -> MachineMailWords:
        """How machines write, as the newest policy of the workers has it."""
        ...

    async def bounced(self, tenant: str, names: Sequence[str], recipients: Sequence[str]) -> LostReply | None:
        """Which reply of ours came back, by our name of it or by the addresses it did not reach."""
        ...

    async def lost(self, reply: LostReply, why: str) -> None:
        """Write down that a reply never arrived, and that its case was told."""
        ...


class StartedCase(Record):
    """The case of a ticket: started now, or known before."""

    case_id: str
    already_known: bool
    ignored: str | None = None
    """Why nothing was started and nobody is answered, as a sentence. Then there is no case of this id, or it goes on as
    before."""


async def start_case(client: Client, ledger: KnownCases, ticket: Ticket) -> StartedCase:
    """Start the case of a ticket; the same ticket again, at once or a year later, is the same case.

    A known case is told what its customer wrote since. Raises EngineUnavailable and LedgerUnavailable: then nothing
    is half-started, and the same ticket can be sent again.
    """
    # Temporal forgets a closed case after its retention period; the ledger does not.
    known = await ledger.case(ticket.case_id)
    if known is None:
        ignored = await _ignored_as_new(client, ledger, ticket)
        if ignored is not None:
            return StartedCase(case_id=ticket.case_id, already_known=False, ignored=ignored)
        if await start_new(client, ticket):
            return StartedCase(case_id=ticket.case_id, already_known=False)
    for message in ticket.messages:
        if message.author is Author.CUSTOMER:
            await customer_message(client, ledger, ticket.case_id, message)
    return StartedCase(case_id=ticket.case_id, already_known=True)


async def customer_message(client: Client, ledger: KnownCases, case_id: str, message: Message) -> str | None:
    """Bring a customer's message to the case: to the open one, or to a new run that knows it is a repeat contact.

    Which of the two is Temporal's to decide, in one step: no message falls between. The same message again changes
    nothing. What a machine wrote reaches an open case and begins no run: then the answer says why. Raises InvalidInput
    for another author, UnknownCase, EngineUnavailable and LedgerUnavailable.
    """
    if message.author is not Author.CUSTOMER:
        raise InvalidInput("author", f"is {message.author}, not customer.", "Send only what the customer wrote.")
    known = await ledger.case(case_id)
    if known is None:
        await signal(client, case_id, MESSAGE_SIGNAL, message)
        return None
    return await _bring_to_known(client, ledger, known, message, known.ticket.customer)


async def bring_message(client: Client, ledger: KnownCases, ticket: Ticket, message: Message) -> str | None:
    """Bring a customer's message with its ticket: to the open case, to a new run of a closed one, or to a new case.

    One call to Temporal, whichever of the three it is: nobody can come between. The same again changes nothing. What a
    machine wrote begins nothing: then the answer says why. Raises EngineUnavailable and LedgerUnavailable.
    """
    known = await ledger.case(ticket.case_id)
    if known is not None:
        return await _bring_to_known(client, ledger, known, message, ticket.customer)
    whole = ticket.with_message(message)
    ignored = await _ignored_as_new(client, ledger, whole)
    if ignored is None:
        await start_or_signal(client, CaseStart(ticket=whole), message)
    return ignored


async def _bring_to_known(
    client: Client, ledger: KnownCases, known: CaseView, message: Message, customer: Customer
) -> str | None:
    ticket = known.ticket.with_message(message)
    if ticket is known.ticket:
        return None
    # Where the helpdesk numbers its contacts, it says by that whose the ticket is, and it may be another's by now.
    if customer.contact_id is not None and is_another(known.ticket.customer, customer):
        ticket = ticket.of_another(customer)
    machine = machine_mail(message, known.ticket, await ledger.machine_mail_words())
    if machine is None:
        await start_or_signal(client, _repeat_contact(known, ticket), message)
        return None
    if await _reaches_open_case(client, known.case_id, message):
        return None
    if machine.kind is MachineMailKind.BOUNCE and known.replies:
        why = what_failed(message)
        await _tell_of_lost_reply(client, _repeat_contact(known, ticket), message.id, why)
        return f"It is a bounce: {known.case_id} was told that its reply did not arrive."
    return f"{_what(machine)} {known.case_id} is closed, and stays closed."


async def _ignored_as_new(client: Client, ledger: KnownCases, ticket: Ticket) -> str | None:
    """Why a ticket of which no case is known begins none; None where it does."""
    found = sorted_out(ticket, await ledger.machine_mail_words())
    machine = nothing_to_answer(found)
    if machine is None:
        return None
    newest = next(message for message in reversed(found.messages) if message.machine is not None)
    # The ledger may not have heard yet of a case that runs.
    if await _reaches_open_case(client, ticket.case_id, newest):
        return f"{_what(machine)} {ticket.case_id} keeps it, and goes on as before."
    if machine.kind is MachineMailKind.BOUNCE:
        return await _bounced(client, ledger, ticket.tenant, newest)
    return f"{_what(machine)} No case was started, and nobody is answered."


async def _bounced(client: Client, ledger: KnownCases, tenant: str, bounce: Message) -> str | None:
    """Tell the case whose reply came back. None: it is none that we know of, and a person has to be told."""
    lost = await ledger.bounced(tenant, mails_named(bounce), failed_recipients(bounce))
    known = await ledger.case(lost.case_id) if lost is not None else None
    if lost is None or known is None:
        return None
    if lost.told_before:
        return f"It is a bounce: {lost.case_id} was told before that its reply did not arrive."
    why = what_failed(bounce)
    await _tell_of_lost_reply(client, _repeat_contact(known, known.ticket), bounce.id, why)
    await ledger.lost(lost, why)
    return f"It is a bounce: {lost.case_id} was told that its reply did not arrive."


async def _reaches_open_case(client: Client, case_id: str, message: Message) -> bool:
    try:
        await signal(client, case_id, MESSAGE_SIGNAL, message)
    except (UnknownCase, CaseClosed):
        return False
    return True


async def _tell_of_lost_reply(client: Client, start: CaseStart, message_id: str, why: str) -> None:
    """Tell the open case, or begin a run of a closed one that gives it to a person."""
    event = ReplyUndelivered(message_id=message_id, why=why)
    await start_or_tell(client, start.model_copy(update={"undelivered": why}), UNDELIVERED_SIGNAL, event)


def _what(machine: MachineMail) -> str:
    return f"It is automatic mail ({in_words(machine.kind)}): {machine.why}."


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
        replied_at=tuple(reply.at for reply in known.replies),
    )

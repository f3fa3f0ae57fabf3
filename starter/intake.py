"""The one way in, for every door: a ticket starts its case, and what people say later reaches that case."""

from datetime import timedelta
from typing import Protocol, TypeVar

from temporalio.client import Client, WorkflowUpdateFailedError, WorkflowUpdateRPCTimeoutOrCancelledError
from temporalio.common import (
    SearchAttributePair,
    TypedSearchAttributes,
    WorkflowIDConflictPolicy,
    WorkflowIDReusePolicy,
)
from temporalio.exceptions import ApplicationError, WorkflowAlreadyStartedError
from temporalio.service import RPCError, RPCStatusCode

from cases.errors import (
    CaseClosed,
    CaseRefusal,
    CaseStuck,
    DecisionRefused,
    DecisionUnconfirmed,
    InvalidInput,
    UnknownCase,
)
from cases.outcome import Satisfaction, Stage
from cases.record import Document, Record
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
from cases.search_attributes import STAGE, TENANT
from cases.task_queues import TaskQueue
from cases.ticket import Author, Message, Ticket
from cases.work import CaseStart, CaseView
from starter.case_names import (
    CLAIM_UPDATE,
    DECIDE_UPDATE,
    MESSAGE_SIGNAL,
    REASSIGN_UPDATE,
    RELEASE_UPDATE,
    SATISFACTION_SIGNAL,
    UNDO_UPDATE,
    WORKFLOW,
)
from starter.engine import ANSWER_WITHIN, engine_errors

Answer = TypeVar("Answer", Claim, DecisionReceipt, ReviewReceipt)

DECIDE_WITHIN = timedelta(seconds=15)
"""How long a reviewer waits to hear that a decision counts; a worker answers within a second."""

SUMMARY_CHARACTERS = 60
"""A subject's share of the workflow's summary, which may have 200 bytes; a character has at most three here."""


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
    if known is None and await _start(client, ticket):
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
        await _signal(client, case_id, MESSAGE_SIGNAL, message)
        return
    ticket = known.ticket.with_message(message)
    if ticket is known.ticket:
        return
    with engine_errors(client):
        await client.start_workflow(
            WORKFLOW,
            _repeat_contact(known, ticket),
            id=case_id,
            task_queue=TaskQueue.CASES,
            id_conflict_policy=WorkflowIDConflictPolicy.USE_EXISTING,
            id_reuse_policy=WorkflowIDReusePolicy.ALLOW_DUPLICATE,
            search_attributes=_first_attributes(ticket),
            static_summary=_summary(ticket),
            start_signal=MESSAGE_SIGNAL,
            start_signal_args=[message],
            rpc_timeout=ANSWER_WITHIN,
        )


async def customer_mark(client: Client, case_id: str, satisfaction: Satisfaction) -> None:
    """Bring the customer's own mark to the case. Raises UnknownCase, CaseClosed and EngineUnavailable."""
    await _signal(client, case_id, SATISFACTION_SIGNAL, satisfaction)


async def decide(client: Client, case_id: str, decision: Decision) -> DecisionReceipt:
    """Bring a reviewer's decision to the case and wait until it counts.

    Raises DecisionRefused with the case's own sentence, UnknownCase, CaseClosed, DecisionUnconfirmed when nobody
    answered in time and CaseStuck (the same decision can be sent again: it counts once), and EngineUnavailable.
    """
    return await _ask(client, case_id, DECIDE_UPDATE, decision, DecisionReceipt)


async def claim(client: Client, case_id: str, request: ClaimRequest) -> Claim:
    """Let a reviewer be the only one who decides, until the moment that is answered. Claiming again renews it.

    Raises what `decide` raises.
    """
    return await _ask(client, case_id, CLAIM_UPDATE, request, Claim)


async def release(client: Client, case_id: str, request: ReleaseRequest) -> ReviewReceipt:
    """Give a reviewer's claim back; one that has ended already is no error. Raises what `decide` raises."""
    return await _ask(client, case_id, RELEASE_UPDATE, request, ReviewReceipt)


async def undo(client: Client, case_id: str, request: UndoRequest) -> ReviewReceipt:
    """Take a reviewer's own decision back, while nothing of it has been done. Raises what `decide` raises."""
    return await _ask(client, case_id, UNDO_UPDATE, request, ReviewReceipt)


async def reassign(client: Client, case_id: str, request: Reassign) -> ReviewReceipt:
    """Move what a case is held for to another team's queue. Raises what `decide` raises."""
    return await _ask(client, case_id, REASSIGN_UPDATE, request, ReviewReceipt)


async def _ask(client: Client, case_id: str, update: str, content: Document, answer: type[Answer]) -> Answer:
    try:
        with engine_errors(client):
            handle = client.get_workflow_handle(case_id)
            # The SDK leaves a part of one overload's type open.
            return await handle.execute_update(  # pyright: ignore[reportUnknownMemberType]
                update, content, result_type=answer, rpc_timeout=DECIDE_WITHIN
            )
    except WorkflowUpdateFailedError as error:
        raise DecisionRefused(_sentence(error.cause)) from error
    except WorkflowUpdateRPCTimeoutOrCancelledError as error:
        raise DecisionUnconfirmed(case_id) from error
    except RPCError as error:
        if error.status is RPCStatusCode.FAILED_PRECONDITION:
            # After the third failed task in a row the server refuses updates at once; signals it still takes.
            raise CaseStuck(case_id) from error
        raise await _gone(client, case_id, error) from error


def _sentence(refusal: BaseException) -> str:
    """The case's own words, without the type that Temporal puts before them."""
    return refusal.message if isinstance(refusal, ApplicationError) else str(refusal)


async def _start(client: Client, ticket: Ticket) -> bool:
    """Whether the case starts now: one request starts it or does not."""
    try:
        with engine_errors(client):
            await client.start_workflow(
                WORKFLOW,
                CaseStart(ticket=ticket),
                id=ticket.case_id,
                task_queue=TaskQueue.CASES,
                # Refusing, whether the case is open or closed, is how Temporal says which of two senders was first.
                id_conflict_policy=WorkflowIDConflictPolicy.FAIL,
                id_reuse_policy=WorkflowIDReusePolicy.REJECT_DUPLICATE,
                search_attributes=_first_attributes(ticket),
                static_summary=_summary(ticket),
                rpc_timeout=ANSWER_WITHIN,
            )
    except WorkflowAlreadyStartedError:
        return False
    return True


async def _signal(client: Client, case_id: str, signal: str, content: Message | Satisfaction) -> None:
    try:
        with engine_errors(client):
            await client.get_workflow_handle(case_id).signal(signal, content, rpc_timeout=ANSWER_WITHIN)
    except RPCError as error:
        raise await _gone(client, case_id, error) from error


async def _gone(client: Client, case_id: str, error: RPCError) -> CaseRefusal | RPCError:
    """Tell a case that has ended from one that never was: Temporal says NOT_FOUND of both."""
    if error.status is not RPCStatusCode.NOT_FOUND:
        return error
    try:
        with engine_errors(client):
            await client.get_workflow_handle(case_id).describe(rpc_timeout=ANSWER_WITHIN)
    except RPCError:
        return UnknownCase(case_id)
    return CaseClosed(case_id)


def _repeat_contact(known: CaseView, ticket: Ticket) -> CaseStart:
    """Begin again where the ledger's case ended. The turn numbers replies: it must be one never used before.

    A run raises its version for every new turn, so the turn of a case is at most its version + 1.
    """
    return CaseStart(
        ticket=ticket, repeat_contact=True, case_version=known.case_version + 1, turn=known.case_version + 1
    )


def _first_attributes(ticket: Ticket) -> TypedSearchAttributes:
    return TypedSearchAttributes(
        [SearchAttributePair(TENANT, ticket.tenant), SearchAttributePair(STAGE, Stage.RECEIVED)]
    )


def _summary(ticket: Ticket) -> str:
    """One line for the Temporal UI."""
    subject = ticket.subject[:SUMMARY_CHARACTERS] or "no subject"
    return f"{ticket.channel}: {subject}".encode()[:200].decode(errors="ignore")

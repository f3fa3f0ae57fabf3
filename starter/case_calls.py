"""Calls to a case's workflow, and what Temporal's refusals mean in our words."""

from datetime import timedelta
from typing import TypeVar

from temporalio.client import Client, WorkflowUpdateFailedError, WorkflowUpdateRPCTimeoutOrCancelledError
from temporalio.common import (
    SearchAttributePair,
    TypedSearchAttributes,
    WorkflowIDConflictPolicy,
    WorkflowIDReusePolicy,
)
from temporalio.exceptions import ApplicationError, WorkflowAlreadyStartedError
from temporalio.service import RPCError, RPCStatusCode

from cases.case import CaseStart
from cases.errors import (
    CaseClosed,
    CaseEndedByOps,
    CaseRefusal,
    CaseStuck,
    DecisionRefused,
    DecisionUnconfirmed,
    UnknownCase,
)
from cases.outcome import Stage
from cases.record import Document
from cases.review import Claim, DecisionReceipt, ReviewReceipt
from cases.search_attributes import STAGE, TENANT
from cases.source_event import AgentReply, HelpdeskChange, ReplyUndelivered, TicketSolved
from cases.task_queues import TaskQueue
from cases.ticket import Message, Ticket
from cases.words import in_words
from starter.case_names import MESSAGE_SIGNAL, WORKFLOW
from starter.engine import ANSWER_WITHIN, engine_errors
from starter.engine_runs import ENDED_FROM_OUTSIDE

Answer = TypeVar("Answer", Claim, DecisionReceipt, ReviewReceipt)

DECIDE_WITHIN = timedelta(seconds=15)
"""How long a reviewer waits to hear that a decision counts; a worker answers within a second."""

SUMMARY_CHARACTERS = 60
"""A subject's share of the workflow's summary, which may have 200 bytes; a character has at most three here."""


async def ask(client: Client, case_id: str, update: str, content: Document, answer: type[Answer]) -> Answer:
    """Put a request to a case and wait for its answer. Raises as `intake.decide` says."""
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


async def start_new(client: Client, ticket: Ticket) -> bool:
    """Start the case of a ticket, and tell whether it starts now. One call; raises EngineUnavailable."""
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


async def start_or_signal(client: Client, start: CaseStart, message: Message) -> None:
    """Bring a message to the open case, or start one with it. One call; raises EngineUnavailable."""
    await start_or_tell(client, start, MESSAGE_SIGNAL, message)


async def start_or_tell(client: Client, start: CaseStart, signal: str, content: Message | ReplyUndelivered) -> None:
    """Tell the open case something, or start one that is told it. One call; raises EngineUnavailable."""
    ticket = start.ticket
    with engine_errors(client):
        await client.start_workflow(
            WORKFLOW,
            start,
            id=ticket.case_id,
            task_queue=TaskQueue.CASES,
            id_conflict_policy=WorkflowIDConflictPolicy.USE_EXISTING,
            id_reuse_policy=WorkflowIDReusePolicy.ALLOW_DUPLICATE,
            search_attributes=_first_attributes(ticket),
            static_summary=_summary(ticket),
            start_signal=signal,
            start_signal_args=[content],
            rpc_timeout=ANSWER_WITHIN,
        )


async def signal(
    client: Client,
    case_id: str,
    signal: str,
    content: Document | AgentReply | TicketSolved | ReplyUndelivered | HelpdeskChange,
) -> None:
    """Tell an open case something. Raises UnknownCase, CaseClosed and EngineUnavailable."""
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
            newest = await client.get_workflow_handle(case_id).describe(rpc_timeout=ANSWER_WITHIN)
    except RPCError:
        return UnknownCase(case_id)
    how = ENDED_FROM_OUTSIDE.get(newest.status) if newest.status else None
    return CaseClosed(case_id) if how is None else CaseEndedByOps(case_id, in_words(how))


def _first_attributes(ticket: Ticket) -> TypedSearchAttributes:
    return TypedSearchAttributes(
        [SearchAttributePair(TENANT, ticket.tenant), SearchAttributePair(STAGE, Stage.RECEIVED)]
    )


def _summary(ticket: Ticket) -> str:
    """One line for the Temporal UI."""
    subject = ticket.subject[:SUMMARY_CHARACTERS] or "no subject"
    return f"{ticket.channel}: {subject}".encode()[:200].decode(errors="ignore")

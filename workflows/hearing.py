"""Hearing: what the customer and the helpdesk tell a case while it is on its way."""

from temporalio import workflow

with workflow.unsafe.imports_passed_through():
    from activities.opening import Opening
    from cases.case import StepKind
    from cases.machine_mail import MachineMail, MachineMailKind
    from cases.other_case import OtherCase
    from cases.outcome import OutcomeKind
    from cases.reason import Reason, ReasonCode
    from cases.source_event import (
        AgentReply,
        HelpdeskChange,
        MessageDeleted,
        MessageEdited,
        Removal,
        RequesterChanged,
        TicketMerged,
        TicketRemoved,
    )
    from cases.ticket import MAIL, Author, Message, Ticket
    from cases.words import in_words
    from cases.work import MailRequest
    from routing.bounces import what_failed
    from routing.messages import reason
    from routing.news import answer_of
    from routing.review import unnamed_cases
    from routing.writers import is_another

from workflows.case_file import CaseFile, Gone
from workflows.options import OWN_DATABASE
from workflows.showing import record


async def hear_customer(case: CaseFile, message: Message) -> None:
    """Add a customer's message. It voids the draft and any review; one heard before changes nothing.

    What a machine wrote is kept with the case and wakes nothing.
    """
    if case.ticket.with_message(message) is case.ticket:
        return
    machine = await _sorted(case, message)
    heard = case.ticket.with_message(message.model_copy(update={"machine": machine}) if machine else message)
    if heard is case.ticket:
        return
    case.ticket = heard
    if machine is not None:
        await _hear_machine(case, message, machine)
        return
    case.customer_just_wrote = True
    _answer_anew(case, message, "the customer wrote again")


async def has_moved_on(case: CaseFile) -> bool:
    """Whether somebody told us more since this pass began. A message that is being sorted is waited for."""
    if case.sorting:
        await workflow.wait_condition(lambda: not case.sorting)
    return case.has_moved_on


async def _sorted(case: CaseFile, message: Message) -> MachineMail | None:
    """Tell whether a machine wrote it. Before a case is opened its reading does; of a chat nothing else can tell."""
    told = message.headers is not None or message.automatic is not None
    if not case.policy_version or not (case.ticket.channel in MAIL or told):
        return None
    about = case.ticket.model_copy(update={"messages": case.ticket.messages[:1]})
    case.sorting += 1
    try:
        found = await workflow.execute_local_activity_method(
            Opening.sort_mail,
            MailRequest(message=message, ticket=about, policy_version=case.policy_version),
            **OWN_DATABASE,
        )
    finally:
        case.sorting -= 1
    return found.machine


async def _hear_machine(case: CaseFile, message: Message, machine: MachineMail) -> None:
    """Keep what a machine wrote. A bounce of ours is a reply that did not arrive, told once."""
    case.note(StepKind.CUSTOMER, f"{in_words(machine.kind)} came in and was not answered: {machine.why}")
    bounced = machine.kind is MachineMailKind.BOUNCE and case.has_written and case.undelivered is None
    if bounced:
        hear_of_undelivered_reply(case, what_failed(message))
    if not bounced or case.outcome is not None:
        await record(case)


def hear_colleague(case: CaseFile, reply: AgentReply) -> None:
    """Take in that a colleague has answered in the helpdesk. It voids what was drafted; once is enough."""
    heard = case.ticket.with_message(answer_of(reply))
    if heard is case.ticket:
        return
    case.ticket = heard
    case.answered_by = reply.author
    _note_what_is_void(case, f"{reply.author} answered in the helpdesk")
    case.move_on()
    case.note(StepKind.COLLEAGUE, f"{reply.author} answered in the helpdesk")


def hear_of_undelivered_reply(case: CaseFile, why: str) -> None:
    """Take in that a reply of ours never reached the customer."""
    case.undelivered = why
    case.note(StepKind.REPLY, f"a reply did not reach the customer: {why}")
    case.move_on()


def hear_that_it_is_solved(case: CaseFile) -> None:
    """Take in that the ticket was solved in the helpdesk: what we had not finished, nobody waits for."""
    if case.solved:
        return
    case.solved = True
    case.note(StepKind.COLLEAGUE, "the ticket was solved in the helpdesk")
    _void_what_is_under_way(case, "the ticket was solved in the helpdesk")


def hear_that_it_is_reopened(case: CaseFile) -> None:
    """Take in that the ticket was opened again after our answer."""
    case.reopened = True
    case.solved = False
    case.note(StepKind.CUSTOMER, "the ticket was reopened")


def hear_change(case: CaseFile, change: HelpdeskChange) -> None:
    """Take in what happened to the ticket in the helpdesk. The same again, or what is older, changes nothing."""
    match change:
        case RequesterChanged():
            _hear_of_another_requester(case, change)
        case TicketMerged(into=into):
            why = reason(ReasonCode.MERGED_ELSEWHERE, ticket=into or "another one")
            _hear_that_it_is_gone(case, Gone(OutcomeKind.TAKEN_OVER, why))
        case TicketRemoved(how=how):
            code = ReasonCode.TICKET_IS_SPAM if how is Removal.SPAM else ReasonCode.TICKET_DELETED
            _hear_that_it_is_gone(case, Gone(OutcomeKind.WITHDRAWN, reason(code)))
        case MessageEdited():
            _hear_other_words(case, change)
        case MessageDeleted():
            _hear_that_a_message_is_gone(case, change)


def hear_of_another_case(case: CaseFile, other: OtherCase) -> None:
    """Take in that another case would change the same record. A review that does not name it is void, and shown anew.

    Without a review there is nothing to void: whoever opens or acts looks for other cases first.
    """
    unnamed = unnamed_cases((other,), case.other_cases, case.actions, case.facts)
    if case.review is None or not unnamed:
        return
    _note_what_is_void(case, unnamed[0].sentence)
    case.look_again(unnamed[0])


def hear_that_ops_cancelled(case: CaseFile) -> None:
    """Take in that ops want the case to end: a person goes on with it."""
    case.cancelled_by_ops = True
    why: Reason = reason(ReasonCode.CANCELLED_BY_OPS)
    case.note(StepKind.COLLEAGUE, why)
    _void_what_is_under_way(case, why.sentence)


def _hear_of_another_requester(case: CaseFile, change: RequesterChanged) -> None:
    """Whatever was found, proposed or drafted was for somebody else. What was answered before stays answered."""
    if case.requester_changed_at is not None and change.at < case.requester_changed_at:
        return
    if not is_another(case.ticket.customer, change.customer):
        return
    why = "the ticket was given to another requester"
    case.note(StepKind.COLLEAGUE, why)
    if case.outcome is None:
        _note_what_is_void(case, why)
    case.belong_to(change.customer, change.at)
    if case.outcome is None:
        case.move_on()


def _hear_that_it_is_gone(case: CaseFile, gone: Gone) -> None:
    if case.gone is not None:
        return
    case.gone = gone
    case.note(StepKind.COLLEAGUE, gone.why)
    _void_what_is_under_way(case, gone.why.sentence)


def _hear_that_a_message_is_gone(case: CaseFile, change: MessageDeleted) -> None:
    gone, left = case.ticket.message(change.message_id), case.ticket.without_message(change.message_id, change.at)
    case.ticket = left
    if gone is None or gone.author is not Author.CUSTOMER:
        return
    case.need_no_answer(gone.id)
    case.note(StepKind.CUSTOMER, "a message of the customer was deleted")
    if case.outcome is None and left.customer_wrote_at is None:
        case.gone = case.gone or Gone(OutcomeKind.WITHDRAWN, reason(ReasonCode.MESSAGE_WITHDRAWN))
    _void_what_is_under_way(case, "a message of the customer was deleted")


def _hear_other_words(case: CaseFile, change: MessageEdited) -> None:
    """Read a message as it is now. Where the old words were answered, the new ones are said now."""
    known, message = case.ticket.message(change.message.id), change.message
    if known is not None and _is_answered(case, known):
        message = message.model_copy(update={"sent_at": max(change.at, known.sent_at)})
    edited = case.ticket.with_edited(message, change.at)
    heard = edited if edited is not case.ticket or known is not None else _with_unknown(case, message)
    if heard is case.ticket:
        return
    case.ticket = heard
    if message.author is Author.CUSTOMER:
        _answer_anew(case, message, "a message of the customer was edited")


def _with_unknown(case: CaseFile, message: Message) -> Ticket:
    """The ticket with an edited message that was never heard of, unless it is older than all that the case is about."""
    first = min((known.sent_at for known in case.ticket.messages), default=message.sent_at)
    return case.ticket.with_message(message) if message.sent_at >= first else case.ticket


def _is_answered(case: CaseFile, message: Message) -> bool:
    return case.outcome is not None or any(reply.at > message.sent_at for reply in case.replies)


def _answer_anew(case: CaseFile, message: Message, why: str) -> None:
    case.solved = False
    if case.gone is not None and case.gone.why.code is ReasonCode.MESSAGE_WITHDRAWN:
        case.gone = None
    _note_what_is_void(case, why)
    case.leave_unanswered(message.id)
    case.answered = tuple(known for known in case.answered if known != message.id)
    case.move_on()
    case.note(StepKind.CUSTOMER, why)


def _void_what_is_under_way(case: CaseFile, why: str) -> None:
    """Nothing goes on as it was; a case that has ended is not gone through again for it."""
    if case.outcome is None:
        _note_what_is_void(case, why)
        case.move_on()


def _note_what_is_void(case: CaseFile, why: str) -> None:
    case.void(why)
    if case.review is None:
        return
    pending = (case.review.pending,) if case.review.pending else ()
    for taken in (*case.review.approvals, *pending):
        sentence = f"{in_words(taken.decision.decision)} by {taken.decision.reviewer} no longer counts"
        case.note(StepKind.DECISION, sentence)

"""Hearing: what the customer and the helpdesk tell a case while it is on its way."""

from temporalio import workflow

with workflow.unsafe.imports_passed_through():
    from activities.opening import Opening
    from cases.case import StepKind
    from cases.machine_mail import MachineMail, MachineMailKind
    from cases.source_event import AgentReply
    from cases.ticket import MAIL, Message
    from cases.words import in_words
    from cases.work import MailRequest
    from routing.bounces import what_failed
    from routing.news import answer_of

from workflows.case_file import CaseFile
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
    case.solved = False
    _note_what_is_void(case)
    case.move_on()
    case.note(StepKind.CUSTOMER, "the customer wrote again")


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
    _note_what_is_void(case)
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
    if case.outcome is None:
        up_to_date = not case.has_moved_on
        _note_what_is_void(case)
        case.move_on()
        case.voided_by_solving = case.version if up_to_date else None


def hear_that_it_is_reopened(case: CaseFile) -> None:
    """Take in that the ticket was opened again after our answer."""
    case.reopened = True
    case.solved = False
    case.note(StepKind.CUSTOMER, "the ticket was reopened")


def _note_what_is_void(case: CaseFile) -> None:
    if case.review is None:
        return
    pending = (case.review.pending,) if case.review.pending else ()
    for taken in (*case.review.approvals, *pending):
        sentence = f"{in_words(taken.decision.decision)} by {taken.decision.reviewer} no longer counts"
        case.note(StepKind.DECISION, sentence)

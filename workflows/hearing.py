"""Hearing: what the customer and the helpdesk tell a case while it is on its way."""

from temporalio import workflow

with workflow.unsafe.imports_passed_through():
    from cases.case import StepKind
    from cases.source_event import AgentReply
    from cases.ticket import Message
    from cases.words import in_words
    from routing.news import answer_of

from workflows.case_file import CaseFile


def hear_customer(case: CaseFile, message: Message) -> None:
    """Add a customer's message. It voids the draft and any review; one heard before changes nothing."""
    heard = case.ticket.with_message(message)
    if heard is case.ticket:
        return
    case.ticket = heard
    case.solved = False
    case.customer_just_wrote = True
    _note_what_is_void(case)
    case.move_on()
    case.note(StepKind.CUSTOMER, "the customer wrote again")


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

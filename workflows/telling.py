"""Telling: what is written in the helpdesk, for the customer and for colleagues."""

from temporalio import workflow

with workflow.unsafe.imports_passed_through():
    from cases.case import SentReply, StepKind
    from cases.classification import Team
    from cases.draft import CustomerText, Draft
    from cases.policy.rulebook import Detail
    from cases.reason import Reason
    from cases.work import (
        AnswerReport,
        AnswerRequest,
        Say,
        SayDraft,
        SayHolding,
        SayNothing,
        SayQuestions,
        SayUnchanged,
        SayWelcome,
    )
    from routing.former_requester import not_found_to_tell
    from routing.handoff import helpdesk_tags, internal_note

from workflows.case_file import CaseFile
from workflows.hearing import hear_change
from workflows.locked_out import write_when_let_in
from workflows.showing import view_of


async def send_reply(case: CaseFile, draft: Draft, why: Reason) -> AnswerReport:
    """Send the cleared text; where it promises a colleague, the ticket goes to one."""
    return await _write(
        case, SayDraft(text=draft.reply), why, "reply", case.team if draft.promises_a_colleague else None
    )


async def ask_customer(case: CaseFile, details: tuple[Detail, ...], why: Reason) -> AnswerReport:
    """Ask one plain question for each missing detail; without any, ask what is wanted."""
    lost = not_found_to_tell(case.entities, case.facts, case.to_read, case.requester_changed_at)
    say = SayQuestions(details=details, not_found=lost, confirming=case.confirming)
    return await _write(case, say, why, "question", None)


async def say_nothing_is_changed(case: CaseFile, why: Reason) -> AnswerReport:
    """Tell a customer who has declined what we asked about that everything stays as it is."""
    return await _write(case, SayUnchanged(), why, "reply", None)


async def welcome(case: CaseFile, why: Reason) -> AnswerReport:
    """Ask somebody who has only said hello what they need."""
    return await _write(case, SayWelcome(), why, "question", None)


async def ask_in_words(case: CaseFile, question: str, why: Reason) -> AnswerReport:
    """Ask what a reviewer wants to know, in their words and no others."""
    return await _write(case, SayDraft(text=CustomerText(text=question)), why, "question", None)


async def give_to_a_person(case: CaseFile, why: Reason) -> AnswerReport:
    """Assign the ticket with all that is known, and tell the customer that a person has it."""
    return await _write(case, SayHolding(heading=case.danger), why, "handoff", case.team)


async def leave_a_note(case: CaseFile, why: Reason, kind: str, assign_to: Team | None = None) -> AnswerReport:
    """Write for colleagues only."""
    return await _write(case, SayNothing(), why, kind, assign_to)


async def _write(
    case: CaseFile,
    say: Say,
    why: Reason,
    kind: str,
    assign_to: Team | None,
) -> AnswerReport:
    reference = f"{case.case_id}/{kind}-{case.turn}"
    if case.says_nothing:
        # Heard a moment ago, by whatever way: no word for the customer may follow.
        say = SayNothing()
    request = AnswerRequest(
        case_id=case.case_id,
        tenant=case.ticket.tenant,
        source=case.ticket.source,
        ticket_id=case.ticket.id,
        reference=reference,
        policy_version=case.rulebook.policy_version,
        locale=case.language,
        customer=case.ticket.customer,
        say=say,
        note=internal_note(view_of(case), why),
        assign_to=assign_to,
        tags=helpdesk_tags(kind, case.intents),
        customer_wrote_at=case.ticket.customer_wrote_at,
    )
    report = await write_when_let_in(case, request, f"write {kind} · {why}"[:200])
    if report.overtaken is not None:
        hear_change(case, report.overtaken)
    if report.refused is not None:
        case.note(StepKind.REPLY, f"the helpdesk refused the {kind}: {report.refused}")
    if report.note_refused is not None:
        case.note(StepKind.REPLY, f"the helpdesk refused the note to colleagues: {report.note_refused}")
    if report.text is not None:
        case.replies.append(SentReply(reference=reference, kind=kind, text=report.text, at=workflow.now()))
        case.note(StepKind.REPLY, f"{kind} sent")
    return report

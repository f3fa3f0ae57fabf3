"""Attachments: what the customer showed or said becomes words of the ticket, before anything is made of it."""

from temporalio import workflow

with workflow.unsafe.imports_passed_through():
    from activities.attachments import ReadingAttachments
    from cases.attachment import AttachmentReading
    from cases.case import StepKind
    from cases.ladder import Ask, Attempt, Job, Ladder, Stop
    from cases.ticket import Attachment, Medium
    from cases.work import AttachmentRequest
    from routing.attachments import (
        called,
        files_to_read,
        illegible,
        ladder_for,
        unread_after,
        with_clearer,
        with_unread,
    )

from workflows.asking import label, walk_down
from workflows.case_file import CaseFile
from workflows.options import model_call


async def read_attachments(case: CaseFile) -> bool:
    """Read the files that nobody has read. True: the ticket has words now that the guard has not seen."""
    new_words = False
    for file in files_to_read(case.ticket, case.facts):
        read = await _read(case, file)
        if isinstance(read, Stop):
            unread = unread_after(file, read)
            case.facts = with_unread(case.facts, unread)
            case.note(StepKind.LOOKED_UP, unread.why)
            continue
        case.ticket = case.ticket.with_words(file.id, read.words)
        if file.medium is Medium.PICTURE:
            case.facts = with_clearer(case.facts)
        case.note(StepKind.LOOKED_UP, f"read {called(file)}: {len(read.words)} characters")
        new_words = True
    return new_words


async def _read(case: CaseFile, file: Attachment) -> AttachmentReading | Stop:
    ladder = ladder_for(case.rulebook, case.ticket, file)
    if isinstance(ladder, Stop):
        return ladder
    read = await _ask(case, ladder, file)
    if isinstance(read, AttachmentReading) and read.illegible is not None:
        return illegible(file, read.illegible)
    return read


async def _ask(case: CaseFile, ladder: Ladder, file: Attachment) -> AttachmentReading | Stop:
    rules = case.rulebook.attachments
    reading = ReadingAttachments.see if ladder.job is Job.SEE else ReadingAttachments.hear

    async def once(ask: Ask, line_seconds: float) -> tuple[Attempt, AttachmentReading | None] | Stop:
        told = await workflow.execute_activity_method(
            reading,
            AttachmentRequest(
                case_id=case.case_id,
                tenant=case.ticket.tenant,
                source=case.ticket.source,
                policy_version=case.rulebook.policy_version,
                model=ask.model,
                rung=ask.rung,
                prompt=ask.prompt,
                timeout_seconds=ask.timeout_seconds,
                attachment=file,
                language=case.language,
            ),
            summary=label(f"{ladder.job} {file.id}", ladder, ask),
            **model_call(ask.timeout_seconds + rules.fetch_seconds, line_seconds),
        )
        return told if isinstance(told, Stop) else (told.attempt, told.reading)

    return await walk_down(case, ladder, once, lambda _: None, rules.job_seconds)

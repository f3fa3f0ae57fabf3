"""Answering: what the customer reads and what colleagues read, each written once in the helpdesk."""

from collections.abc import Awaitable
from typing import TypeVar

from temporalio import activity
from temporalio.exceptions import ApplicationError

from activities.heartbeat import beating
from activities.policies import PolicyShelf
from cases.draft import CustomerText
from cases.errors import ToolFailure, ToolRefused
from cases.work import AnswerReport, AnswerRequest, SayDraft, SayHolding, SayNothing, SayQuestions
from integrations.helpdesks.protocol import Helpdesk
from routing.wording import holding_text, question_text

Written = TypeVar("Written")


class Answering:
    """Writes in one helpdesk."""

    def __init__(self, helpdesk: Helpdesk, policies: PolicyShelf) -> None:
        self._helpdesk = helpdesk
        self._policies = policies

    @activity.defn
    async def answer(self, request: AnswerRequest) -> AnswerReport:
        """Write the reply and the note that are not there yet. Safe to repeat.

        What the helpdesk refuses is reported, and the rest is written all the same. Raises a retryable
        ApplicationError while the helpdesk cannot be reached: an answer waits rather than gets lost.
        """
        text = await self._text(request)
        try:
            async with beating():
                reply_id, refused = await _unless_refused(self._reply(request, text)) if text else (None, None)
                note_id, note_refused = await _unless_refused(self._note(request))
                _, unassigned = await _unless_refused(self._assign(request))
        except ToolFailure as failure:
            raise ApplicationError(str(failure), type=type(failure).__name__) from failure
        return AnswerReport(
            reply_id=reply_id,
            note_id=note_id,
            text=text if reply_id else None,
            refused=refused,
            note_refused=note_refused or unassigned,
        )

    async def _text(self, request: AnswerRequest) -> CustomerText | None:
        wording = (await self._policies.version(request.policy_version)).wording(request.locale)
        match request.say:
            case SayDraft(text=text):
                return text
            case SayQuestions(details=details):
                return question_text(wording, request.customer, details)
            case SayHolding(heading=heading):
                return holding_text(wording, request.customer, heading)
            case SayNothing():
                return None

    async def _reply(self, request: AnswerRequest, text: CustomerText) -> str:
        reference = f"{request.reference}/reply"
        written = await self._already_written(request, reference)
        return written or await self._helpdesk.reply(request.ticket_id, reference, text)

    async def _note(self, request: AnswerRequest) -> str:
        reference = f"{request.reference}/note"
        written = await self._already_written(request, reference)
        return written or await self._helpdesk.note(request.ticket_id, reference, request.note)

    async def _assign(self, request: AnswerRequest) -> None:
        if request.assign_to is not None:
            await self._helpdesk.assign(request.ticket_id, request.assign_to)

    async def _already_written(self, request: AnswerRequest, reference: str) -> str | None:
        """A first try finds nothing of ours; any later one may follow a lost answer, so it looks first."""
        if activity.info().attempt == 1:
            return None
        return await self._helpdesk.find(request.ticket_id, reference)


async def _unless_refused(writing: Awaitable[Written]) -> tuple[Written | None, str | None]:
    """What was written, or why the helpdesk never takes it."""
    try:
        return await writing, None
    except ToolRefused as refusal:
        return None, str(refusal)[:300]

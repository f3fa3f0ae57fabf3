"""Answering: what the customer reads and what colleagues read, each written once in the helpdesk."""

from temporalio import activity
from temporalio.exceptions import ApplicationError

from activities.heartbeat import beating
from activities.policies import PolicyShelf
from cases.draft import CustomerText
from cases.errors import ToolFailure, ToolRefused
from cases.work import AnswerReport, AnswerRequest, SayDraft, SayHolding, SayNothing, SayQuestions
from integrations.helpdesks.protocol import Helpdesk
from routing.wording import holding_text, question_text


class Answering:
    """Writes in one helpdesk."""

    def __init__(self, helpdesk: Helpdesk, policies: PolicyShelf) -> None:
        self._helpdesk = helpdesk
        self._policies = policies

    @activity.defn
    async def answer(self, request: AnswerRequest) -> AnswerReport:
        """Write the reply and the note that are not there yet. Safe to repeat.

        Raises a retryable ApplicationError while the helpdesk cannot be reached: an answer waits rather than gets lost.
        """
        text = await self._text(request)
        async with beating():
            try:
                reply_id = await self._reply(request, text) if text else None
                note_id = await self._note(request)
                if request.assign_to is not None:
                    await self._helpdesk.assign(request.ticket_id, request.assign_to)
            except ToolRefused as refusal:
                return AnswerReport(refused=str(refusal)[:300])
            except ToolFailure as failure:
                raise ApplicationError(str(failure), type=type(failure).__name__) from failure
        return AnswerReport(reply_id=reply_id, note_id=note_id, text=text)

    async def _text(self, request: AnswerRequest) -> CustomerText | None:
        wording = (await self._policies.version(request.policy_version)).wording(request.locale)
        match request.say:
            case SayDraft(text=text):
                return text
            case SayQuestions(details=details):
                return question_text(wording, request.customer, details)
            case SayHolding():
                return holding_text(wording, request.customer)
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

    async def _already_written(self, request: AnswerRequest, reference: str) -> str | None:
        """A first try finds nothing of ours; any later one may follow a lost answer, so it looks first."""
        if activity.info().attempt == 1:
            return None
        return await self._helpdesk.find(request.ticket_id, reference)

"""Answering: what the customer reads and what colleagues read, each written once in the helpdesk.

The intent is recorded; a text that was intended before is looked for; only then it is written, and its id recorded.
A helpdesk carries some requests out long after their answer was given up: until that cannot be any more, those that
bind a write to nothing are looked into again and again, and not written to.
"""

from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta
from typing import Protocol, TypeVar

from temporalio import activity
from temporalio.exceptions import ApplicationError

from activities.heartbeat import beating
from activities.policies import PolicyShelf
from cases.draft import CustomerText
from cases.errors import TicketOvertaken, ToolFailure, ToolOutcomeUnknown, ToolRefused, ToolUnavailable
from cases.helpdesk_write import Conversation, EarlierTry, RecordedIntent, WriteIntent, WriteKind, digest_of
from cases.source_event import RequesterChanged, TicketGone
from cases.ticket import Customer
from cases.work import (
    AnswerReport,
    AnswerRequest,
    SayDraft,
    SayHolding,
    SayNothing,
    SayQuestions,
    SayUnchanged,
    SayWelcome,
)
from integrations.helpdesks.protocol import Helpdesk, HelpdeskDirectory
from routing.wording import holding_text, question_text, unchanged_text, welcome_text
from routing.writers import is_another

Written = TypeVar("Written")
MessageId = TypeVar("MessageId", bound=str | None)

UNKNOWN_FOR = timedelta(minutes=10)
"""How long a helpdesk may be unable to tell whether a text stands there, before a person has to look."""

UNDER_WAY_FOR = timedelta(minutes=1)
"""How long a request is taken to be under way after it set out: what stands before a helpdesk gives it that long
(nginx does, where nobody says otherwise). One that takes longer than that can still come through twice."""

LONGEST_PAUSE = timedelta(minutes=15)
"""Zendesk counts updates in windows of ten minutes; nobody asks to be left alone for longer without being broken."""


class WriteBook(Protocol):
    """What answering needs of the ledger."""

    async def intend(self, intent: WriteIntent) -> RecordedIntent:
        """Record that a text is to be written."""
        ...

    async def sent(self, reference: str, at: datetime | None) -> None:
        """Record that a text sets out now, or with None that no try of it wrote anything."""
        ...

    async def confirm(self, reference: str, message_id: str, now: datetime) -> None:
        """Record the helpdesk's id of a text that stands there."""
        ...


def _now() -> datetime:
    return datetime.now(UTC)


class Answering:
    """Writes in the helpdesk a ticket came from."""

    def __init__(
        self,
        helpdesks: HelpdeskDirectory,
        book: WriteBook,
        policies: PolicyShelf,
        clock: Callable[[], datetime] = _now,
    ) -> None:
        self._helpdesks = helpdesks
        self._book = book
        self._policies = policies
        self._clock = clock

    @activity.defn
    async def answer(self, request: AnswerRequest) -> AnswerReport:
        """Write the reply and the note that are not there yet. Safe to repeat.

        What the helpdesk refuses is reported, and the rest is written all the same. Raises a retryable
        ApplicationError while the helpdesk cannot be reached: an answer waits rather than gets lost.
        """
        text = await self._text(request)
        try:
            async with beating():
                helpdesk = await self._helpdesks.helpdesk_of(request.tenant, request.source)
                return await self._answer(helpdesk, request, text)
        except ToolUnavailable as away:
            raise _later(away, away.retry_after_seconds) from away
        except ToolFailure as failure:
            raise _later(failure) from failure

    async def _answer(self, helpdesk: Helpdesk, request: AnswerRequest, text: CustomerText | None) -> AnswerReport:
        place = _conversation(request)
        try:
            reply_id, refused = await _unless_refused(self._reply(helpdesk, request, text)) if text else (None, None)
        except TicketOvertaken as overtaken:
            return AnswerReport(overtaken=overtaken.change)
        note_id, note_refused = await _unless_refused(self._note(helpdesk, request))
        _, unassigned = await _unless_refused(self._for_a_while(_assign(helpdesk, place, request)))
        _, untagged = await _unless_refused(self._for_a_while(_tag(helpdesk, place, request)))
        return AnswerReport(
            reply_id=reply_id,
            note_id=note_id,
            text=text if reply_id else None,
            refused=refused,
            note_refused=note_refused or unassigned or untagged,
        )

    async def _text(self, request: AnswerRequest) -> CustomerText | None:
        wording = (await self._policies.version(request.policy_version)).wording(request.locale)
        match request.say:
            case SayDraft(text=text):
                return text
            case SayQuestions(details=details, not_found=not_found, confirming=confirming):
                return question_text(wording, request.customer, details, not_found, confirming)
            case SayUnchanged():
                return unchanged_text(wording, request.customer)
            case SayWelcome():
                return welcome_text(wording, request.customer)
            case SayHolding(heading=heading):
                return holding_text(wording, request.customer, heading)
            case SayNothing():
                return None

    async def _reply(self, helpdesk: Helpdesk, request: AnswerRequest, text: CustomerText) -> str:
        intent = self._intent(request, WriteKind.REPLY, text.text)

        async def write(recorded: WriteIntent) -> str:
            await self._see_that_it_is_still_theirs(helpdesk, recorded.conversation)
            return await helpdesk.reply(recorded, text)

        return await self._once(helpdesk, intent, write)

    async def _see_that_it_is_still_theirs(self, helpdesk: Helpdesk, place: Conversation) -> None:
        """Make sure that whoever reads the reply is whom it was written for: it may have waited for days.

        Raises TicketOvertaken, and ToolUnavailable where the helpdesk cannot be asked.
        """
        match await helpdesk.standing(place):
            case TicketGone(gone=gone):
                raise TicketOvertaken(gone)
            case Customer() as now if is_another(place.customer, now):
                raise TicketOvertaken(RequesterChanged(ticket_id=place.ticket_id, customer=now, at=self._clock()))
            case _:
                return

    async def _note(self, helpdesk: Helpdesk, request: AnswerRequest) -> str | None:
        async def write(recorded: WriteIntent) -> str | None:
            return await helpdesk.note(recorded, request.note)

        return await self._once(helpdesk, self._intent(request, WriteKind.NOTE, request.note.text), write)

    async def _for_a_while(self, doing: Awaitable[None]) -> None:
        """What goes with an answer that stands: after some time it is told as not done, and the case goes on."""
        try:
            await doing
        except ToolRefused:
            raise
        except ToolFailure as failure:
            if self._clock() - activity.info().scheduled_time < UNKNOWN_FOR:
                raise
            raise ToolRefused(f"it was tried for {UNKNOWN_FOR.seconds // 60} minutes: {failure}") from failure

    async def _once(
        self, helpdesk: Helpdesk, intent: WriteIntent, write: Callable[[WriteIntent], Awaitable[MessageId]]
    ) -> str | MessageId:
        recorded = await self._book.intend(intent)
        if recorded.intent.message_id is not None:
            return recorded.intent.message_id
        # First the mark, then the look: a write bound to the mark fails where the look came too early.
        mark = await helpdesk.mark(intent.conversation)
        tried = recorded.intent.model_copy(update={"mark": mark, "earlier": self._earlier(recorded)})
        found = await self._found(helpdesk, tried, recorded) if recorded.repeated else None
        message_id = found or await self._written(tried, recorded, write)
        if message_id is not None:
            await self._book.confirm(intent.reference, message_id, self._clock())
        return message_id

    async def _found(self, helpdesk: Helpdesk, intent: WriteIntent, recorded: RecordedIntent) -> str | None:
        """Look for what an earlier try may have written. What nobody can tell for long is a person's to find out."""
        try:
            return await helpdesk.find(intent)
        except ToolOutcomeUnknown as unknown:
            if self._clock() - (recorded.sent_at or intent.intended_at) < UNKNOWN_FOR:
                raise
            raise ToolRefused(f"it may or may not have been sent: {unknown}") from unknown

    async def _written(
        self, intent: WriteIntent, recorded: RecordedIntent, write: Callable[[WriteIntent], Awaitable[MessageId]]
    ) -> MessageId:
        if recorded.repeated:
            await self._book.sent(intent.reference, self._clock())
        try:
            return await write(intent)
        except (ToolUnavailable, TicketOvertaken):
            await self._book.sent(intent.reference, None)
            raise

    def _earlier(self, recorded: RecordedIntent) -> EarlierTry:
        if not recorded.repeated or recorded.sent_at is None:
            return EarlierTry.NONE
        return EarlierTry.UNDER_WAY if self._clock() - recorded.sent_at < UNDER_WAY_FOR else EarlierTry.SETTLED

    def _intent(self, request: AnswerRequest, kind: WriteKind, text: str) -> WriteIntent:
        return WriteIntent(
            reference=f"{request.reference}/{kind}",
            tenant=request.tenant,
            source=request.source,
            conversation=_conversation(request),
            kind=kind,
            digest=digest_of(text),
            intended_at=self._clock(),
        )


async def _assign(helpdesk: Helpdesk, place: Conversation, request: AnswerRequest) -> None:
    if request.assign_to is not None:
        await helpdesk.assign(place, request.assign_to)


async def _tag(helpdesk: Helpdesk, place: Conversation, request: AnswerRequest) -> None:
    if request.tags:
        await helpdesk.tag(place, request.tags)


def _conversation(request: AnswerRequest) -> Conversation:
    return Conversation(
        ticket_id=request.ticket_id,
        customer=request.customer,
        customer_wrote_at=request.customer_wrote_at,
        locale=request.locale,
    )


def _later(failure: ToolFailure, pause_seconds: float | None = None) -> ApplicationError:
    """What lets Temporal try again, after the pause that was asked for."""
    pause = None if pause_seconds is None else min(timedelta(seconds=pause_seconds), LONGEST_PAUSE)
    return ApplicationError(str(failure), type=type(failure).__name__, next_retry_delay=pause)


async def _unless_refused(writing: Awaitable[Written]) -> tuple[Written | None, str | None]:
    """What was written, or why the helpdesk never takes it."""
    try:
        return await writing, None
    except TicketOvertaken:
        raise
    except ToolRefused as refusal:
        return None, str(refusal)[:300]

"""Reading attachments: one file is fetched and shown to a model that sees, or played to one that hears.

The bytes live as long as the call does. What comes back is text.
"""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from typing import TypeVar

from temporalio import activity

from activities.model_call import ModelCalls, not_asked, provider_of
from activities.pauses import pauses
from activities.policies import PolicyShelf
from cases.attachment import AttachmentReading
from cases.errors import AttachmentIllegible, LedgerUnavailable, ToolRefused, ToolUnavailable, Unavailable
from cases.ladder import Job, LastRung, Stop
from cases.policy.attachments import AttachmentRules
from cases.policy.document import Policy
from cases.reason import ReasonCode
from cases.ticket import Attachment
from cases.work import AttachmentReport, AttachmentRequest
from integrations.attachments.file_kinds import as_picture, as_recording
from integrations.attachments.protocol import AttachmentStores
from integrations.models.completion import Picture
from integrations.models.protocol import Answer, Hearer, Seer
from integrations.models.recording import Recording
from routing.attachments import called
from routing.messages import reason

FETCH_TRIES = 3
"""A place that does not answer is asked again after half a second and after one: within any sensible time limit."""

FILES_AT_ONCE = 16
"""A recording may have 25 MB, and a worker takes hundreds of model calls: so many hold 400 MB at most, and the next one
waits in its ladder."""

Content = TypeVar("Content", Picture, Recording)


class ReadingAttachments:
    """Fetches from where each source keeps its files; asks seers and hearers by the name of each model's provider."""

    def __init__(
        self,
        stores: AttachmentStores,
        seers: Mapping[str, Seer],
        hearers: Mapping[str, Hearer],
        policies: PolicyShelf,
        calls: ModelCalls,
        at_once: int = FILES_AT_ONCE,
    ) -> None:
        self._stores = stores
        self._seers = seers
        self._hearers = hearers
        self._policies = policies
        self._calls = calls
        self._at_once = at_once
        self._places = asyncio.Semaphore(at_once)

    @activity.defn
    async def see(self, request: AttachmentRequest) -> AttachmentReport | Stop:
        """Show one model one picture, once."""

        def shown(policy: Policy, picture: Picture) -> Awaitable[Answer[AttachmentReading]]:
            return provider_of(policy, self._seers, request.model).see(request, picture)

        return await self._read(Job.SEE, request, as_picture, shown)

    @activity.defn
    async def hear(self, request: AttachmentRequest) -> AttachmentReport | Stop:
        """Play one model one recording, once."""

        def played(policy: Policy, recording: Recording) -> Awaitable[Answer[AttachmentReading]]:
            return provider_of(policy, self._hearers, request.model).hear(request, recording)

        return await self._read(Job.TRANSCRIBE, request, as_recording, played)

    async def _read(
        self,
        job: Job,
        request: AttachmentRequest,
        understood: Callable[[bytes], Content],
        ask: Callable[[Policy, Content], Awaitable[Answer[AttachmentReading]]],
    ) -> AttachmentReport | Stop:
        try:
            policy = await self._policies.version(request.policy_version)
        except LedgerUnavailable as down:
            return AttachmentReport(attempt=not_asked(job, request, down))
        if self._places.locked():
            full = Unavailable(f"this worker reads {self._at_once} files at once and no more")
            return AttachmentReport(attempt=not_asked(job, request, full))
        async with self._places:
            return await self._fetch_and_ask(job, request, policy, understood, ask)

    async def _fetch_and_ask(
        self,
        job: Job,
        request: AttachmentRequest,
        policy: Policy,
        understood: Callable[[bytes], Content],
        ask: Callable[[Policy, Content], Awaitable[Answer[AttachmentReading]]],
    ) -> AttachmentReport | Stop:
        try:
            content = understood(await self._fetched(request, policy.document.attachments))
        except AttachmentIllegible as fault:
            return _stopped(request.attachment, LastRung.CUSTOMER, ReasonCode.ATTACHMENT_ILLEGIBLE, fault)
        except (ToolRefused, ToolUnavailable) as failure:
            return _stopped(request.attachment, LastRung.PERSON, ReasonCode.ATTACHMENT_UNREAD, failure)
        attempt, reading = await self._calls.once(job, request, lambda: ask(policy, content), policy.document.cool_down)
        return AttachmentReport(attempt=attempt, reading=reading)

    async def _fetched(self, request: AttachmentRequest, rules: AttachmentRules) -> bytes:
        failure = ToolUnavailable(f"it did not arrive within {rules.fetch_seconds:g} s")
        try:
            async with asyncio.timeout(rules.fetch_seconds):
                for pause in pauses(FETCH_TRIES):
                    await asyncio.sleep(pause)
                    try:
                        store = await self._stores.store_of(request.tenant, request.source)
                        return await store.fetch(request.attachment, rules)
                    except LedgerUnavailable as away:
                        failure = ToolUnavailable(str(away))
                    except ToolUnavailable as away:
                        failure = away
        except TimeoutError:
            raise failure from None
        raise failure


def _stopped(attachment: Attachment, last: LastRung, code: ReasonCode, failure: Exception) -> Stop:
    return Stop(last=last, reason=reason(code, file=called(attachment), what=str(failure)))

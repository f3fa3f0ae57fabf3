"""What the activities are given: every client, opened when a worker starts and closed when it stops.

Each queue opens what it needs and no more: a worker of the tools alone loads no model.
"""

import asyncio
from collections.abc import AsyncGenerator, Collection, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from datetime import UTC, datetime
from functools import cached_property
from typing import TYPE_CHECKING, NamedTuple

import httpx
from sqlalchemy import text
from sqlalchemy.exc import ProgrammingError

from activities.act import Acting
from activities.answer import Answering
from activities.answer_keeping import AnswerKeeping
from activities.attachments import ReadingAttachments
from activities.classify import Classifying
from activities.draft import Drafting
from activities.limits import LookingAhead
from activities.lockouts import Lockouts
from activities.look_up import LookingUp
from activities.model_call import ModelCalls
from activities.model_health import ModelHealth
from activities.opening import Opening
from activities.other_cases import FindingOtherCases
from activities.policies import PolicyShelf
from activities.recall import Recalling
from activities.record import Recording
from activities.retrieve import Retrieving
from activities.run_reconciliation import RunReconciliation
from activities.source_reading import SourceReading
from activities.switches import Switchboard
from cases.errors import LedgerUnavailable
from cases.policy.document import Policy
from cases.policy.models import LOCAL
from cases.task_queues import TaskQueue
from integrations.alerts.webhook import AlertWebhook
from integrations.attachments.http_files import HttpFiles
from integrations.commerce.http_shop import HttpShop
from integrations.helpdesks.http_helpdesk import HttpHelpdesk
from integrations.models.protocol import Provider
from ledger.actions import ActionLedger
from ledger.cached_answers import CachedAnswers
from ledger.cases import CaseLedger
from ledger.database import Database
from ledger.deliveries import DeliveryLedger
from ledger.help_centre import HelpCentre
from ledger.helpdesk_writes import HelpdeskWrites
from ledger.lockouts import LockoutLedger
from ledger.policies import PolicyLedger
from ledger.sources import SourceLedger
from ledger.switches import SwitchLedger
from starter.engine import connect_at_first_use
from starter.engine_runs import TemporalRuns
from starter.health import Readiness
from starter.model_providers import hosted_hearers, hosted_providers
from starter.policy_files import read_policy
from starter.queues import TOOL_CALLS, Activity, model_calls_at_once
from starter.settings import Settings
from starter.sources.arrivals import Arrivals
from starter.sources.files import SourceFiles
from starter.sources.helpdesks import RegisteredHelpdesks, SourceHelpdesks

if TYPE_CHECKING:
    from integrations.models.local.encoders import Encoders

LEDGER_CONNECTIONS = 20
"""40 tickets a second with ten short transactions each keep about four busy; the rest is for slow ones."""


ALERT_SECONDS = 10.0
"""How long whoever takes alerts may need for one."""


class BuiltQueues(NamedTuple):
    """The activities of each queue, and how many model calls may run at once."""

    activities: dict[TaskQueue, Sequence[Activity]]
    model_calls: int


@asynccontextmanager
async def build_activities(
    settings: Settings, queues: Collection[TaskQueue], readiness: Readiness
) -> AsyncGenerator[BuiltQueues]:
    """Hold what the activities of these queues need, for the block.

    The database must be up to date (`signalbox migrate`). Raises InvalidPolicy, MissingKey and LedgerUnavailable.
    What is still loading is missing from `readiness`.
    """
    policy = read_policy(settings.policy)
    async with AsyncExitStack() as opened:
        database = Database.at(settings.database_url, connections=LEDGER_CONNECTIONS)
        opened.push_async_callback(database.close)
        readiness.watch("ledger", lambda: _ask(database))
        archive = PolicyLedger(database)
        await _keep(policy, archive)
        wiring = _Wiring(settings, policy, PolicyShelf(policy, archive), database, opened)
        activities = {queue: await wiring.activities(queue) for queue in queues}
        readiness.settle("models")
        yield BuiltQueues(activities, model_calls_at_once(policy.document))


class _Wiring:
    """What the queues share."""

    def __init__(
        self, settings: Settings, policy: Policy, shelf: PolicyShelf, database: Database, opened: AsyncExitStack
    ) -> None:
        self._settings = settings
        self._policy = policy
        self._shelf = shelf
        self._database = database
        self._opened = opened
        self._switches = Switchboard(SwitchLedger(database))

    @cached_property
    def _encoders(self) -> "Encoders":
        # The packages of the local models are imported only by a worker that asks them.
        from integrations.models.local.encoders import Encoders

        return Encoders()

    async def activities(self, queue: TaskQueue) -> Sequence[Activity]:
        match queue:
            case TaskQueue.CASES:
                return await self._case_activities()
            case TaskQueue.MODELS:
                return await self._model_activities()
            case TaskQueue.TOOLS:
                return await self._tool_activities()

    async def _case_activities(self) -> Sequence[Activity]:
        from integrations.models.local.language import PolicyLanguages
        from integrations.models.local.provider import LocalEmbedder

        languages = PolicyLanguages(self._policy.document.languages)
        await asyncio.to_thread(languages.warm)
        embedder = LocalEmbedder(self._encoders)
        await embedder.embed_query("warm", "en")
        cases = CaseLedger(self._database)
        opening = Opening(self._shelf, cases, languages)
        others = FindingOtherCases(cases)
        ahead = LookingAhead(ActionLedger(self._database), self._shelf)
        retrieving = Retrieving(HelpCentre(self._database, embedder.name), embedder)
        answers = CachedAnswers(self._database, embedder.name)
        recalling = Recalling(answers, embedder, self._shelf, self._switches)
        recording = Recording(cases, AnswerKeeping(answers, embedder, self._shelf))
        return (
            opening.open_case,
            opening.read_again,
            others.other_open_cases,
            ahead.limit_ahead,
            opening.sort_mail,
            retrieving.retrieve,
            recalling.recall,
            recording.record,
        )

    async def _model_activities(self) -> Sequence[Activity]:
        from integrations.models.local.language import PolicyLanguages
        from integrations.models.local.provider import LocalProvider

        # By the name that a policy's models give as their `provider`. A key that is missing is told before any lesson.
        hosted = await self._opened.enter_async_context(hosted_providers(self._policy, self._shelf))
        local = LocalProvider(self._shelf, self._encoders, self._settings.data / "models")
        await asyncio.to_thread(local.warm, self._policy.version)
        providers: dict[str, Provider] = {LOCAL: local, **hosted}
        calls = ModelCalls(ModelHealth(), self._switches)
        classifying = Classifying(providers, self._shelf, calls)
        languages = PolicyLanguages(self._policy.document.languages)
        await asyncio.to_thread(languages.warm)
        drafting = Drafting(providers, self._shelf, calls, languages)
        hearers = await self._opened.enter_async_context(hosted_hearers(self._policy, self._shelf))
        seconds = self._policy.document.attachments.fetch_seconds
        built_in = HttpFiles(await self._client(self._settings.helpdesk_url, seconds))
        files = SourceFiles(SourceLedger(self._database), built_in, self._settings.data, seconds, self._opened)
        reading = ReadingAttachments(files, hosted, hearers, self._shelf, calls)
        return (classifying.classify, drafting.draft, reading.see, reading.hear)

    async def _tool_activities(self) -> Sequence[Activity]:
        times = self._policy.document.tool_times
        built_in = HttpHelpdesk(await self._client(self._settings.helpdesk_url, times.helpdesk_seconds))
        sources = SourceLedger(self._database)
        helpdesks = SourceHelpdesks(self._settings.data, times.helpdesk_seconds, self._opened)
        writes = HelpdeskWrites(self._database)
        # Reads and deeds have times of their own, and so clients of their own.
        reading = LookingUp(HttpShop(await self._client(self._settings.shop_url, times.lookup_seconds)))
        doing = HttpShop(await self._client(self._settings.shop_url, times.action_seconds))
        acting = Acting(doing, ActionLedger(self._database), self._shelf, self._switches)
        answering = Answering(RegisteredHelpdesks(sources, helpdesks, built_in), writes, self._shelf)
        cases = CaseLedger(self._database)
        engine = await connect_at_first_use(self._settings)
        arrivals = Arrivals(engine, cases, writes)
        run_reconciliation = RunReconciliation(TemporalRuns(engine), cases)
        deliveries = DeliveryLedger(self._database)
        lockouts = Lockouts(LockoutLedger(self._database), await self._alerts())
        sources_read = SourceReading(sources, helpdesks, cases, writes, deliveries, arrivals)
        return (
            reading.look_up,
            acting.act,
            answering.answer,
            lockouts.tell_ops,
            lockouts.let_in,
            sources_read.bring_in,
            sources_read.bring_in_all,
            sources_read.read_from,
            sources_read.changed,
            sources_read.keep_read_until,
            run_reconciliation.reconcile_runs,
        )

    async def _alerts(self) -> AlertWebhook | None:
        if not self._settings.alert_url:
            return None
        client = await self._opened.enter_async_context(httpx.AsyncClient(timeout=ALERT_SECONDS))
        return AlertWebhook(client, self._settings.alert_url)

    async def _client(self, url: str, seconds: float) -> httpx.AsyncClient:
        # As many connections as calls may be in flight: none waits for another's.
        limits = httpx.Limits(max_connections=TOOL_CALLS, max_keepalive_connections=TOOL_CALLS)
        return await self._opened.enter_async_context(httpx.AsyncClient(base_url=url, timeout=seconds, limits=limits))


async def _keep(policy: Policy, archive: PolicyLedger) -> None:
    try:
        await archive.keep(policy, datetime.now(UTC))
    except ProgrammingError as error:
        raise LedgerUnavailable(
            "The ledger does not have the tables this version needs. Run `signalbox migrate`, then start the worker."
        ) from error


async def _ask(database: Database) -> None:
    async with database.transaction() as connection:
        await connection.execute(text("SELECT 1"))

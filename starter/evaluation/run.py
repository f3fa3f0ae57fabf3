"""Reading labelled texts as tickets are read: the policy's patterns, then its classify ladder, rung by rung."""

import asyncio
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from decimal import Decimal

from activities.model_call import ModelCalls
from activities.model_health import ModelHealth
from activities.opening import LanguageDetector
from activities.switches import Switchboard
from cases.classification import Classification, Confidence, IntentName
from cases.errors import InvalidInput
from cases.ladder import Ask, Attempt, AttemptOutcome, Budget, Job, Stop
from cases.policy.document import Policy
from cases.policy.jobs import About
from cases.policy.rulebook import Rulebook
from cases.record import Record
from cases.switch import Lever, Switching
from cases.ticket import Channel, Locale, Message, Slug, Ticket
from cases.work import ClassifyRequest, Reading
from integrations.models.protocol import Provider
from routing.doubts import doubt
from routing.ladder import cost_spent, next_step
from routing.reading import read_ticket
from starter.evaluation.labelled import LabelledText

CHANNEL = Channel.EMAIL
"""Texts are read as letters, which have the most time: a model is judged by its answers, not by a caller's patience."""

NO_TENANT: Slug = "evaluation"
"""Whose the texts are where nobody says: no row of the policy for some tenants counts."""


class Answered(Record):
    """What became of one labelled text.

    `answer` is the last a model gave, whether or not the ladder found it sure enough; none where no model gave any.
    """

    expected: IntentName
    language: Locale
    answer: IntentName | None = None
    confidence: Confidence = 0.0
    unfamiliar: bool = False
    answered_by: str | None = None
    """The model, or none for a pattern of the policy."""
    attempts: tuple[Attempt, ...] = ()

    @property
    def by_rule(self) -> bool:
        """Whether a pattern settled it before any model was asked."""
        return self.answer is not None and self.answered_by is None

    @property
    def cost(self) -> Decimal:
        """What its calls cost, in US dollars."""
        return cost_spent(self.attempts)


class Evaluation:
    """Reads texts under one policy, as letters to `tenant`. `at_once` is how many are read side by side.

    Raises InvalidInput where the policy's ladder names a model of a provider that is not among those given.
    """

    def __init__(
        self,
        policy: Policy,
        providers: Mapping[str, Provider],
        languages: LanguageDetector,
        at_once: int,
        tenant: Slug = NO_TENANT,
    ) -> None:
        self._policy = policy
        self._providers = _providers_of(policy, providers)
        self._languages = languages
        self._tenant = tenant
        self._rulebooks: dict[Locale, Rulebook] = {}
        self._switches = Switchboard(AllOn())
        self._free = asyncio.Semaphore(at_once)

    async def read_all(self, labelled: Sequence[LabelledText], tell: Callable[[], None]) -> tuple[Answered, ...]:
        """Read every text, in their order; `tell` is called as each is done."""
        async with asyncio.TaskGroup() as group:
            tasks = [group.create_task(self._read(number, one, tell)) for number, one in enumerate(labelled, start=1)]
        return tuple(task.result() for task in tasks)

    async def _read(self, number: int, one: LabelledText, tell: Callable[[], None]) -> Answered:
        async with self._free:
            ticket = _ticket(number, self._tenant, one)
            language = one.language or await self._languages.detect(one.text, None)
            reading = await asyncio.to_thread(read_ticket, ticket, self._policy.document, language)
            answered = await self._answered(one, ticket, reading)
        tell()
        return answered

    async def _answered(self, one: LabelledText, ticket: Ticket, reading: Reading) -> Answered:
        unread = Answered(expected=one.intent, language=reading.language)
        if reading.by_rule is not None:
            return _with(unread, reading.by_rule, None)
        return await self._down_the_ladder(unread, ticket, reading)

    async def _down_the_ladder(self, unread: Answered, ticket: Ticket, reading: Reading) -> Answered:
        rulebook = self._rulebook(reading.language)
        budget = Budget(seconds=rulebook.job_seconds[CHANNEL], cost=rulebook.cost_ceiling)
        read = unread
        attempts: list[Attempt] = []
        while not isinstance(step := next_step(rulebook.classify, budget, attempts), Stop):
            await asyncio.sleep(step.wait_seconds)
            attempt, answer = await self._ask(ticket, reading, step)
            attempts.append(attempt)
            if answer is not None:
                read = _with(read, answer, step.model)
            if attempt.outcome is AttemptOutcome.SUCCEEDED:
                break
        return read.model_copy(update={"attempts": tuple(attempts)})

    def _rulebook(self, language: Locale) -> Rulebook:
        if language not in self._rulebooks:
            about = About(tenant=self._tenant, language=language, channel=CHANNEL)
            self._rulebooks[language] = self._policy.rulebook(about)
        return self._rulebooks[language]

    async def _ask(self, ticket: Ticket, reading: Reading, ask: Ask) -> tuple[Attempt, Classification | None]:
        request = ClassifyRequest(
            case_id=ticket.case_id,
            tenant=ticket.tenant,
            channel=ticket.channel,
            policy_version=self._policy.version,
            model=ask.model,
            rung=ask.rung,
            prompt=ask.prompt,
            timeout_seconds=ask.timeout_seconds,
            text=ticket.customer_text,
            language=reading.language,
            entities=reading.entities,
        )
        provider = self._providers[ask.model]
        # A memory of failures for every call: no text is judged by a model that rests because of another text.
        calls = ModelCalls(ModelHealth(), self._switches)
        attempt, answer = await calls.once(
            Job.CLASSIFY, request, lambda: provider.classify(request), self._policy.document.cool_down
        )
        return self._judged(attempt, answer).model_copy(update={"waited_seconds": ask.wait_seconds}), answer

    def _judged(self, attempt: Attempt, answer: Classification | None) -> Attempt:
        why = None if answer is None else doubt(self._policy.document.thresholds, answer)
        if why is None:
            return attempt
        return attempt.model_copy(update={"outcome": AttemptOutcome.CONTENT_FAILURE, "reason": why})


class AllOn:
    """The switches of an evaluation: they keep models from tickets, not from being measured."""

    async def turned_off(self) -> Mapping[Lever, Switching]:
        """Nothing is."""
        return {}


def _with(read: Answered, answer: Classification, model: str | None) -> Answered:
    return read.model_copy(
        update={
            "answer": answer.intents[0].name,
            "confidence": answer.confidence,
            "unfamiliar": answer.unfamiliar,
            "answered_by": model,
        }
    )


def _ticket(number: int, tenant: Slug, one: LabelledText) -> Ticket:
    message = Message(id="1", text=one.text, sent_at=datetime.now(UTC))
    return Ticket(tenant=tenant, source="file", id=str(number), channel=CHANNEL, messages=(message,))


def classify_models(policy: Policy) -> tuple[str, ...]:
    """Every model that may read a text under a policy, those of the ladder for all tickets first."""
    job = policy.document.jobs.classify
    return tuple(dict.fromkeys((*job.models, *(model for row in job.rows for model in row.models))))


def _providers_of(policy: Policy, providers: Mapping[str, Provider]) -> dict[str, Provider]:
    named = {name: policy.document.models[name].provider for name in classify_models(policy)}
    for model, provider in named.items():
        if provider not in providers:
            raise InvalidInput(
                f"models.{model}.provider",
                f"is {provider}, which is not set up here.",
                f"Set it up, or let the policy use {' or '.join(sorted(providers)) or 'another one'}.",
            )
    return {model: providers[provider] for model, provider in named.items()}

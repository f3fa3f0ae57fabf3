"""One model call: asked once, timed, and every failure told as an attempt rather than an exception.

Neither the provider nor Temporal repeats the call: the ladder alone decides what is tried next.
"""

import asyncio
import time
from collections.abc import Awaitable, Callable, Mapping
from typing import Generic, NamedTuple, TypeVar

from temporalio import activity
from temporalio.exceptions import ApplicationError

from activities.model_health import ModelHealth
from activities.switches import Switchboard
from cases.errors import (
    ContentFailure,
    LedgerUnavailable,
    ModelFailure,
    ModelTimeout,
    TemporaryFailure,
    UnaskableQuestion,
    Unavailable,
)
from cases.ladder import Attempt, AttemptOutcome, Job
from cases.policy.document import Policy
from cases.policy.rulebook import CoolDown
from cases.reason import Reason, ReasonCode
from cases.switch import Lever, SwitchKind
from cases.work import DraftRequest, ModelRequest
from integrations.models.protocol import Answer, Hearer, Output, Provider, Seer
from routing.messages import reason

GRACE_SECONDS = 0.5
"""How much longer than a rung's time its provider is given to say what the call took that did not end in it."""

Runs = TypeVar("Runs", Provider, Seer, Hearer)
"""What a provider can be asked: to read and write tickets, to see, or to hear."""


class ModelCalls:
    """What stands between a rung and its model: the switches, and the memory of who fails again and again."""

    def __init__(self, health: ModelHealth, switches: Switchboard) -> None:
        self._health = health
        self._switches = switches

    async def once(
        self,
        job: Job,
        request: ModelRequest,
        ask: Callable[[], Awaitable[Answer[Output]]],
        cool_down: CoolDown,
    ) -> tuple[Attempt, Output | None]:
        """Ask once, within the rung's time. A model that rests or is switched off is not asked."""
        try:
            off = await self._switches.first_off(_levers(request))
        except LedgerUnavailable as down:
            return not_asked(job, request, down), None
        if off is not None:
            why = reason(ReasonCode.SWITCHED_OFF, what=off.lever, by=off.by, why=off.why)
            return _attempt(job, request, AttemptOutcome.PERMANENT, why, 0.0), None
        resting = self._health.cooling_seconds(request.model)
        if resting > 0:
            why = reason(ReasonCode.MODEL_COOLING_DOWN, model=request.model, seconds=f"{resting:.0f}")
            return _attempt(job, request, AttemptOutcome.PERMANENT, why, 0.0), None
        attempt, output, blamed = await _ask(job, request, ask)
        if blamed:
            self._health.learn(request.model, attempt.outcome, cool_down)
            _tell_of_a_rest(request.model, self._health.cooling_seconds(request.model))
        return attempt, output


class _Asked(NamedTuple, Generic[Output]):
    attempt: Attempt
    output: Output | None
    blamed: bool = True
    """Whether how it ended says anything about the model."""


def _tell_of_a_rest(model: str, seconds: float) -> None:
    """Let whoever watches the worker see a model that is left alone from now on."""
    if not seconds or not activity.in_activity():
        return
    activity.logger.warning("%s failed again and again: no ticket of this worker asks it for %.0f s", model, seconds)
    rests = activity.metric_meter().create_counter("signalbox_model_rests", "How often a model was left alone.")
    rests.add(1, {"model": model})


async def _ask(job: Job, request: ModelRequest, ask: Callable[[], Awaitable[Answer[Output]]]) -> _Asked[Output]:
    started = time.monotonic()
    try:
        async with asyncio.timeout(request.timeout_seconds + GRACE_SECONDS):
            answer = await ask()
    except (ModelFailure, TimeoutError) as failure:
        attempt = _failed(job, request, failure, time.monotonic() - started)
        return _Asked(attempt, None, blamed=not isinstance(failure, UnaskableQuestion))
    attempt = _attempt(job, request, AttemptOutcome.SUCCEEDED, None, time.monotonic() - started)
    told = {
        "usage": answer.usage,
        "cost": answer.cost,
        "prompt_version": answer.prompt_version,
        "reported_model": answer.reported_model,
    }
    return _Asked(attempt.model_copy(update=told), answer.output)


def _levers(request: ModelRequest) -> tuple[Lever, ...]:
    """All that must be on for this call."""
    levers = [
        Lever(kind=SwitchKind.MODEL, name=request.model),
        Lever(kind=SwitchKind.TENANT, name=request.tenant),
    ]
    if isinstance(request, DraftRequest):
        levers += [Lever(kind=SwitchKind.INTENT, name=intent) for intent in request.intents]
        levers.append(Lever(kind=SwitchKind.ROUTE, name=request.route))
    return tuple(levers)


def provider_of(policy: Policy, providers: Mapping[str, Runs], model: str) -> Runs:
    """Who runs a model, of those that do the job. Raises ApplicationError for a provider this worker was not given."""
    name = policy.document.models[model].provider
    if name not in providers:
        raise ApplicationError(
            f"This worker was given no provider {name} for this job; the case's policy {policy.version} names it for "
            f"{model}.",
            type="UnknownProvider",
        )
    return providers[name]


def not_asked(job: Job, request: ModelRequest, obstacle: Unavailable) -> Attempt:
    """A call that could not be made, because a part of ours is away or has its hands full: waiting helps."""
    why = reason(ReasonCode.MODEL_BUSY, model=request.model, what=str(obstacle)[:200])
    return _attempt(job, request, AttemptOutcome.TEMPORARY, why, 0.0)


def _failed(job: Job, request: ModelRequest, failure: ModelFailure | TimeoutError, seconds: float) -> Attempt:
    outcome, why = _told(request, failure)
    attempt = _attempt(job, request, outcome, why, seconds)
    if isinstance(failure, ModelFailure):
        spent = {"usage": failure.usage, "cost": failure.cost, "prompt_version": failure.prompt_version}
        attempt = attempt.model_copy(update=spent)
    if isinstance(failure, TemporaryFailure):
        return attempt.model_copy(update={"retry_after_seconds": failure.retry_after_seconds})
    return attempt


def _told(request: ModelRequest, failure: ModelFailure | TimeoutError) -> tuple[AttemptOutcome, Reason]:
    what, model = str(failure)[:200], request.model
    match failure:
        case ContentFailure():
            return AttemptOutcome.CONTENT_FAILURE, reason(ReasonCode.MALFORMED_ANSWER, model=model, what=what)
        case TemporaryFailure():
            return AttemptOutcome.TEMPORARY, reason(ReasonCode.MODEL_BUSY, model=model, what=what)
        case TimeoutError() | ModelTimeout():
            seconds = f"{request.timeout_seconds:g}"
            return AttemptOutcome.TIMEOUT, reason(ReasonCode.MODEL_TIMEOUT, model=model, seconds=seconds)
        case _:
            return AttemptOutcome.PERMANENT, reason(ReasonCode.MODEL_REFUSED_CALL, model=model, what=what)


def _attempt(
    job: Job,
    request: ModelRequest,
    outcome: AttemptOutcome,
    why: Reason | None,
    seconds: float,
) -> Attempt:
    return Attempt(
        job=job,
        rung=request.rung,
        model=request.model,
        prompt=request.prompt,
        outcome=outcome,
        reason=why,
        seconds=min(seconds, request.timeout_seconds),
    )

"""One model call: asked once, timed, and every failure told as an attempt rather than an exception.

Neither the provider nor Temporal repeats the call: the ladder alone decides what is tried next.
"""

import asyncio
import time
from collections.abc import Awaitable, Callable

from activities.model_health import ModelHealth
from cases.errors import ContentFailure, LedgerUnavailable, ModelFailure, ModelTimeout, TemporaryFailure
from cases.ladder import Attempt, AttemptOutcome, Job
from cases.policy.rulebook import CoolDown
from cases.reason import Reason, ReasonCode
from cases.work import ClassifyRequest, DraftRequest
from integrations.models.protocol import Answer, Output
from routing.messages import reason


async def call_model(
    job: Job,
    request: ClassifyRequest | DraftRequest,
    ask: Callable[[], Awaitable[Answer[Output]]],
    health: ModelHealth,
    cool_down: CoolDown,
) -> tuple[Attempt, Output | None]:
    """Ask once, within the rung's time, unless the model is cooling down: then it is not asked at all."""
    resting = health.cooling_seconds(request.model)
    if resting > 0:
        why = reason(ReasonCode.MODEL_COOLING_DOWN, model=request.model, seconds=f"{resting:.0f}")
        return _attempt(job, request, AttemptOutcome.PERMANENT, why, 0.0), None
    started = time.monotonic()
    try:
        async with asyncio.timeout(request.timeout_seconds):
            answer = await ask()
    except (ModelFailure, TimeoutError) as failure:
        attempt = _failed(job, request, failure, time.monotonic() - started)
        health.learn(request.model, attempt.outcome, cool_down)
        return attempt, None
    health.learn(request.model, AttemptOutcome.SUCCEEDED, cool_down)
    attempt = _attempt(job, request, AttemptOutcome.SUCCEEDED, None, time.monotonic() - started)
    told = {
        "usage": answer.usage,
        "cost": answer.cost,
        "prompt_version": answer.prompt_version,
        "reported_model": answer.reported_model,
    }
    return attempt.model_copy(update=told), answer.output


def not_asked(job: Job, request: ClassifyRequest | DraftRequest, down: LedgerUnavailable) -> Attempt:
    """A call that could not be made, because the policy it runs under cannot be read now: waiting helps."""
    why = reason(ReasonCode.MODEL_BUSY, model=request.model, what=str(down)[:200])
    return _attempt(job, request, AttemptOutcome.TEMPORARY, why, 0.0)


def _failed(
    job: Job, request: ClassifyRequest | DraftRequest, failure: ModelFailure | TimeoutError, seconds: float
) -> Attempt:
    outcome, why = _told(request, failure)
    attempt = _attempt(job, request, outcome, why, seconds)
    if isinstance(failure, TemporaryFailure):
        return attempt.model_copy(update={"retry_after_seconds": failure.retry_after_seconds})
    return attempt


def _told(
    request: ClassifyRequest | DraftRequest, failure: ModelFailure | TimeoutError
) -> tuple[AttemptOutcome, Reason]:
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
    request: ClassifyRequest | DraftRequest,
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

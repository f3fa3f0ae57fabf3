"""The ladder: given what happened so far, which model is asked next, and why.

A pure function. It always ends, asks no model a third time for the same thing, never repeats a permanent failure,
and never starts a call that its time or its cost ceiling cannot pay.
"""

from collections.abc import Sequence
from decimal import Decimal
from itertools import takewhile

from cases.ladder import Ask, Attempt, AttemptOutcome, Budget, Ladder, LastRung, NextStep, Prompt, Rung, Skip, Stop
from cases.reason import Reason, ReasonCode
from routing.messages import reason

ASKS_PER_MODEL = 2
"""One question and one retry. Being told to wait is neither."""

SHORTEST_WAIT_SECONDS = 1.0
"""What a provider that names no delay is given first; it also bounds how often one can ask for patience."""


def next_step(ladder: Ladder, budget: Budget, attempts: Sequence[Attempt]) -> NextStep:
    """Decide what to try next.

    `attempts` are all calls made on this ladder so far, oldest first; `budget` is what the whole ladder may spend. A
    rung that is passed over is told once, with the step that passes it.
    """
    last = attempts[-1] if attempts else None
    if last is not None:
        again = _same_model_again(ladder, budget, attempts, last)
        if again is not None:
            return again
    return _next_rung(ladder, budget, attempts, last)


def seconds_spent(attempts: Sequence[Attempt]) -> float:
    """How long was asked and waited."""
    return sum(attempt.seconds + attempt.waited_seconds for attempt in attempts)


def cost_spent(attempts: Sequence[Attempt]) -> Decimal:
    """What the calls cost, in US dollars."""
    return sum((attempt.cost for attempt in attempts), Decimal(0))


def _same_model_again(ladder: Ladder, budget: Budget, attempts: Sequence[Attempt], last: Attempt) -> Ask | None:
    rung = ladder.rungs[last.rung]
    wait = _wait_after(attempts, last)
    affordable = _why_not(rung, budget, attempts, wait) is None
    if not affordable or (last.outcome is not AttemptOutcome.TEMPORARY and _asks(rung, attempts) >= ASKS_PER_MODEL):
        return None
    prompt = _prompt_for_retry(rung, last)
    if prompt is None:
        return None
    return _ask(last.rung, rung, prompt, budget, attempts, wait, last.reason)


def _prompt_for_retry(rung: Rung, last: Attempt) -> Prompt | None:
    match last.outcome:
        case AttemptOutcome.TEMPORARY | AttemptOutcome.TIMEOUT:
            return last.prompt
        case AttemptOutcome.CONTENT_FAILURE if rung.strict_retry and last.prompt is Prompt.STANDARD:
            return Prompt.STRICT
        case _:
            return None


def _next_rung(ladder: Ladder, budget: Budget, attempts: Sequence[Attempt], last: Attempt | None) -> NextStep:
    why = last.reason if last else None
    start = last.rung + 1 if last else 0
    skipped: list[Skip] = []
    for index, rung in enumerate(ladder.rungs[start:], start):
        if _asks(rung, attempts) or _failed_for_good(rung, attempts):
            continue
        obstacle = _why_not(rung, budget, attempts, wait=0.0)
        if obstacle is None:
            ask = _ask(index, rung, Prompt.STANDARD, budget, attempts, 0.0, why)
            return ask.model_copy(update={"skipped": tuple(skipped)})
        skipped.append(Skip(rung=index, model=rung.model, reason=obstacle))
        why = obstacle
    exhausted = why or reason(ReasonCode.RUNGS_EXHAUSTED)
    return Stop(last=_last(ladder, attempts), reason=exhausted, skipped=tuple(skipped))


def _last(ladder: Ladder, attempts: Sequence[Attempt]) -> LastRung:
    """The customer can say it more clearly, but cannot mend a model that does not answer."""
    answered = any(attempt.outcome is AttemptOutcome.CONTENT_FAILURE for attempt in attempts)
    return ladder.last if answered else LastRung.PERSON


def _ask(
    index: int,
    rung: Rung,
    prompt: Prompt,
    budget: Budget,
    attempts: Sequence[Attempt],
    wait: float,
    why: Reason | None,
) -> Ask:
    left = budget.seconds - seconds_spent(attempts) - wait
    return Ask(
        rung=index,
        model=rung.model,
        prompt=prompt,
        timeout_seconds=min(rung.timeout_seconds, left),
        wait_seconds=wait,
        reason=why,
    )


def _why_not(rung: Rung, budget: Budget, attempts: Sequence[Attempt], wait: float) -> Reason | None:
    left = budget.seconds - seconds_spent(attempts) - wait
    if left <= 0:
        return reason(ReasonCode.TIME_SPENT, seconds=f"{budget.seconds:g}")
    if left < rung.typical_seconds:
        return reason(ReasonCode.FASTER_FOR_CHANNEL, model=rung.model, seconds=f"{left:.1f}")
    if cost_spent(attempts) + rung.expected_cost > budget.cost:
        return reason(ReasonCode.COST_SPENT, ceiling=budget.cost)
    return None


def _wait_after(attempts: Sequence[Attempt], last: Attempt) -> float:
    """As long as the provider says; one that names no delay is given twice as long each time it fails again."""
    if last.outcome is not AttemptOutcome.TEMPORARY:
        return 0.0
    if last.retry_after_seconds is not None:
        return max(SHORTEST_WAIT_SECONDS, last.retry_after_seconds)
    row = takewhile(lambda a: a.model == last.model and a.outcome is AttemptOutcome.TEMPORARY, reversed(attempts))
    return SHORTEST_WAIT_SECONDS * 2.0 ** (sum(a.retry_after_seconds is None for a in row) - 1)


def _asks(rung: Rung, attempts: Sequence[Attempt]) -> int:
    return sum(attempt.model == rung.model and attempt.outcome is not AttemptOutcome.TEMPORARY for attempt in attempts)


def _failed_for_good(rung: Rung, attempts: Sequence[Attempt]) -> bool:
    return any(attempt.model == rung.model and attempt.outcome is AttemptOutcome.PERMANENT for attempt in attempts)

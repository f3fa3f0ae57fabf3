"""What must hold of every ticket, whatever its models do. A rule is a function from the evidence to what is wrong."""

from collections.abc import Iterator, Mapping, Sequence
from itertools import groupby
from typing import NamedTuple

from bench.chaos_plan import PERMANENT, TEMPORARY, ChaosPlan
from cases.case import CaseView
from cases.ladder import Attempt, AttemptOutcome
from cases.outcome import OutcomeKind
from cases.policy.rulebook import Rulebook
from cases.reason import ReasonCode
from routing.ladder import ASKS_PER_MODEL, cost_spent, seconds_spent
from tests.integrations.hosted_gate import Fault, Turn

ROUNDING_SECONDS = 1e-6


class ChaosEvidence(NamedTuple):
    """A run as it went: what the case says of itself, and what the models' side saw."""

    plan: ChaosPlan
    rules: Rulebook
    view: CaseView | None
    ended: bool
    """Whether its workflow completed in time."""
    came: Mapping[str, Sequence[Turn]]
    """The requests of each model, as the gate counted them."""

    @property
    def attempts(self) -> tuple[Attempt, ...]:
        """All calls of the case."""
        return self.view.attempts if self.view else ()


def broken_rules(evidence: ChaosEvidence) -> tuple[str, ...]:
    """Every rule that was broken, as a sentence; none where all is well."""
    return tuple(broken for rule in RULES for broken in rule(evidence))


def reaches_an_outcome(run: ChaosEvidence) -> Iterator[str]:
    """Every ticket ends, with an outcome and not as a failure."""
    if not run.ended:
        yield "its workflow did not complete"
    if run.view is None or run.view.outcome is None:
        yield "it has no outcome"


def keeps_to_its_time(run: ChaosEvidence) -> Iterator[str]:
    """No ladder asks and waits longer than its channel allows."""
    allowed = run.rules.job_seconds[run.plan.channel]
    for job, attempts in groupby(run.attempts, key=lambda attempt: attempt.job):
        if (spent := seconds_spent(tuple(attempts))) > allowed + ROUNDING_SECONDS:
            yield f"{job} took {spent:.3f} s of {allowed:g} s"


def keeps_to_its_cost(run: ChaosEvidence) -> Iterator[str]:
    """All models together cost no more than the ticket may."""
    if (spent := cost_spent(run.attempts)) > run.plan.cost_ceiling:
        yield f"it cost {spent} USD of {run.plan.cost_ceiling} USD"


def asks_no_model_a_third_time(run: ChaosEvidence) -> Iterator[str]:
    """At most one question and one retry a model, as its own side counts; being told to wait is neither."""
    for model, turns in run.came.items():
        answered = [turn.fault for turn in turns if turn.fault not in TEMPORARY]
        if len(answered) > ASKS_PER_MODEL:
            yield f"{model} was asked {len(answered)} times: {', '.join(answered)}"


def repeats_nothing_permanent(run: ChaosEvidence) -> Iterator[str]:
    """A model that can never answer is not asked again."""
    for model, turns in run.came.items():
        if any(turn.fault in PERMANENT for turn in turns[:-1]):
            yield f"{model} was asked again after a permanent failure"


def tells_every_fall(run: ChaosEvidence) -> Iterator[str]:
    """Every call that gave nothing says why, and every call that gave something needs no excuse."""
    for number, attempt in enumerate(run.attempts, 1):
        succeeded = attempt.outcome is AttemptOutcome.SUCCEEDED
        if succeeded == bool(attempt.reason and attempt.reason.sentence):
            yield f"call {number}, {attempt.model}, ended as {attempt.outcome} with the reason {attempt.reason}"


def knows_of_every_request(run: ChaosEvidence) -> Iterator[str]:
    """No request was made that is not a call of the ladder: nothing below it repeats."""
    for model, turns in run.came.items():
        calls = [attempt for attempt in run.attempts if attempt.model == model and not _not_asked(attempt)]
        if len(turns) > len(calls):
            yield f"{model} got {len(turns)} requests for {len(calls)} calls"


def says_only_what_a_model_wrote(run: ChaosEvidence) -> Iterator[str]:
    """A reply goes out exactly where a writer's good answer was taken."""
    resolved = run.view is not None and run.view.outcome is not None and run.view.outcome.kind is OutcomeKind.RESOLVED
    wrote = any(attempt.outcome is AttemptOutcome.SUCCEEDED and ".writer-" in attempt.model for attempt in run.attempts)
    offered = any(
        turn.fault is Fault.NONE for model, turns in run.came.items() if ".writer-" in model for turn in turns
    )
    if resolved != wrote or (wrote and not offered):
        yield f"resolved: {resolved}, a draft was taken: {wrote}, a good one was given: {offered}"


def _not_asked(attempt: Attempt) -> bool:
    rests = attempt.reason is not None and attempt.reason.code is ReasonCode.MODEL_COOLING_DOWN
    return rests or attempt.outcome is AttemptOutcome.SKIPPED


RULES = (
    reaches_an_outcome,
    keeps_to_its_time,
    keeps_to_its_cost,
    asks_no_model_a_third_time,
    repeats_nothing_permanent,
    tells_every_fall,
    knows_of_every_request,
    says_only_what_a_model_wrote,
)

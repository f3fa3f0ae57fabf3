"""The report of an evaluation: every figure a person compares, in one record."""

import math
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal

from cases.classification import IntentName
from cases.ladder import AttemptOutcome
from cases.policy.document import Policy
from cases.record import Record
from starter.evaluation import scores
from starter.evaluation.calibration import ByChance, calibration_error, calibration_error_by_chance
from starter.evaluation.run import Answered, classify_models
from starter.evaluation.scores import Scored

TARGET_PRECISION = 0.95
"""How many of the answers that go ahead on their own should be right."""

FAILED = (AttemptOutcome.TIMEOUT, AttemptOutcome.TEMPORARY, AttemptOutcome.PERMANENT)
"""Calls that gave no answer at all."""


class Passing(Record):
    """What a threshold of confidence lets through: the share of texts, and the share of right answers among them."""

    threshold: float
    share: float
    precision: float


class OutOfScopeRow(Record):
    """How texts labelled `other` fare, at the policy's own threshold; shares of them, but for `in_scope_right`."""

    texts: int
    recall: float
    """Answered `other`."""
    held_back: float
    """Answered `other`, or not surely enough for anything to be done: what the out-of-scope bar is measured by."""
    in_scope_right: float | None
    """The share of the other texts that were answered rightly and surely enough; none where there are none."""


class LanguageRow(Record):
    """One language. Calibration error in points."""

    language: str
    texts: int
    accuracy: float
    macro_f1: float
    calibration_error: float
    calibration_error_by_chance: ByChance


class IntentRow(Record):
    """One intent. `mistaken_for` is the wrong answer it gets most often."""

    intent: IntentName
    texts: int
    precision: float
    recall: float
    f1: float
    mistaken_for: IntentName | None


class RungRow(Record):
    """One model of the ladder: the share of texts it was asked about, and of those whose answer was its."""

    model: str
    asked: float
    answered: float
    failed_calls: int
    failure: str | None = None
    """Why the first of the failed calls failed."""
    cost: Decimal
    """US dollars, all calls together."""


class EvaluationReport(Record):
    """How well a policy reads a file of labelled texts. Shares are between 0 and 1, calibration error is in points."""

    policy_version: str
    texts: int
    of: int
    """How many the file has."""
    seed: int | None
    """What drew the sample; none where every text was read."""
    accuracy: float
    macro_f1: float
    calibration_error: float
    calibration_error_by_chance: ByChance
    coverage: Passing | None
    """The most texts one threshold lets through with 95 % of them right; none where no threshold does."""
    at_policy_threshold: Passing
    out_of_scope: OutOfScopeRow | None
    """None where no text is labelled `other`."""
    unanswered: int
    by_rule: float
    """The share that a pattern settled, without any model."""
    ladder: tuple[RungRow, ...]
    cost_per_1000: Decimal
    """US dollars."""
    languages: tuple[LanguageRow, ...]
    intents: tuple[IntentRow, ...]


def reported(policy: Policy, read: Sequence[Answered], of: int, seed: int | None) -> EvaluationReport:
    """Put the report together. At least one text must have been read."""
    threshold = policy.document.thresholds.confidence
    scored = scored_of(read)
    coverage = scores.coverage_at(scored, TARGET_PRECISION)
    outside = scores.out_of_scope(scored, threshold)
    return EvaluationReport(
        policy_version=policy.version,
        texts=len(read),
        of=of,
        seed=seed,
        accuracy=scores.accuracy(scored),
        macro_f1=scores.macro_f1(scored),
        calibration_error=calibration_error(scored),
        calibration_error_by_chance=calibration_error_by_chance(scored),
        coverage=_passing(coverage) if coverage else None,
        at_policy_threshold=_passing(scores.passing(scored, threshold)),
        out_of_scope=_out_of_scope(outside) if outside else None,
        unanswered=sum(one.answer is None for one in read),
        by_rule=_share(read, lambda one: one.by_rule),
        ladder=tuple(_rung(model, read) for model in classify_models(policy)),
        cost_per_1000=scores.cost_per_1000([one.cost for one in read]),
        languages=tuple(_languages(read)),
        intents=tuple(
            IntentRow(intent=intent, **score._asdict()) for intent, score in scores.by_intent(scored).items()
        ),
    )


def scored_of(read: Sequence[Answered]) -> tuple[Scored, ...]:
    """What scores are made of."""
    return tuple(Scored(one.expected, one.answer, one.confidence, one.unfamiliar) for one in read)


def _passing(coverage: scores.Coverage) -> Passing:
    return Passing(threshold=coverage.threshold, share=coverage.share, precision=coverage.precision)


def _out_of_scope(outside: scores.OutOfScope) -> OutOfScopeRow:
    return OutOfScopeRow(
        texts=outside.texts,
        recall=outside.named,
        held_back=outside.held_back,
        in_scope_right=outside.in_scope_right,
    )


def _rung(model: str, read: Sequence[Answered]) -> RungRow:
    calls = [attempt for one in read for attempt in one.attempts if attempt.model == model]
    gave_nothing = [call for call in calls if call.outcome in FAILED]
    return RungRow(
        model=model,
        asked=_share(read, lambda one: any(attempt.model == model for attempt in one.attempts)),
        answered=_share(read, lambda one: one.answered_by == model),
        failed_calls=len(gave_nothing),
        failure=next((call.reason.sentence for call in gave_nothing if call.reason), None),
        cost=sum((call.cost for call in calls), Decimal(0)),
    )


def _languages(read: Sequence[Answered]) -> list[LanguageRow]:
    return [
        LanguageRow(
            language=language,
            texts=len(scored),
            accuracy=scores.accuracy(scored),
            macro_f1=scores.macro_f1(scored),
            calibration_error=calibration_error(scored),
            calibration_error_by_chance=calibration_error_by_chance(scored),
        )
        for language, scored in _by_language(read).items()
    ]


def _by_language(read: Sequence[Answered]) -> Mapping[str, Sequence[Scored]]:
    """Those with the most texts first."""
    counts = Counter(one.language for one in read)
    return {
        language: scored_of([one for one in read if one.language == language]) for language, _ in counts.most_common()
    }


def _share(read: Sequence[Answered], counts: Callable[[Answered], bool]) -> float:
    return math.fsum(counts(one) for one in read) / len(read)

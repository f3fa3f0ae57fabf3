"""What happened in a case: the models asked, the decisions taken, and what was done and said."""

from collections.abc import Iterator
from decimal import Decimal

from cases.case import CaseView, Step
from cases.ladder import Attempt, AttemptOutcome, Usage
from starter.command_line.case_look import Look

ENDED = {
    AttemptOutcome.SUCCEEDED: "answered",
    AttemptOutcome.CONTENT_FAILURE: "not usable",
    AttemptOutcome.TIMEOUT: "too slow",
    AttemptOutcome.TEMPORARY: "overloaded",
    AttemptOutcome.PERMANENT: "cannot be used",
    AttemptOutcome.SKIPPED: "not asked",
}
"""How a model call ended, in words."""


def rungs(case: CaseView) -> Iterator[str]:
    """Every rung, asked or skipped: job, number, model, prompt, how it ended, seconds, US dollars.

    Below each, what it took and why it fell.
    """
    for attempt in case.attempts:
        yield (
            f"{attempt.job:<8} {attempt.rung + 1} {attempt.model:<16.16} {attempt.prompt:<8} "
            f"{ENDED[attempt.outcome]:<14} {attempt.seconds:>6.2f} s {_cost(attempt.cost):>9}"
        )
        if took := ", ".join(_took(attempt)):
            yield f"  {took}"
        if attempt.reason is not None:
            yield f"  {attempt.reason} ({attempt.reason.code})"


def _took(attempt: Attempt) -> Iterator[str]:
    """The version of its prompt and its tokens, where it has them: a local model has neither."""
    if attempt.prompt_version:
        yield attempt.prompt_version
    usage = attempt.usage
    if usage != Usage():
        cached = f", {usage.cached_tokens:,} of them cached" if usage.cached_tokens else ""
        yield f"{usage.input_tokens:,} tokens in{cached}, {usage.output_tokens:,} out"


def decisions(case: CaseView) -> Iterator[str]:
    """Who decided what, and when."""
    for taken in case.decisions:
        made = taken.decision
        yield f"{taken.at:%Y-%m-%d %H:%M} UTC: {made.decision.replace('_', ' ')} by {made.reviewer}"


def results(case: CaseView) -> Iterator[str]:
    """How each action ended, and the shop's own reference."""
    for result in case.results:
        proof = f", receipt {result.receipt}" if result.receipt else ""
        told = f": {result.reason}" if result.reason else ""
        yield f"{result.action_id} {result.status}{proof}{told}"


def outcome(case: CaseView) -> Iterator[str]:
    """How the case ended, and the customer's own mark."""
    if case.outcome is not None:
        sample = ", drawn for the audit" if case.outcome.audit_sample else ""
        yield f"{case.outcome.kind.replace('_', ' ')}: {case.outcome.reason}{sample}"
    if case.satisfaction is not None:
        yield f"satisfaction {case.satisfaction.score} of 5 {case.satisfaction.comment}".rstrip()


def steps(case: CaseView, look: Look) -> Iterator[str]:
    """The case's history, oldest first."""
    for step in case.steps:
        yield f"{look.moment(step.at)} {_happened(step)}"


def _happened(step: Step) -> str:
    """What happened, after what kind of thing it was, unless the sentence begins with that itself."""
    kind = step.kind.replace("_", " ")
    return step.sentence if step.sentence.startswith(kind) else f"{kind}: {step.sentence}"


def _cost(dollars: Decimal) -> str:
    return f"{dollars:.5f} $" if dollars else "no cost"

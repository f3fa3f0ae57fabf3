"""What happened in a case: the models asked, the decisions taken, and what was done and said."""

from collections.abc import Iterator

from cases.work import CaseView


def rungs(case: CaseView) -> Iterator[str]:
    """Every model call: job, model, prompt, how it ended, seconds, US dollars; and why, where it was not enough."""
    for attempt in case.attempts:
        yield (
            f"{attempt.job:<8} {attempt.model:<16.16} {attempt.prompt:<8} {attempt.outcome:<15} "
            f"{attempt.seconds:>6.2f} s {attempt.cost:>6.4f} $"
        )
        if attempt.reason is not None:
            yield f"  {attempt.reason}"


def decisions(case: CaseView) -> Iterator[str]:
    """Who decided what, and when."""
    for taken in case.decisions:
        made = taken.decision
        yield f"{taken.at:%Y-%m-%d %H:%M} {made.decision} of {made.request_id} by {made.reviewer}"


def results(case: CaseView) -> Iterator[str]:
    """How each action ended, and the shop's own reference."""
    for result in case.results:
        proof = f", receipt {result.receipt}" if result.receipt else ""
        told = f": {result.reason}" if result.reason else ""
        yield f"{result.action_id} {result.status}{proof}{told}"


def replies(case: CaseView) -> Iterator[str]:
    """What the customer received."""
    for sent in case.replies:
        yield f"{sent.at:%Y-%m-%d %H:%M} {sent.kind}"


def outcome(case: CaseView) -> Iterator[str]:
    """How the case ended, and the customer's own mark."""
    if case.outcome is not None:
        sample = ", drawn for the audit" if case.outcome.audit_sample else ""
        yield f"{case.outcome.kind.replace('_', ' ')}: {case.outcome.reason}{sample}"
    if case.satisfaction is not None:
        yield f"satisfaction {case.satisfaction.score} of 5 {case.satisfaction.comment}".rstrip()


def steps(case: CaseView) -> Iterator[str]:
    """The case's history, oldest first."""
    for step in case.steps:
        yield f"{step.at:%H:%M:%S} {step.kind}: {step.sentence}"

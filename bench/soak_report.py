"""What the soak says: counts while it goes, and for every broken rule all that is needed to look into it."""

from collections import Counter
from collections.abc import Iterator, Sequence

from bench.soak_rounds import CheckedCase, CheckedRun
from cases.record import Record


class Violation(Record):
    """A rule that a case broke, and how to see it again."""

    seed: int
    case_id: str
    sentence: str
    again: str
    """The command that repeats the run alone."""
    again_in_company: str
    """The command that repeats it with the runs beside it."""


class Summary(Record):
    """How a soak went."""

    runs: int
    seconds: float
    tickets: int
    outcomes: dict[str, int]
    blows: dict[str, int]
    faults: dict[str, int]
    refunds: int
    replies: int
    ended_by_themselves: dict[str, int]
    violations: tuple[Violation, ...]


def summarise(runs: Sequence[CheckedRun], seconds: float) -> Summary:
    """Count what happened."""
    cases = [case.evidence for run in runs for case in run.cases]
    ended = [case.view.outcome.kind if case.view and case.view.outcome else "none" for case in cases]
    rounds = {run.company: run.ended_by_themselves for run in runs}
    return Summary(
        runs=len(runs),
        seconds=round(seconds, 1),
        tickets=len(cases),
        outcomes=_counted(ended),
        blows=_counted(
            f"{blow.part} {'killed' if blow.crashes else 'stopped'}" for run in runs for blow in run.plan.blows
        ),
        faults=_counted(
            f"{type(fault.fault).__name__} {fault.fault.kind}" for run in runs for fault in run.plan.faults
        ),
        refunds=sum(effect.kind == "refund" for case in cases for effect in case.effects),
        replies=sum(len(case.written) for case in cases),
        ended_by_themselves=_counted(part for parts in rounds.values() for part in parts),
        violations=tuple(violation for run in runs for violation in _violations(run)),
    )


def told(run: CheckedRun) -> Iterator[str]:
    """A run with a broken rule, in lines for a person."""
    for case in run.cases:
        if case.broken:
            yield from _case(run, case)


def _case(run: CheckedRun, case: CheckedCase) -> Iterator[str]:
    evidence = case.evidence
    yield f"seed {run.plan.seed}, {evidence.contact.ticket.case_id}: {evidence.contact.plan.wish}"
    yield from (f"  BROKEN   {sentence}" for sentence in case.broken)
    yield f"  plan     {evidence.contact.plan.model_dump_json()}"
    yield from (f"  blow     {blow.model_dump_json()}" for blow in run.plan.blows)
    yield from (f"  fault    {fault.model_dump_json()}" for fault in run.plan.faults)
    yield f"  runs     {', '.join(evidence.runs)}"
    yield from (f"  wrote    {at:%H:%M:%S.%f} {message}" for message, at in evidence.sent.items())
    if evidence.view is not None:
        yield from (f"  step     {s.at:%H:%M:%S.%f} {s.kind}: {s.sentence}" for s in evidence.view.steps)
    yield from (f"  booked   {action.model_dump_json()}" for action in evidence.booked)
    yield from (f"  effect   {effect.at:%H:%M:%S.%f} {effect.key} {effect.amount}" for effect in evidence.effects)
    yield from (f"  written  {m.at:%H:%M:%S.%f} {m.reference}: {m.text[:80]!r}" for m in evidence.written)
    yield f"  again    {_again(run)}"
    yield f"  together {_again_in_company(run)}"


def _violations(run: CheckedRun) -> Iterator[Violation]:
    for case in run.cases:
        for sentence in case.broken:
            yield Violation(
                seed=run.plan.seed,
                case_id=case.evidence.contact.ticket.case_id,
                sentence=sentence,
                again=_again(run),
                again_in_company=_again_in_company(run),
            )


def _again(run: CheckedRun) -> str:
    return f"python -m bench.soak --seed {run.plan.seed}"


def _again_in_company(run: CheckedRun) -> str:
    return f"python -m bench.soak --from-seed {run.company[0]} --runs {len(run.company)}"


def _counted(names: Iterator[str] | Sequence[str]) -> dict[str, int]:
    return dict(Counter(names).most_common())

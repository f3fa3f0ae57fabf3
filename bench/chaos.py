"""Chaos: tickets whose hosted models do all that hosted models do; the ladder must end well within its budgets.

python -m bench.chaos [--runs 500] [--from-seed 1] [--seed N] [--json]

A run is drawn from its seed: a ticket, its channel and its ceiling, and for each of six models of two vendors what it
does with each request. The models' side is llmock behind a gate that counts; the engine skips time.
"""

import asyncio
import time
from collections import Counter
from collections.abc import Sequence
from typing import Annotated

import typer
from rich.console import Console
from temporalio.runtime import LoggingConfig, Runtime, TelemetryConfig, TelemetryFilter

from bench.chaos_checks import ChaosEvidence, broken_rules
from bench.chaos_ground import chaos_ground
from bench.seeded_runs import BrokenRun, play_seeds
from cases.record import Record


class ChaosSummary(Record):
    """How it went. `faults` counts requests by what their models did."""

    runs: int
    seconds: float
    outcomes: dict[str, int]
    """How tickets ended, and for which reason."""
    requests: int
    faults: dict[str, int]
    reasons: dict[str, int]
    """Calls that gave nothing, by the code of their reason."""
    broken: tuple[BrokenRun, ...]


def main(
    runs: Annotated[int, typer.Option(min=1, help="How many runs.")] = 500,
    from_seed: Annotated[int, typer.Option(help="The first run's seed; the others count up from it.")] = 1,
    seed: Annotated[int | None, typer.Option(help="Play the run of this seed alone.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print the counts as JSON.")] = False,  # noqa: FBT002
) -> None:
    """Let hosted models do their worst; exit with 1 if any ticket broke a rule."""
    _silence_the_sdk()
    seeds = range(from_seed, from_seed + runs) if seed is None else (seed,)
    screen = Console(stderr=as_json, highlight=False, markup=False)
    begun = time.monotonic()
    played = asyncio.run(_play(seeds, screen))
    summary = summarise(played, time.monotonic() - begun)
    if as_json:
        typer.echo(summary.model_dump_json(indent=2))
    else:
        _print(summary, screen)
    raise typer.Exit(1 if summary.broken else 0)


def _silence_the_sdk() -> None:
    """The SDK warns that the time-skipping server is an old one."""
    errors = TelemetryFilter(core_level="ERROR", other_level="ERROR")
    Runtime.set_default(Runtime(telemetry=TelemetryConfig(logging=LoggingConfig(filter=errors))))


async def _play(seeds: Sequence[int], screen: Console) -> list[ChaosEvidence]:
    async with chaos_ground() as ground:
        return await play_seeds(ground.play, seeds, told, screen)


def told(run: ChaosEvidence) -> list[str]:
    """A run that broke a rule, in lines for a person; nothing of one that did not."""
    broken = broken_rules(run)
    if not broken:
        return []
    attempts = [f"  call     {attempt.model_dump_json(exclude_defaults=True)}" for attempt in run.attempts]
    came = [f"  came     {model}: {', '.join(turn.fault for turn in turns)}" for model, turns in run.came.items()]
    return [
        f"seed {run.plan.seed}: {run.plan.channel}, at most {run.plan.cost_ceiling} USD",
        *(f"  BROKEN   {sentence}" for sentence in broken),
        *attempts,
        *came,
        f"  again    {_again(run)}",
    ]


def summarise(runs: Sequence[ChaosEvidence], seconds: float) -> ChaosSummary:
    """Count what happened."""
    ended = Counter(_ended(run) for run in runs)
    faults = Counter(str(turn.fault) for run in runs for turns in run.came.values() for turn in turns)
    reasons = Counter(str(attempt.reason.code) for run in runs for attempt in run.attempts if attempt.reason)
    broken = ((run, broken_rules(run)) for run in runs)
    return ChaosSummary(
        runs=len(runs),
        seconds=round(seconds, 1),
        outcomes=dict(ended.most_common()),
        requests=faults.total(),
        faults=dict(faults.most_common()),
        reasons=dict(reasons.most_common()),
        broken=tuple(BrokenRun(seed=run.plan.seed, broken=rules, again=_again(run)) for run, rules in broken if rules),
    )


def _ended(run: ChaosEvidence) -> str:
    outcome = run.view.outcome if run.view else None
    return f"{outcome.kind} ({outcome.reason.code})" if outcome else "without an outcome"


def _again(run: ChaosEvidence) -> str:
    return f"python -m bench.chaos --seed {run.plan.seed}"


def _print(summary: ChaosSummary, screen: Console) -> None:
    for name, counts in (("requests", summary.faults), ("falls", summary.reasons), ("outcomes", summary.outcomes)):
        screen.print(f"  {name}: " + ", ".join(f"{count} {what}" for what, count in counts.items()), soft_wrap=True)
    for run in summary.broken:
        screen.print(f"BROKEN  seed {run.seed}: {'; '.join(run.broken)}\n  again: {run.again}", soft_wrap=True)
    verdict = "no rule broken" if not summary.broken else f"{len(summary.broken)} runs broke a rule"
    screen.print(f"{summary.runs} runs, {summary.requests} requests in {summary.seconds:.0f} s: {verdict}.")


if __name__ == "__main__":
    typer.run(main)

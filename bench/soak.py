"""The soak: tickets on real servers that are killed at random moments; nothing may be lost and nothing done twice.

python -m bench.soak [--runs 200] [--from-seed 1] [--seed N] [--json]

A run is drawn from its seed: four tickets, one or two servers that go down, one to five faults of shop or helpdesk.
Five runs are played side by side on one ground; their tickets have nothing in common but the servers that are struck.
"""

import asyncio
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from temporalio.runtime import LoggingConfig, Runtime, TelemetryConfig, TelemetryFilter

from bench.seeded_runs import runs_progress
from bench.soak_ground import soak_ground
from bench.soak_report import Summary, summarise, told
from bench.soak_rounds import CheckedRun, play
from demo.embedded.help_centre import index_help_centre
from tests.crash.ground import Ground

SIDE_BY_SIDE = 5
"""A worker takes 10 s of processor time to start; runs that share its restarts wait for it together."""

KEPT = Path(".signalbox/soak")
"""What the local models have learnt, so that the next soak need not teach them."""


def main(
    runs: Annotated[int, typer.Option(min=1, help="How many runs.")] = 200,
    from_seed: Annotated[int, typer.Option(help="The first run's seed; the others count up from it.")] = 1,
    seed: Annotated[int | None, typer.Option(help="Play the run of this seed alone.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print the counts as JSON.")] = False,  # noqa: FBT002
) -> None:
    """Kill every part at random moments; exit with 1 if anything was lost or done twice."""
    _silence_the_sdk()
    seeds = range(from_seed, from_seed + runs) if seed is None else (seed,)
    screen = Console(stderr=as_json, highlight=False, markup=False)
    summary = _soak(seeds, screen)
    if as_json:
        typer.echo(summary.model_dump_json(indent=2))
    else:
        _print(summary, screen)
    raise typer.Exit(1 if summary.violations else 0)


def _silence_the_sdk() -> None:
    """The SDK warns of every request that finds a server down; here that is the rule."""
    errors = TelemetryFilter(core_level="ERROR", other_level="ERROR")
    Runtime.set_default(Runtime(telemetry=TelemetryConfig(logging=LoggingConfig(filter=errors))))


def _soak(seeds: Sequence[int], screen: Console) -> Summary:
    KEPT.mkdir(parents=True, exist_ok=True)
    begun = time.monotonic()
    with (
        tempfile.TemporaryDirectory(prefix="signalbox-soak-") as directory,
        screen.status("Bringing the servers up") as status,
        soak_ground(Path(directory), KEPT.absolute()) as ground,
    ):
        index_help_centre(ground.stack.addresses.database_url)
        status.stop()
        played = asyncio.run(_play(ground, seeds, screen))
    return summarise(played, time.monotonic() - begun)


async def _play(ground: Ground, seeds: Sequence[int], screen: Console) -> list[CheckedRun]:
    played: list[CheckedRun] = []
    with runs_progress(screen) as progress:
        task = progress.add_task("runs", total=len(seeds))
        async with ground:
            async for checked in play(ground, seeds, SIDE_BY_SIDE):
                played.extend(checked)
                for run in checked:
                    for line in told(run):
                        progress.console.print(line, soft_wrap=True)
                progress.update(task, advance=len(checked), description=_counts(played))
                if not screen.is_terminal:
                    screen.print(f"{len(played)} of {len(seeds)} runs: {_counts(played)}", soft_wrap=True)
    return played


def _counts(played: Sequence[CheckedRun]) -> str:
    so_far = summarise(played, 0)
    outcomes = ", ".join(f"{count} {kind.replace('_', ' ')}" for kind, count in so_far.outcomes.items())
    return f"{so_far.tickets} tickets ({outcomes}), {so_far.refunds} refunds, {len(so_far.violations)} rules broken"


def _print(summary: Summary, screen: Console) -> None:
    screen.print(f"{summary.runs} runs in {summary.seconds / 60:.1f} minutes.")
    for name, counts in (("went down", summary.blows), ("faults", summary.faults), ("outcomes", summary.outcomes)):
        screen.print(f"  {name}: " + ", ".join(f"{count} {what}" for what, count in counts.items()))
    screen.print(f"  refunds: {summary.refunds}, replies: {summary.replies}")
    if summary.ended_by_themselves:
        screen.print(f"  ended though nobody struck them: {summary.ended_by_themselves}")
    if not summary.violations:
        screen.print("Every ticket reached its outcome. Nothing was lost and nothing was done twice.")
    for violation in summary.violations:
        screen.print(f"BROKEN  {violation.case_id}: {violation.sentence}\n  again: {violation.again}", soft_wrap=True)


if __name__ == "__main__":
    typer.run(main)

"""A shop without keys that loses answers, is late and ill, and workers that die: nothing is ever done twice.

python -m bench.lost_refunds [--runs 200] [--from-seed 1] [--seed N] [--json]

A run is drawn from its seed: a refund, an address or a cancellation, what its requests meet, where its workers die, how
many try at once, and whether a reviewer clears it again. Shop and ledger are real, and so is the time.
"""

import asyncio
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Annotated

import typer
from rich.console import Console

from bench.helpdesk_ground import own_database
from bench.lost_refunds_ground import NEW_ADDRESS, LostEvidence, lost_ground
from bench.seeded_runs import BrokenRun, play_seeds
from cases.action import ActionKind, ActionStatus
from cases.money import totals
from cases.record import Record

AT_ONCE = 6
"""Runs spend most of their time waiting, and each has a buyer of its own."""


class LostSummary(Record):
    """How it went. `ended` counts what each worker told of each approval."""

    runs: int
    seconds: float
    kinds: dict[str, int]
    ended: dict[str, int]
    troubles: dict[str, int]
    done: int
    """Runs in which it happened, once."""
    unknown_and_done: int
    """Runs that end with a person who must look, and finds it done."""
    unknown_and_not_done: int
    broken: tuple[BrokenRun, ...]


def main(
    runs: Annotated[int, typer.Option(min=1, help="How many runs.")] = 200,
    from_seed: Annotated[int, typer.Option(min=1, help="The first run's seed; the others count up from it.")] = 1,
    seed: Annotated[int | None, typer.Option(min=1, help="Play the run of this seed alone.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print the counts as JSON.")] = False,  # noqa: FBT002
) -> None:
    """Lose answers; exit with 1 if anything was done twice, or told otherwise than it was."""
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


async def _play(seeds: Sequence[int], screen: Console) -> list[LostEvidence]:
    async with own_database() as url, lost_ground(url, seeds) as ground:
        return await play_seeds(ground.play, seeds, told, screen, AT_ONCE)


def broken_rules(run: LostEvidence) -> tuple[str, ...]:
    """Every rule that was broken, as a sentence; none where all is well."""
    return tuple(_broken(run))


def _broken(run: LostEvidence) -> Iterator[str]:
    times = len(run.effects)
    if times > 1:
        yield f"it was done {times} times"
    told = {result.status for result in run.results}
    if ActionStatus.EXECUTED in told and times != 1:
        yield f"it is told as executed, and was done {times} times"
    if told & {ActionStatus.REFUSED, ActionStatus.NOT_DONE, ActionStatus.OUTDATED} and times:
        yield f"it is told as {', '.join(sorted(told))}, and was done {times} times"
    moved = totals(effect.amount for effect in run.effects if effect.amount is not None)
    back = run.payment.refunded
    if moved != ((back,) if back.amount else ()):
        yield f"the payment shows {back} back, the effects {', '.join(str(money) for money in moved) or 'nothing'}"
    if run.plan.kind is ActionKind.CHANGE_ADDRESS and (run.order.address == NEW_ADDRESS) != (times == 1):
        yield f"the order goes to {run.order.address}, and its address was changed {times} times"


def told(run: LostEvidence) -> list[str]:
    """A run that broke a rule, in lines for a person; nothing of one that did not."""
    broken = broken_rules(run)
    if not broken:
        return []
    plan = run.plan
    return [
        f"seed {plan.seed}: {plan.kind}, {plan.workers_at_once} at once, cleared {plan.approvals} times",
        *(f"  BROKEN   {sentence}" for sentence in broken),
        f"  met      {', '.join(plan.troubles)} (late by {plan.late_by} s)",
        f"  died     {', '.join(plan.deaths) or 'nobody'}",
        *(f"  told     {result.status}: {result.reason or result.receipt}" for result in run.results),
        *(f"  effect   {effect.at:%H:%M:%S.%f} {effect.key} {effect.amount or ''}" for effect in run.effects),
        f"  again    {_again(run)}",
    ]


def summarise(runs: Sequence[LostEvidence], seconds: float) -> LostSummary:
    """Count what happened."""
    unknown = [run for run in runs if run.results[-1].status is ActionStatus.UNKNOWN]
    broken = ((run, broken_rules(run)) for run in runs)
    return LostSummary(
        runs=len(runs),
        seconds=round(seconds, 1),
        kinds=dict(Counter(run.plan.kind.value for run in runs).most_common()),
        ended=dict(Counter(result.status.value for run in runs for result in run.results).most_common()),
        troubles=dict(Counter(str(trouble) for run in runs for trouble in run.plan.troubles).most_common()),
        done=sum(len(run.effects) == 1 for run in runs),
        unknown_and_done=sum(bool(run.effects) for run in unknown),
        unknown_and_not_done=sum(not run.effects for run in unknown),
        broken=tuple(BrokenRun(seed=run.plan.seed, broken=rules, again=_again(run)) for run, rules in broken if rules),
    )


def _again(run: LostEvidence) -> str:
    return f"python -m bench.lost_refunds --seed {run.plan.seed}"


def _print(summary: LostSummary, screen: Console) -> None:
    for name, counts in (("kinds", summary.kinds), ("planned troubles", summary.troubles), ("told", summary.ended)):
        screen.print(f"  {name}: " + ", ".join(f"{count} {what}" for what, count in counts.items()), soft_wrap=True)
    looks = f"{summary.unknown_and_done} find it done, {summary.unknown_and_not_done} do not"
    screen.print(f"  done once: {summary.done} runs; a person looks after {looks}")
    for run in summary.broken:
        screen.print(f"BROKEN  seed {run.seed}: {'; '.join(run.broken)}\n  again: {run.again}", soft_wrap=True)
    verdict = "no rule broken" if not summary.broken else f"{len(summary.broken)} runs broke a rule"
    screen.print(f"{summary.runs} runs in {summary.seconds:.0f} s: {verdict}.")


if __name__ == "__main__":
    typer.run(main)

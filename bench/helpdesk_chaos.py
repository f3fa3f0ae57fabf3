"""Helpdesks that misbehave: answers are lost, doubled and late, workers die; each reply must stand there once.

python -m bench.helpdesk_chaos [--runs 300] [--from-seed 1] [--seed N] [--json]

A run is drawn from its seed: a ticket of Zendesk, Chatwoot or Zammad, answered once or twice in the same words, and
what each request on the way meets. The adapters, the answering and the ledger are the product's; the helpdesks are
fakes, and time passes as fast as nobody waits.
"""

import asyncio
import time
from collections import Counter
from collections.abc import Sequence
from typing import Annotated

import typer
from rich.console import Console

from bench.helpdesk_checks import HelpdeskEvidence, broken_rules
from bench.helpdesk_ground import helpdesk_ground, own_database
from bench.seeded_runs import BrokenRun, play_seeds
from cases.record import Record


class HelpdeskSummary(Record):
    """How it went. `troubles` counts requests by what they met."""

    runs: int
    seconds: float
    kinds: dict[str, int]
    answers: int
    tries: int
    requests: int
    troubles: dict[str, int]
    echoes: int
    """Replies that came back to us, and were told from a colleague's."""
    broken: tuple[BrokenRun, ...]


def main(
    runs: Annotated[int, typer.Option(min=1, help="How many runs.")] = 300,
    from_seed: Annotated[int, typer.Option(help="The first run's seed; the others count up from it.")] = 1,
    seed: Annotated[int | None, typer.Option(help="Play the run of this seed alone.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print the counts as JSON.")] = False,  # noqa: FBT002
) -> None:
    """Let helpdesks do their worst; exit with 1 if any ticket broke a rule."""
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


async def _play(seeds: Sequence[int], screen: Console) -> list[HelpdeskEvidence]:
    async with own_database() as url, helpdesk_ground(url) as ground:
        return await play_seeds(ground.play, seeds, told, screen)


def told(run: HelpdeskEvidence) -> list[str]:
    """A run that broke a rule, in lines for a person; nothing of one that did not."""
    broken = broken_rules(run)
    if not broken:
        return []
    came = [
        f"  {(event.at - run.came[0].at).total_seconds():8.0f} s  {event.method} {event.path}: {event.turn.trouble}"
        + (f" ({event.turn.seconds} s)" if event.turn.seconds else "")
        + (", after a colleague’s reply" if event.turn.colleague else "")
        for event in run.came
    ]
    return [
        f"seed {run.plan.seed}: {run.plan.kind}, answered {run.plan.answers} times, {run.tries} tries",
        *(f"  BROKEN   {sentence}" for sentence in broken),
        *came,
        *(f"  failed   {failure}" for failure in run.failures[-5:]),
        f"  again    {_again(run)}",
    ]


def summarise(runs: Sequence[HelpdeskEvidence], seconds: float) -> HelpdeskSummary:
    """Count what happened."""
    troubles = Counter(str(event.turn.trouble) for run in runs for event in run.came)
    broken = ((run, broken_rules(run)) for run in runs)
    return HelpdeskSummary(
        runs=len(runs),
        seconds=round(seconds, 1),
        kinds=dict(Counter(run.plan.kind.value for run in runs).most_common()),
        answers=sum(run.plan.answers for run in runs),
        tries=sum(run.tries for run in runs),
        requests=troubles.total(),
        troubles=dict(troubles.most_common()),
        echoes=sum(len(run.echoes) for run in runs),
        broken=tuple(BrokenRun(seed=run.plan.seed, broken=rules, again=_again(run)) for run, rules in broken if rules),
    )


def _again(run: HelpdeskEvidence) -> str:
    return f"python -m bench.helpdesk_chaos --seed {run.plan.seed}"


def _print(summary: HelpdeskSummary, screen: Console) -> None:
    for name, counts in (("helpdesks", summary.kinds), ("requests", summary.troubles)):
        screen.print(f"  {name}: " + ", ".join(f"{count} {what}" for what, count in counts.items()), soft_wrap=True)
    screen.print(f"  {summary.answers} answers in {summary.tries} tries; {summary.echoes} replies came back to us")
    for run in summary.broken:
        screen.print(f"BROKEN  seed {run.seed}: {'; '.join(run.broken)}\n  again: {run.again}", soft_wrap=True)
    verdict = "no rule broken" if not summary.broken else f"{len(summary.broken)} runs broke a rule"
    screen.print(f"{summary.runs} runs, {summary.requests} requests in {summary.seconds:.0f} s: {verdict}.")


if __name__ == "__main__":
    typer.run(main)
